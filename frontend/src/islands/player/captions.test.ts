// @vitest-environment happy-dom
import { beforeEach, expect, test } from "vitest";
import { bestTrack, kept, rememberCaptions } from "./captions";

class Tracks extends EventTarget {
  list: { kind: string; language: string; mode: string }[];
  constructor(...languages: string[]) {
    super();
    const captions = languages.map((language) => ({ kind: "subtitles", language, mode: "disabled" }));
    this.list = [{ kind: "metadata", language: "", mode: "hidden" }, ...captions];
  }
  *[Symbol.iterator]() {
    yield* this.list;
  }
  choose(language: string): void {
    for (const track of this.list.slice(1)) track.mode = track.language === language ? "showing" : "disabled";
    this.dispatchEvent(new Event("change"));
  }
}

function lecture(...languages: string[]): Tracks {
  const textTracks = new Tracks(...languages);
  rememberCaptions({ textTracks } as unknown as HTMLVideoElement, new AbortController().signal);
  return textTracks;
}

beforeEach(() => localStorage.clear());

test("nobody has chosen: nothing is shown, and nothing kept", () => {
  const tracks = lecture("en", "de");
  expect(tracks.list.some(({ mode }) => mode === "showing")).toBe(false);
  expect(kept()).toBeNull();
});

test("the language chosen in one lecture is shown in the next", () => {
  lecture("en", "de").choose("de");
  const next = lecture("en", "de");
  expect(next.list.find(({ mode }) => mode === "showing")?.language).toBe("de");
});

test("switched off they stay off", () => {
  const tracks = lecture("en");
  tracks.choose("en");
  tracks.choose("");
  expect(kept()).toBe("off");
  expect(lecture("en").list.some(({ mode }) => mode === "showing")).toBe(false);
});

test("a lecture without the language changes nothing of the choice", () => {
  lecture("de").choose("de");
  lecture("fr");
  expect(kept()).toBe("de");
});

test("another country's captions are better than none", () => {
  const tracks = [{ language: "fr" }, { language: "pt-BR" }];
  expect(bestTrack(tracks, "pt-PT")?.language).toBe("pt-BR");
  expect(bestTrack(tracks, "de")).toBeUndefined();
});
