/** Where a key takes a lecture: within its section, or over the edge into the section beside it. */
export interface Place {
  section: number;
  index: number;
}

/** `counts`: how many lectures each section has. Null where the key means nothing, or there is nowhere to go. */
export function keyPlace(key: string, { section, index }: Place, counts: readonly number[]): Place | null {
  const count = counts[section] ?? 0;
  if (key === "ArrowUp") {
    if (index > 0) return { section, index: index - 1 };
    return section > 0 ? { section: section - 1, index: counts[section - 1] ?? 0 } : null;
  }
  if (key === "ArrowDown") {
    if (index < count - 1) return { section, index: index + 1 };
    return section < counts.length - 1 ? { section: section + 1, index: 0 } : null;
  }
  if (key === "Home" && index > 0) return { section, index: 0 };
  if (key === "End" && index < count - 1) return { section, index: count - 1 };
  return null;
}
