/** A cue of a transcript; times in seconds. */
export interface Line {
  start: number;
  end: number;
  text: string;
}

const TIMING = /^(?:(\d+):)?(\d\d):(\d\d\.\d{3}) --> (?:(\d+):)?(\d\d):(\d\d\.\d{3})/;
const ENTITIES: Record<string, string> = { "&amp;": "&", "&lt;": "<", "&gt;": ">" };

/** What is said in a WebVTT file, as the server writes it: one form of each thing, and no more than it needs. */
export function linesOf(vtt: string): Line[] {
  return vtt.split(/\n\n+/).flatMap((block): Line[] => {
    const [timing = "", ...words] = block.trim().split("\n");
    const found = TIMING.exec(timing);
    if (!found) return [];
    const [, hours, minutes, seconds, endHours, endMinutes, endSeconds] = found;
    const text = plain(words.join(" "));
    return [{ start: time(hours, minutes, seconds), end: time(endHours, endMinutes, endSeconds), text }];
  });
}

/** The line that is being said, or was last; -1 before the first. */
export function lineAt(lines: readonly Line[], time: number): number {
  let low = 0;
  let high = lines.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((lines[middle]?.start ?? 0) <= time) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** As people read it: 0:07, 12:03, 1:02:03. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const two = (value: number) => String(value).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

function time(hours = "0", minutes = "0", seconds = "0"): number {
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
}

function plain(text: string): string {
  return text.replace(/<[^>]*>/g, "").replace(/&(?:amp|lt|gt);/g, (entity) => ENTITIES[entity] ?? entity);
}
