/** What is said from when to when; whole milliseconds. `settings` is where it stands on the picture. */
export interface Cue {
  start: number;
  end: number;
  text: string;
  settings: string;
}

export const SHORTEST = 300;
const USUAL = 3000;

export function inOrder(cues: readonly Cue[]): Cue[] {
  return [...cues].sort((a, b) => a.start - b.start || a.end - b.end);
}

/** The cue at a time, else the last before it; -1 before the first. `cues` in order. */
export function cueAt(cues: readonly Cue[], time: number): number {
  let low = 0;
  let high = cues.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((cues[middle]?.start ?? 0) <= time) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** An empty cue where there is room from `time` on, or null: before the next cue, and before the video's end. */
export function newCue(cues: readonly Cue[], time: number, duration: number): Cue | null {
  const before = cues[cueAt(cues, time)];
  const start = before && before.end > time ? before.end : time;
  const next = cues.find((cue) => cue.start >= start);
  const end = Math.min(start + USUAL, next?.start ?? Number.POSITIVE_INFINITY, duration);
  return end - start < SHORTEST ? null : { start, end, text: "", settings: "" };
}

/** Two cues of one: at a place in its text, and at `time` if that lies within it, else in proportion. */
export function split(cue: Cue, at: number, time: number | null): [Cue, Cue] | null {
  if (cue.end - cue.start < 2 * SHORTEST) return null;
  const words = [cue.text.slice(0, at).trim(), cue.text.slice(at).trim()] as const;
  const share = cue.text.length ? at / cue.text.length : 0.5;
  const wanted = time ?? cue.start + Math.round((cue.end - cue.start) * share);
  const middle = Math.max(cue.start + SHORTEST, Math.min(cue.end - SHORTEST, wanted));
  return [
    { ...cue, end: middle, text: words[0] },
    { ...cue, start: middle, text: words[1] },
  ];
}

export function merged(first: Cue, second: Cue): Cue {
  const text = [first.text, second.text].filter(Boolean).join(" ");
  return { ...first, end: Math.max(first.end, second.end), text };
}

/** What is wrong with a cue, in a few words; "" where nothing is. The server says the same in whole sentences. */
export function faultOf(cue: Cue, next: Cue | undefined, duration: number): string {
  if (cue.end <= cue.start) return "Ends before it begins";
  if (cue.start >= duration) return "After the video’s end";
  if (next && next.start < cue.end) return "Runs into the next one";
  return "";
}

/** Whether the person has to mend it before it can be saved. */
export function isImpossible(cue: Cue): boolean {
  return cue.end <= cue.start;
}

/** As people type it: 0:07.250, 1:02:03.000. */
export function written(milliseconds: number): string {
  const whole = Math.max(0, Math.round(milliseconds));
  const [hours, minutes, seconds] = [Math.floor(whole / 3_600_000), Math.floor(whole / 60_000) % 60, whole % 60_000];
  const rest = `${String(Math.floor(seconds / 1000)).padStart(2, "0")}.${String(seconds % 1000).padStart(3, "0")}`;
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
}

/** Milliseconds of "7.25", "0:07,25" or "1:02:03"; null where it is no time. */
export function read(text: string): number | null {
  const parts = text.trim().replace(",", ".").split(":");
  if (parts.length > 3 || !parts.every((part, index) => valid(part, index === parts.length - 1))) return null;
  return Math.round(parts.reduce((sum, part) => sum * 60 + Number(part), 0) * 1000);
}

function valid(part: string, last: boolean): boolean {
  return last ? /^\d{1,5}(?:\.\d{0,3})?$/.test(part) : /^\d{1,3}$/.test(part);
}
