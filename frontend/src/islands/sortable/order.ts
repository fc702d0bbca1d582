/** The list with the item at `from` standing at `to`. */
export function moved<Item>(items: readonly Item[], from: number, to: number): Item[] {
  const rest = items.filter((_, index) => index !== from);
  const item = items[from];
  return item === undefined ? rest : [...rest.slice(0, to), item, ...rest.slice(to)];
}

/** Where a key takes an item of a list of `count`; null where the key means nothing or the item is at the edge. */
export function keyTarget(key: string, index: number, count: number): number | null {
  const target = { ArrowUp: index - 1, ArrowDown: index + 1, Home: 0, End: count - 1 }[key];
  if (target === undefined || target === index || target < 0 || target >= count) return null;
  return target;
}
