/** By name, the way people count: 2 comes before 10. */
export function inOrder(files: readonly File[]): File[] {
  const names = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
  return [...files].sort((one, other) => names.compare(one.name, other.name));
}
