const STORE = "colonnade:captions";
const OFF = "off";

/** Shows the captions that were chosen last, in whatever lecture, and remembers what is chosen now. */
export function rememberCaptions(video: HTMLVideoElement, signal: AbortSignal, storage = browserStorage()): void {
  const wanted = kept(storage);
  const chosen = wanted && wanted !== OFF ? bestTrack(offered(video), wanted) : undefined;
  if (chosen) chosen.mode = "showing";
  let shown = languageShown(video);
  video.textTracks.addEventListener(
    "change",
    () => {
      const now = languageShown(video);
      if (now === shown) return;
      shown = now;
      keep(storage, now ?? OFF);
    },
    { signal },
  );
}

/** The track in the wanted language, else one of the same language in another country. */
export function bestTrack<Track extends { language: string }>(tracks: Track[], wanted: string): Track | undefined {
  const base = (tag: string) => tag.split("-")[0]?.toLowerCase();
  return (
    tracks.find(({ language }) => language.toLowerCase() === wanted.toLowerCase()) ??
    tracks.find(({ language }) => base(language) === base(wanted))
  );
}

/** What was chosen last: a language, nothing ("off"), or null where nobody has chosen yet. */
export function kept(storage = browserStorage()): string | null {
  try {
    return storage?.getItem(STORE) ?? null;
  } catch {
    return null;
  }
}

function keep(storage: Storage | null, language: string): void {
  try {
    storage?.setItem(STORE, language);
  } catch {
    // Full or forbidden: the choice holds for this page.
  }
}

function offered(video: HTMLVideoElement): TextTrack[] {
  return [...video.textTracks].filter(({ kind }) => kind === "subtitles" || kind === "captions");
}

function languageShown(video: HTMLVideoElement): string | null {
  return offered(video).find(({ mode }) => mode === "showing")?.language ?? null;
}

function browserStorage(): Storage | null {
  try {
    return window.localStorage;
  } catch {
    return null; // forbidden by the browser's settings
  }
}
