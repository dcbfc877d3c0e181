/** https://docs.github.com/rest/using-the-rest-api/using-pagination-in-the-rest-api */

export interface Page<T> {
  readonly items: readonly T[];
  /** The Link header; undefined when everything is on this page. */
  readonly link: string | undefined;
}

type Query = Readonly<Record<string, string | string[]>>;

/** 30 a page unless `per_page` says otherwise, 100 at most. `url`: of the request, without its query. */
export function pageOf<T>(all: readonly T[], url: string, query: Query): Page<T> {
  const perPage = Math.min(Math.max(1, Number(query['per_page'] ?? 30) || 30), 100);
  const page = Math.max(1, Number(query['page'] ?? 1) || 1);
  const last = Math.max(1, Math.ceil(all.length / perPage));
  const to = (target: number, rel: string) => {
    const parameters = new URLSearchParams({ ...(query as Record<string, string>), page: String(target) });
    return `<${url}?${parameters}>; rel="${rel}"`;
  };
  const links = [
    ...(page > 1 ? [to(page - 1, 'prev')] : []),
    ...(page < last ? [to(page + 1, 'next'), to(last, 'last')] : []),
    ...(page > 1 ? [to(1, 'first')] : []),
  ];
  return {
    items: all.slice((page - 1) * perPage, page * perPage),
    link: links.length > 0 ? links.join(', ') : undefined,
  };
}
