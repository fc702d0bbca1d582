/** What a key asks of the editor. */
export type Command =
  | { do: "toggle" | "add" | "start" | "end" | "split" | "merge" | "remove" | "save" | "undo" | "edit" | "leave" }
  | { do: "skip"; milliseconds: number }
  | { do: "step"; by: 1 | -1 };

/** The keys as the page lists them. In a text, only those that say so. */
export const LISTED: [keys: string, meaning: string][] = [
  ["Space", "Play or pause (in a text: Ctrl Space)"],
  ["← →", "Back or on by a second; with Shift by a tenth"],
  ["↑ ↓", "The caption before or after"],
  ["Enter", "Write in the caption; in a text: a new caption after it"],
  ["Shift Enter", "In a text: a new line"],
  ["Esc", "Leave the text"],
  ["N", "A new caption where the video stands"],
  ["I O", "Let the caption begin, or end, where the video stands"],
  ["S", "Split in two where the video stands (in a text: Ctrl Enter, at the cursor)"],
  ["M", "Merge with the next"],
  ["Delete", "Delete the caption"],
  ["Ctrl Z", "Take the last change back"],
  ["Ctrl S", "Save"],
];

const PLAIN: Record<string, Command> = {
  " ": { do: "toggle" },
  ArrowUp: { do: "step", by: -1 },
  ArrowDown: { do: "step", by: 1 },
  Enter: { do: "edit" },
  n: { do: "add" },
  i: { do: "start" },
  o: { do: "end" },
  s: { do: "split" },
  m: { do: "merge" },
  Delete: { do: "remove" },
  Backspace: { do: "remove" },
};

/** What the key means where the focus is, or nothing where it belongs to the browser or to a control. */
export function commandFor(event: KeyboardEvent): Command | null {
  const target = event.target as HTMLElement;
  const control = event.ctrlKey || event.metaKey;
  if (event.defaultPrevented || event.altKey || event.isComposing || target.closest("dialog")) return null;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (control && key === "s") return { do: "save" };
  if (target.matches("[data-cue-text]")) return inText(key, control, event.shiftKey);
  if (target.closest("input, textarea, select, [contenteditable]")) return null;
  if (control) return key === "z" && !event.shiftKey ? { do: "undo" } : null;
  if (key === "ArrowLeft") return { do: "skip", milliseconds: event.shiftKey ? -100 : -1000 };
  if (key === "ArrowRight") return { do: "skip", milliseconds: event.shiftKey ? 100 : 1000 };
  const pressable = target.closest("a, button, summary, [role=tab], video");
  if (pressable && (key === " " || key === "Enter")) return null;
  return PLAIN[key] ?? null;
}

function inText(key: string, control: boolean, shift: boolean): Command | null {
  if (key === "Escape") return { do: "leave" };
  if (control && key === " ") return { do: "toggle" };
  if (control && key === "Enter") return { do: "split" };
  if (key === "Enter" && !shift) return { do: "add" };
  return null;
}
