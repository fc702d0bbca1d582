import { Problem } from "../../http";
import type { Chapter } from "./chapters";

/** What the page tells the player; the server's names. Times are seconds, addresses are paths. */
export interface PlayerConfig {
  src: string;
  poster: string | null;
  position: number;
  duration: number | null;
  /** Where to tell what was watched; empty for visitors, of whom nothing is kept. */
  progress_url: string;
  /** It is still being made: more of it comes, and more qualities. */
  growing?: boolean;
  next_url: string | null;
  next_title: string | null;
  title: string;
  csrf_token: string;
  completed: boolean;
  /** A WebVTT file of pictures along the video. */
  storyboard: string | null;
  tracks?: { src: string; srclang: string; label: string }[];
  chapters?: Chapter[];
  /** Where to tell what could not be played. */
  report_url?: string;
  /** Where to give up one of the few streams a person may have at once; nobody counts without it. */
  stream_url?: string | null;
  /** Who watches, to be seen in the picture. */
  watermark?: string | null;
  /** Where to get this configuration again, as JSON; without it the page itself is read. */
  renew_url?: string;
  /** Keeps apart what several people on one browser have not sent yet. */
  viewer?: string;
}

/** The configuration with fresh addresses: signed ones expire while a page is open. */
export async function renewedConfig(config: PlayerConfig): Promise<PlayerConfig> {
  const url = config.renew_url ?? location.href;
  const response = await fetch(url, { headers: { Accept: config.renew_url ? "application/json" : "text/html" } });
  if (!response.ok) throw new Problem("No longer available", refusal(response.status), response.status);
  if (config.renew_url) return (await response.json()) as PlayerConfig;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const script = page.querySelector('[data-island="player"] > script[type="application/json"]');
  if (!script?.textContent) throw new Problem("No longer available", refusal(403), 403);
  return JSON.parse(script.textContent) as PlayerConfig;
}

function refusal(status: number): string {
  if (status === 401) return "You are signed out. Sign in again to go on watching.";
  return "You cannot watch this lecture any more. Ask your school if you think you should.";
}
