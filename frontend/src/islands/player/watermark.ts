import { element } from "../../element";

const MOVES_EVERY_MS = 20_000;
/** Parts of the picture's free width and height. Not the bottom, where captions and controls are. */
const PLACES = [
  [0.04, 0.06],
  [0.95, 0.72],
  [0.4, 0.35],
  [0.06, 0.58],
  [0.96, 0.1],
  [0.4, 0.66],
  [0.62, 0.34],
] as const;

/**
 * Shows who watches, drifting over the picture: a recording names whoever made it. It stands inside the controls' own
 * element, and so in full screen as well. Gives back what takes it away.
 */
export function showWatermark(frame: HTMLElement, viewer: string, steady = prefersStillness()): () => void {
  const mark = element(
    "span",
    { class: "player-watermark", noautohide: true, "aria-hidden": "true", "data-testid": "watermark" },
    viewer,
  );
  let place = Math.floor(Math.random() * PLACES.length);
  const move = () => {
    const [x, y] = PLACES[place++ % PLACES.length] as (typeof PLACES)[number];
    mark.style.insetInlineStart = `${x * 100}%`;
    mark.style.insetBlockStart = `${y * 100}%`;
    mark.style.translate = `-${x * 100}% -${y * 100}%`; // of its own size: never beyond the picture
  };
  mark.classList.toggle("player-watermark-steady", steady);
  move();
  frame.prepend(mark);
  const timer = setInterval(move, MOVES_EVERY_MS);
  // Whoever takes it out by hand gets it back.
  const watch = new MutationObserver(() => {
    if (!mark.isConnected) frame.prepend(mark);
  });
  watch.observe(frame, { childList: true });
  return () => {
    watch.disconnect();
    clearInterval(timer);
    mark.remove();
  };
}

function prefersStillness(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
