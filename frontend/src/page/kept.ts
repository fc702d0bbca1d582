import { csrfToken, Problem, requestJson } from "../http";
import { read, STORE } from "../islands/player/heartbeat";

/**
 * Sends what was watched without a connection, of whatever lecture: from any page of the student's side, at once and
 * when the connection comes back. What the open player holds it sends by itself. See docs/adr/0005-watched-seconds.md.
 */
export function startKept(): void {
  const viewer = document.querySelector<HTMLElement>("[data-learner]")?.dataset.learner;
  if (!viewer) return;
  void sendKept(viewer);
  window.addEventListener("online", () => void sendKept(viewer));
}

export async function sendKept(viewer: string, send: typeof requestJson = requestJson): Promise<void> {
  const prefix = `${STORE}${viewer}:`;
  for (const key of keysOf(prefix)) {
    const url = key.slice(prefix.length);
    const text = localStorage.getItem(key);
    const { ranges, position } = read(text);
    if (isOpen(url) || !url.startsWith("/learn/")) continue;
    if (!ranges.length) {
      localStorage.removeItem(key);
      continue;
    }
    try {
      await send(url, { method: "POST", body: { ranges, position, late: true }, csrf: csrfToken() });
    } catch (error) {
      if (!isGone(error)) return; // no connection yet, too much at once, signed out: another page tries again
    }
    if (localStorage.getItem(key) === text) localStorage.removeItem(key); // unless another tab watches it just now
  }
}

function keysOf(prefix: string): string[] {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(prefix));
  } catch {
    return []; // forbidden by the browser's settings
  }
}

/** The player on this page keeps and sends what belongs to its lecture. */
function isOpen(progressUrl: string): boolean {
  const script = document.querySelector('[data-island="player"] > script[type="application/json"]');
  return script?.textContent?.includes(JSON.stringify(progressUrl)) ?? false;
}

/** The lecture or its video is no more: nothing can come of it. */
function isGone(error: unknown): boolean {
  return error instanceof Problem && [404, 409, 422].includes(error.status);
}
