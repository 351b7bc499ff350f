const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];

export default function paging(item, _options, { path }) {
  return METHODS.filter((method) => item[method]).flatMap((method) => {
    const operation = item[method];
    const parameters = [...(item.parameters ?? []), ...(operation.parameters ?? [])];
    const takes = (name) => parameters.some((p) => p.in === 'query' && p.name === name);
    const at = [...path, method];
    const paged = takes('limit') && takes('offset');
    if (takes('offset') && !paged) { // a limit alone is that of a list without further pages, or with a cursor
      return [{ path: at, message: 'offset needs the parameter limit' }];
    }
    if (paged && !operation['x-paging']) {
      return [{ path: at, message: 'the operation takes limit and offset and has no x-paging' }];
    }
    if (!paged && operation['x-paging']) {
      return [{ path: at, message: 'x-paging needs the parameters limit and offset' }];
    }
    return [];
  });
}
