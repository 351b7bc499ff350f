const CAMEL_CASE = /^[A-Z][A-Za-z0-9]*$/;

// A member called String would hide the type of that name in an enum of Java, None, True and False are words of Python, and a
// name starts with a letter.
const INSTEAD = { string: 'text', none: 'novalue', true: 'istrue', false: 'isfalse', '3rdpartyerror': 'thirdpartyerror' };

const words = (text) =>
  text
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(Boolean);

// typeWords returns the words of the generated type's name: that of the component and of the properties below it.
function typeWords(path) {
  const at = path.indexOf('schemas');
  return path.slice(at + 1).filter((key) => key !== 'properties' && key !== 'items').flatMap(words);
}

const has = (type, run) => ` ${type.join(' ')} `.includes(` ${run.join(' ')} `);
const endsIn = (type, run) => ` ${type.join(' ')}`.endsWith(` ${run.join(' ')}`);

// A constant starts with the name of its type, whose last words must not come again: DealStateStateOpen.
const stutters = (type, name) => name.some((_, n) => n > 0 && endsIn(type, name.slice(0, n)));

// namesOf returns the names that a value may have, in lower case: the value's own words, without leading ones of the type.
function namesOf(value, type) {
  const all = words(value);
  return all
    .map((_, n) => n)
    .filter((n) => n === 0 || has(type, all.slice(0, n)))
    .map((n) => all.slice(n))
    .filter((name) => !stutters(type, name))
    .map((name) => INSTEAD[name.join('')] ?? name.join(''));
}

export default function enumNames(schema, _options, { path }) {
  const names = schema['x-enum-varnames'];
  if (!Array.isArray(names)) {
    return [{ message: 'the enum has no x-enum-varnames' }];
  }
  if (names.length !== schema.enum.length) {
    return [{ message: `${schema.enum.length} values have ${names.length} names` }];
  }
  const type = typeWords(path);
  return schema.enum.flatMap((value, i) => {
    const name = String(names[i]);
    if (!CAMEL_CASE.test(name)) {
      return [{ message: `"${name}" is not in CamelCase` }];
    }
    // A name that is not the value's own most often means that the two lists are out of step.
    const allowed = value === '' ? ['empty'] : namesOf(String(value), type);
    if (!allowed.includes(name.toLowerCase())) {
      return [{ message: `"${name}" for "${value}" should be ${allowed.join(' or ')}, in CamelCase` }];
    }
    return [];
  });
}
