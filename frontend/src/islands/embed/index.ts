import "./embed.css";
import { element } from "../../element";
import { configOf } from "..";

export interface EmbedConfig {
  provider: string;
  /** What the frame loads. */
  frame: string;
  /** Where the video lies for people. */
  address: string;
  title: string;
}

const KEY = "colonnade:embed:";

/** Loads a video from elsewhere once its viewer says so, or has said so for good on this device. */
export function mount(root: HTMLElement): () => void {
  const config = configOf<EmbedConfig>(root);
  const leave = new AbortController();
  const load = root.querySelector<HTMLButtonElement>("[data-embed-load]");
  const always = root.querySelector<HTMLElement>("[data-embed-always]");
  const box = always?.querySelector("input");
  if (load) load.hidden = false;
  if (always) always.hidden = false;
  const show = () => root.querySelector(".embed-ask")?.replaceWith(frameOf(config));
  load?.addEventListener(
    "click",
    () => {
      if (box?.checked) remember(config.provider);
      show();
      root.querySelector("iframe")?.focus();
    },
    { signal: leave.signal },
  );
  if (agreed(config.provider)) show();
  return () => leave.abort();
}

function frameOf({ frame, title }: EmbedConfig): HTMLIFrameElement {
  return element("iframe", {
    src: frame,
    title,
    allow: "autoplay; encrypted-media; fullscreen; picture-in-picture",
    allowfullscreen: true,
    referrerpolicy: "strict-origin-when-cross-origin", // YouTube plays for nobody who does not say where
    sandbox: "allow-scripts allow-same-origin allow-presentation allow-popups allow-popups-to-escape-sandbox",
    "data-testid": "embed-frame",
  });
}

function agreed(provider: string): boolean {
  try {
    return localStorage.getItem(KEY + provider) === "yes";
  } catch {
    return false; // a browser that keeps nothing
  }
}

function remember(provider: string): void {
  try {
    localStorage.setItem(KEY + provider, "yes");
  } catch {
    // It is asked again.
  }
}
