const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];

// The parameters of the query for each way to page. A token is in the body.
const WAYS = { offset: ['limit', 'offset'], page: ['page_size', 'page_number'], cursor: ['limit', 'cursor'], token: [] };

// A limit alone is that of a list without further pages. The last parameter of a way is what makes it one.
export default function paging(item, _options, { path }) {
  return METHODS.filter((method) => item[method]).flatMap((method) => {
    const operation = item[method];
    const parameters = [...(item.parameters ?? []), ...(operation.parameters ?? [])];
    const takes = (name) => parameters.some((p) => p.in === 'query' && p.name === name);
    const at = [...path, method];
    for (const [by, [size, place]] of Object.entries(WAYS)) {
      if (place && takes(place) && !takes(size)) {
        return [{ path: at, message: `${place} needs the parameter ${size}` }];
      }
      if (place && takes(place) && (operation['x-paging']?.by ?? (operation['x-paging'] && 'offset')) !== by) {
        return [{ path: at, message: `the operation takes ${size} and ${place} and has no x-paging by ${by}` }];
      }
    }
    if (operation['x-paging']) {
      const by = operation['x-paging'].by ?? 'offset';
      const missing = WAYS[by]?.find((name) => !takes(name));
      if (!WAYS[by] || missing) {
        return [{ path: at, message: WAYS[by] ? `x-paging by ${by} needs the parameter ${missing}` : `x-paging knows no way ${by}` }];
      }
    }
    return [];
  });
}
