export const ZOOMS = [0.5, 0.75, 1, 1.25, 1.5, 2, 3];

const WIDEST = 900;
const EDGE = 24;

/** How wide a page is in so much room: all of it, but no wider than can be read, times the zoom. Pixels. */
export function fitted(room: number, zoom: number): number {
  return Math.max(120, Math.round(Math.min(room - EDGE, WIDEST) * zoom));
}

/** The next zoom of the row; at its ends it stays. */
export function zoomed(zoom: number, step: number): number {
  const place = Math.max(0, ZOOMS.indexOf(zoom)) + step;
  return ZOOMS[Math.min(ZOOMS.length - 1, Math.max(0, place))] ?? 1;
}

/** The page that begins last above a height; their tops are in order. */
export function pageAt(tops: readonly number[], height: number): number {
  return Math.max(0, tops.filter((top) => top <= height).length - 1);
}
