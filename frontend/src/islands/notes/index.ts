import "./notes.css";
import { clock } from "../transcript/vtt";

const STORE = "colonnade:note:";

/**
 * The notes beside a lecture: a new one is pinned to the second at which its writing began, a click on a time seeks,
 * and what is being written survives a reload. The server draws everything; without a player nothing is pinned.
 */
export function mount(root: HTMLElement): () => void {
  const leave = new AbortController();
  const { signal } = leave;
  const body = root.querySelector<HTMLTextAreaElement>("[data-note-body]");
  const second = root.querySelector<HTMLInputElement>("[data-note-second]");
  const pin = root.querySelector<HTMLButtonElement>("[data-note-pin]");
  const words = root.querySelector<HTMLElement>("[data-note-clock]");
  root.addEventListener("click", (event) => seekTo(event.target as Element), { signal });
  if (!body || !second || !pin || !words) return () => leave.abort();

  let at = second.value === "" ? null : Number(second.value);
  const show = (pinned: boolean) => {
    pin.hidden = at === null;
    words.textContent = at === null ? "" : `at ${clock(at)}`;
    pin.setAttribute("aria-pressed", String(pinned));
    second.value = pinned && at !== null ? String(at) : "";
  };
  const take = () => {
    const video = player();
    if (!video || body.value.trim() !== "") return; // it belongs to where its writing began
    at = Math.floor(video.currentTime);
    show(true);
  };
  const draft = STORE + location.pathname;
  if (body.value === "") body.value = read(draft);
  if (at !== null) show(true);
  body.addEventListener("focus", take, { signal });
  body.addEventListener("beforeinput", take, { signal });
  body.addEventListener("input", () => keep(draft, body.value), { signal });
  body.addEventListener(
    "keydown",
    (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) body.form?.requestSubmit();
      if (event.key === "Escape") body.blur();
    },
    { signal },
  );
  body.form?.addEventListener("submit", () => keep(draft, ""), { signal });
  pin.addEventListener("click", () => show(pin.getAttribute("aria-pressed") !== "true"), { signal });
  return () => leave.abort();
}

function player(): HTMLVideoElement | null {
  return document.querySelector<HTMLVideoElement>('[data-island="player"] video');
}

function seekTo(target: Element): void {
  const second = target.closest<HTMLElement>("[data-seek]")?.dataset.seek;
  const video = player();
  if (second === undefined || !video) return;
  video.currentTime = Number(second);
  void video.play().catch(() => {}); // the browser may want a click in the player first
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  video.closest(".player")?.scrollIntoView({ block: "nearest", behavior: calm ? "auto" : "smooth" });
}

function read(key: string): string {
  try {
    return localStorage.getItem(key) ?? "";
  } catch {
    return ""; // forbidden by the browser's settings
  }
}

function keep(key: string, text: string): void {
  try {
    if (text) localStorage.setItem(key, text);
    else localStorage.removeItem(key);
  } catch {
    // Full or forbidden: it is still in the field.
  }
}
