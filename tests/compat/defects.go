package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

type object = map[string]any

// defects are changes of the description that must be found, and what must be said of each.
var defects = []struct {
	name  string
	plant func(doc object)
	want  string
}{
	{
		"an enum value removed from answers",
		func(doc object) { removeValue(schema(doc, "EntitlementStatus"), "SUSPENDED") },
		"removed the 'SUSPENDED' enum value",
	},
	{
		"an enum value removed from requests",
		func(doc object) { removeValue(schema(doc, "Partner"), "SNOWFLAKE") },
		"removed the enum value 'SNOWFLAKE' from the 'query' request parameter",
	},
	{
		"a property's type changed",
		func(doc object) { at(schema(doc, "Entitlement"), "properties", "name")["type"] = "integer" },
		"name' response's property type/format changed from 'string'/'' to 'integer'/''",
	},
	{
		"a property removed",
		func(doc object) { delete(at(schema(doc, "EntitlementInfo"), "properties"), "commitAmount") },
		"commitAmount' from the response",
	},
	{
		"an operationId lost",
		func(doc object) {
			delete(at(doc, "paths", "/org/{orgId}/entitlement/{entitlementId}", "get"), "operationId")
		},
		"operation id 'getEntitlement' removed",
	},
	{
		"an operation lost",
		func(doc object) { delete(at(doc, "paths", "/org/{orgId}/entitlement/{entitlementId}"), "get") },
		"GET /org/{orgId}/entitlement/{entitlementId}: api removed",
	},
}

func schema(doc object, name string) object { return at(doc, "components", "schemas", name) }

func at(o object, keys ...string) object {
	for _, key := range keys {
		o = o[key].(object)
	}
	return o
}

func removeValue(schema object, value string) {
	values := schema["enum"].([]any)
	schema["enum"] = slices.DeleteFunc(slices.Clone(values), func(v any) bool { return v == value })
}

// provePlanted returns an error if a planted defect is not found, or if anything is found where no defect is planted.
func provePlanted(tools *tools, scratch string) error {
	for _, d := range defects {
		planted := filepath.Join(scratch, "planted")
		if err := plantInDescription(planted, d.plant); err != nil {
			return err
		}
		found, err := tools.compareDescriptions(".", planted)
		if err != nil {
			return err
		}
		if err := expect(d.name, d.want, found); err != nil {
			return err
		}
	}

	// A base that has a function more: to the check it looks as if the function had been removed since.
	base := filepath.Join(scratch, "copy")
	if err := copyTree(base); err != nil {
		return err
	}
	for _, name := range []string{"api", "gen"} {
		source := fmt.Sprintf("package %s\n\nfunc Planted() {}\n", name)
		if err := os.WriteFile(filepath.Join(base, name, "planted.go"), []byte(source), 0o644); err != nil {
			return err
		}
	}
	found, err := tools.comparePackages(base, ".", "api", "gen")
	if err != nil {
		return err
	}
	for _, name := range []string{"api", "gen"} {
		if err := expect("a function removed from package "+name, "package "+name+": Planted: removed", found); err != nil {
			return err
		}
	}
	if len(found) != 2 {
		return fmt.Errorf("want no breaks of the packages but the planted ones, got %q", found)
	}
	if found, err = tools.compareDescriptions(base, "."); len(found) > 0 {
		return fmt.Errorf("want no breaks of the description where nothing is planted, got %q", found)
	}
	return err
}

func expect(name, want string, found []string) error {
	i := slices.IndexFunc(found, func(b string) bool { return strings.Contains(b, want) })
	if i < 0 {
		return fmt.Errorf("planted %s: want %q, got %q", name, want, found)
	}
	fmt.Printf("compat: planted %s: %s\n", name, found[i])
	return nil
}

// plantInDescription writes a changed copy of the description.
func plantInDescription(tree string, plant func(object)) error {
	data, err := os.ReadFile(description)
	if err != nil {
		return err
	}
	var doc object
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	if err := decoder.Decode(&doc); err != nil {
		return err
	}
	plant(doc)
	if data, err = json.Marshal(doc); err != nil {
		return err
	}
	file := filepath.Join(tree, description)
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	return os.WriteFile(file, data, 0o644)
}

// copyTree copies the work tree, without what git ignores.
func copyTree(dir string) error {
	names, err := command("git", "ls-files", "--cached", "--others", "--exclude-standard", "-z")
	if err != nil {
		return err
	}
	for name := range strings.SplitSeq(strings.TrimSuffix(names, "\x00"), "\x00") {
		data, err := os.ReadFile(name)
		if errors.Is(err, fs.ErrNotExist) {
			continue // deleted, and not yet in git
		}
		if err != nil {
			return err
		}
		to := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(to, data, 0o644); err != nil {
			return err
		}
	}
	return nil
}
