/** The panels of a view in the reader's order; those that the order does not name stand last, as the server has them. */
export function inOrder<Place extends { readonly name: string }>(
  places: readonly Place[],
  order: readonly string[] = [],
): Place[] {
  const rank = ({ name }: Place) => order.includes(name) ? order.indexOf(name) : order.length;
  return places.toSorted((a, b) => rank(a) - rank(b));
}

/** The names with one of them a place further up or down; the same where there is none. */
export function movedBy(names: readonly string[], name: string, by: 1 | -1): string[] {
  const at = names.indexOf(name), to = at + by;
  if (at < 0 || to < 0 || to >= names.length) return [...names];
  return names.with(at, names[to]!).with(to, name);
}
