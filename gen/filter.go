package gen

import (
	"fmt"
	"math"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Filter is a condition on the items of a list, in the notation of the API: the Q of [QueryOffersParams] and of the parameters of
// other queries. [Eq] and the functions after it build a Filter, and [RawFilter] makes one of a text. A nil Filter selects everything.
//
//	gen.And(gen.Eq("status", gen.OfferStatusDraft), gen.ILike("name", "%acme%"))
//
// is (and (= status "DRAFT") (ilike name "%acme%")). Names are those of the properties in snake_case, creation_time for creationTime.
// With a name or a value that cannot be written, the call returns an [*ArgumentError] and sends nothing.
//
// The vendor documents [Eq], [And] and [ILike], by examples only. The other functions follow the same notation, and the server may
// not know them: it answers 400 then.
type Filter struct{ expression }

// FilterValue is what a property is compared with: text, such as an enum, a number, true or false, or a time.
type FilterValue interface {
	~string | ~bool | ~int | ~int32 | ~int64 | ~float64 | time.Time | Time
}

// RawFilter returns a filter with a text that is sent unchanged. Build no such text from the input of users: [Eq] and the others
// quote their values, RawFilter quotes nothing.
func RawFilter(text string) *Filter { return &Filter{expression{text: text}} }

// Eq selects what has the value. It is documented by example.
func Eq[V FilterValue](name string, value V) *Filter { return compare("=", name, value) }

// Ne selects what has another value. It follows the notation, no example has it.
func Ne[V FilterValue](name string, value V) *Filter { return compare("!=", name, value) }

// Lt selects what is less than the value, or earlier. It follows the notation, no example has it.
func Lt[V FilterValue](name string, value V) *Filter { return compare("<", name, value) }

// Gt selects what is greater than the value, or later. It follows the notation, no example has it.
func Gt[V FilterValue](name string, value V) *Filter { return compare(">", name, value) }

// In selects what has one of the values; it needs one at least. It follows the notation, no example has it.
func In[V FilterValue](name string, values ...V) *Filter { return compare("in", name, values...) }

// Like selects text that has the pattern, in which % stands for any text. It follows the notation, no example has it.
func Like(name, pattern string) *Filter { return compare("like", name, pattern) }

// ILike is [Like] without regard to case. It is documented by example.
func ILike(name, pattern string) *Filter { return compare("ilike", name, pattern) }

// And selects what all of the filters select. Filters that are nil are left out; if all are nil, the result is nil, which selects
// everything. It is documented by example.
func And(filters ...*Filter) *Filter {
	parts := slices.DeleteFunc(expressions(filters), expression.IsZero)
	if len(parts) == 0 {
		return nil
	}
	return joinFilters("and", parts)
}

// Or selects what one of the filters selects; it needs one at least, and none may be nil. It follows the notation, no example
// has it.
func Or(filters ...*Filter) *Filter { return joinFilters("or", expressions(filters)) }

// Not selects what the filter, which may not be nil, does not. It follows the notation, no example has it.
func Not(filter *Filter) *Filter {
	e := join("not", "", expressions([]*Filter{filter}))
	e.text = "(not " + e.text + ")"
	return &Filter{e}
}

// SortOrder is the order of the items of a list: the S of [QueryOffersParams] and of the parameters of other queries. [Asc], [Desc]
// and [OrderBy] make one. With a nil SortOrder the server chooses the order.
type SortOrder struct{ expression }

// RawSortOrder returns an order with a text that is sent unchanged, such as -creation_time,name.
func RawSortOrder(text string) *SortOrder { return &SortOrder{expression{text: text}} }

// Asc orders items by a property, named in snake_case, from the least or earliest on.
func Asc(name string) *SortOrder { return &SortOrder{expression{name + ":asc", checkName(name)}} }

// Desc orders items by a property, named in snake_case, from the greatest or latest on.
func Desc(name string) *SortOrder { return &SortOrder{expression{name + ":desc", checkName(name)}} }

// OrderBy orders items by several properties: by each where those before it are equal. Nil orders are left out.
func OrderBy(orders ...*SortOrder) *SortOrder {
	var parts []expression
	for _, order := range orders {
		if order != nil && !order.IsZero() {
			parts = append(parts, order.expression)
		}
	}
	if len(parts) == 0 {
		return nil
	}
	return &SortOrder{join("an order", ",", parts)}
}

// expression is a text in a notation of the API, or the fault for which there is none.
type expression struct {
	text  string
	fault *ArgumentError // without the operation and its parameter
}

// String returns the expression as it is sent, or why it cannot be.
func (e expression) String() string {
	if e.fault != nil {
		return fmt.Sprintf("%q %s", e.fault.Value, e.fault.Reason)
	}
	return e.text
}

// MarshalText returns the expression as it is sent.
func (e expression) MarshalText() ([]byte, error) {
	if e.fault != nil {
		return nil, e.fault
	}
	return []byte(e.text), nil
}

// UnmarshalText takes an expression as it is.
func (e *expression) UnmarshalText(text []byte) error {
	*e = expression{text: string(text)}
	return nil
}

// IsZero reports whether the expression is empty, and not sent.
func (e expression) IsZero() bool { return e == expression{} }

func expressions(filters []*Filter) []expression {
	parts := make([]expression, len(filters))
	for i, filter := range filters {
		if filter != nil {
			parts[i] = filter.expression
		}
	}
	return parts
}

// joinFilters joins filters by an operator. No example has an operator with one part, which is the same without it.
func joinFilters(operator string, parts []expression) *Filter {
	e := join(operator, " ", parts)
	if len(parts) > 1 {
		e.text = "(" + operator + " " + e.text + ")"
	}
	return &Filter{e}
}

// join puts the texts of parts one after another. If one of the parts has a fault, the result has it too.
func join(what, between string, parts []expression) expression {
	texts := make([]string, len(parts))
	for i, part := range parts {
		if part.IsZero() {
			return expression{fault: &ArgumentError{Value: what, Reason: "needs filters that are not nil"}}
		}
		if part.fault != nil {
			return part
		}
		texts[i] = part.text
	}
	if len(parts) == 0 {
		return expression{fault: &ArgumentError{Value: what, Reason: "needs a filter"}}
	}
	return expression{text: strings.Join(texts, between)}
}

func compare[V FilterValue](operator, name string, values ...V) *Filter {
	if fault := checkName(name); fault != nil {
		return &Filter{expression{fault: fault}}
	}
	if len(values) == 0 {
		return &Filter{expression{fault: &ArgumentError{Value: operator + " " + name, Reason: "needs a value"}}}
	}
	text := "(" + operator + " " + name
	for _, value := range values {
		written, fault := literal(value)
		if fault != "" {
			return &Filter{expression{fault: &ArgumentError{Value: written, Reason: "as the value of " + name + " " + fault}}}
		}
		text += " " + written
	}
	return &Filter{expression{text: text + ")"}}
}

var snakeCase = regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`)

// checkName refuses what is no name of a property: it would be read as something else.
func checkName(name string) *ArgumentError {
	if snakeCase.MatchString(name) {
		return nil
	}
	return &ArgumentError{Value: name, Reason: "is no name in snake_case, such as creation_time"}
}

// literal writes a value in the notation of a filter, or says what is wrong with it.
func literal(value any) (text, fault string) {
	if at, ok := value.(Time); ok {
		value = at.Time
	}
	if at, ok := value.(time.Time); ok {
		if at.IsZero() {
			return "", "is a time that is not set"
		}
		return quote(at.UTC().Format(time.RFC3339Nano))
	}
	switch v := reflect.ValueOf(value); v.Kind() {
	case reflect.String:
		return quote(v.String())
	case reflect.Bool:
		return strconv.FormatBool(v.Bool()), ""
	case reflect.Float64:
		if math.IsNaN(v.Float()) || math.IsInf(v.Float(), 0) {
			return fmt.Sprint(v.Float()), "is no number that can be written"
		}
		return strconv.FormatFloat(v.Float(), 'f', -1, 64), ""
	default:
		return strconv.FormatInt(v.Int(), 10), ""
	}
}

// quote writes a text in quotes, with a backslash before each quote and backslash. Line breaks and tabs are written unchanged, since
// no escapes for them are documented.
func quote(text string) (quoted, fault string) {
	if !utf8.ValidString(text) {
		return text, "is not UTF-8"
	}
	if strings.ContainsFunc(text, func(r rune) bool { return unicode.IsControl(r) && !strings.ContainsRune("\t\n\r", r) }) {
		return text, "has a control character"
	}
	return `"` + quotes.Replace(text) + `"`, ""
}

var quotes = strings.NewReplacer(`\`, `\\`, `"`, `\"`)
