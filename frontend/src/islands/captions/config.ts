import type { Cue } from "./cues";

/** A language that the video has captions in; the server's names. */
export interface Summary {
  language: string;
  name: string;
  label: string;
  source: string;
  version: number;
  cue_count: number;
  is_draft: boolean;
  /** Percent, while a computer listens; null otherwise. */
  progress: number | null;
}

/** A language with all that is said, and what the server doubts about it. */
export interface Document extends Summary {
  cues: Cue[];
  doubts: string[];
}

/** What the page tells the editor. Addresses are paths, times seconds. */
export interface EditorConfig {
  title: string;
  src: string;
  poster: string;
  duration: number | null;
  has_audio: boolean;
  video_id: string;
  captions: Summary[];
  captions_url: string;
  renew_url: string;
  languages: [tag: string, name: string][];
  recognition_url: string;
  /** Languages in which a computer can make a draft. */
  listens_to: string[];
  /** Why it can in none, where that can be changed. */
  deaf: string;
  csrf_token: string;
  viewer: string;
}
