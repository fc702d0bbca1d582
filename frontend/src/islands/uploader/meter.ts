const WINDOW_MS = 10_000;
const MIN_SPAN_MS = 800;

/** How fast bytes go, and how long the rest will take, over the last seconds: early speeds say nothing later. */
export class Meter {
  #samples: { at: number; bytes: number }[] = [];

  add(bytes: number, at: number): void {
    const last = this.#samples.at(-1);
    if (last && bytes < last.bytes) this.#samples = []; // a part is sent again
    this.#samples.push({ at, bytes });
    while (this.#samples.length > 2 && at - (this.#samples[0]?.at ?? at) > WINDOW_MS) this.#samples.shift();
  }

  /** Starts afresh, after a pause. */
  reset(): void {
    this.#samples = [];
  }

  /** Bytes a second, or null while too little is known. */
  get speed(): number | null {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (!first || !last || last.at - first.at < MIN_SPAN_MS) return null;
    return ((last.bytes - first.bytes) / (last.at - first.at)) * 1000;
  }

  secondsLeft(total: number): number | null {
    const speed = this.speed;
    const done = this.#samples.at(-1)?.bytes ?? 0;
    return speed ? (total - done) / speed : null;
  }
}

const UNITS = ["kB", "MB", "GB", "TB"];

export function sizeInWords(bytes: number): string {
  if (bytes < 1000) return `${Math.round(bytes)} bytes`;
  const power = Math.min(Math.floor(Math.log10(bytes) / 3), UNITS.length);
  const value = bytes / 1000 ** power;
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${UNITS[power - 1]}`;
}

export function timeInWords(seconds: number): string {
  if (seconds < 10) return "a few seconds left";
  if (seconds < 60) return `${Math.ceil(seconds / 5) * 5} s left`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min left`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min left`;
}
