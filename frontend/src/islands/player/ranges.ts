/** Spans of seconds as sorted, disjoint, half-open pairs [from, to). */
export type Range = readonly [from: number, to: number];

export function union(...lists: readonly (readonly Range[])[]): Range[] {
  const sorted = lists
    .flat()
    .filter(([from, to]) => to > from)
    .sort((a, b) => a[0] - b[0]);
  const merged: [number, number][] = [];
  for (const [from, to] of sorted) {
    const last = merged.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else merged.push([from, to]);
  }
  return merged;
}

/** What is in `ranges` but not in `taken`. */
export function subtract(ranges: readonly Range[], taken: readonly Range[]): Range[] {
  let left = union(ranges);
  for (const [from, to] of taken) {
    left = left.flatMap(([a, b]): Range[] => {
      if (to <= a || from >= b) return [[a, b]];
      const parts: Range[] = [];
      if (a < from) parts.push([a, from]);
      if (to < b) parts.push([to, b]);
      return parts;
    });
  }
  return left;
}

/** How many seconds of `ranges` lie between two points. */
export function overlap(ranges: readonly Range[], from: number, to: number): number {
  return ranges.reduce((sum, [a, b]) => sum + Math.max(0, Math.min(b, to) - Math.max(a, from)), 0);
}
