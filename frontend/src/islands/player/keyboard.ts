/** What a key asks of the player. */
export type Command =
  | { do: "toggle" | "mute" | "fullscreen" | "captions" | "picture" | "keymap" | "theatre" | "note" }
  | { do: "skip"; seconds: number }
  | { do: "to"; fraction: number }
  | { do: "speed"; step: 1 | -1 }
  | { do: "volume"; by: number };

const KEYS: Record<string, Command> = {
  " ": { do: "toggle" },
  k: { do: "toggle" },
  j: { do: "skip", seconds: -10 },
  l: { do: "skip", seconds: 10 },
  ArrowLeft: { do: "skip", seconds: -5 },
  ArrowRight: { do: "skip", seconds: 5 },
  ArrowUp: { do: "volume", by: 0.05 },
  ArrowDown: { do: "volume", by: -0.05 },
  m: { do: "mute" },
  f: { do: "fullscreen" },
  c: { do: "captions" },
  p: { do: "picture" },
  t: { do: "theatre" },
  n: { do: "note" },
  "<": { do: "speed", step: -1 },
  ">": { do: "speed", step: 1 },
  "?": { do: "keymap" },
  Home: { do: "to", fraction: 0 },
};

const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2, 2.5, 3] as const;

/** The speed a step faster or slower than `rate`. */
export function nextSpeed(rate: number, step: 1 | -1): number {
  const faster = SPEEDS.find((speed) => speed > rate);
  const slower = SPEEDS.findLast((speed) => speed < rate);
  return (step > 0 ? faster : slower) ?? rate;
}
export const speeds: readonly number[] = SPEEDS;

/** What the key means to the player at `root`, or nothing where it belongs to somebody else. */
export function commandFor(event: KeyboardEvent, root: Element): Command | null {
  if (event.altKey || event.ctrlKey || event.metaKey || event.defaultPrevented) return null;
  const target = (event.composedPath()[0] ?? event.target) as Element;
  const host = event.target as Element;
  if (belongsToTarget(event.key, target, host, root)) return null;
  if (/^[0-9]$/.test(event.key)) return { do: "to", fraction: Number(event.key) / 10 };
  return KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key] ?? null;
}

function belongsToTarget(key: string, target: Element, host: Element, root: Element): boolean {
  if (target.closest("input, textarea, select, [contenteditable]") && !root.contains(host)) return true;
  if (host.closest("dialog, [role=menu]")) return true;
  const inside = root.contains(host);
  if (key.startsWith("Arrow") || key === "Home") {
    const range = host.localName.endsWith("-range"); // the sliders move by these keys themselves
    return range || (!inside && (key === "ArrowUp" || key === "ArrowDown" || key === "Home")); // the page scrolls
  }
  if (key === " ")
    return host.matches("a, button, summary, [role=button], [tabindex]") && host !== root && isControl(host);
  return false;
}

function isControl(host: Element): boolean {
  return host.localName !== "media-controller" && host.localName !== "main" && host.localName !== "video";
}
