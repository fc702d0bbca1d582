import { choiceMenu, markChosen } from "./menus";

/** Seconds from the start. */
export interface Chapter {
  start: number;
  end: number;
  title: string;
}

/** Tells the seek bar, which then shows where chapters begin and names them where one points. */
export function addChapters(video: HTMLVideoElement, chapters: readonly Chapter[]): void {
  const track = video.addTextTrack("chapters", "Chapters");
  track.mode = "hidden"; // disabled, it would have no cues
  for (const { start, end, title } of chapters) track.addCue(new VTTCue(start, end, title));
}

export function chapterAt(chapters: readonly Chapter[], seconds: number): number {
  return chapters.findLastIndex(({ start }) => start <= seconds);
}

/** A menu that goes to a chapter and marks the one that plays. */
export function chapterMenu(video: HTMLVideoElement, chapters: readonly Chapter[]): HTMLElement {
  const listed = chapters.map(({ start, title }, index) => ({
    value: String(index),
    label: title,
    note: clock(start),
  }));
  const menu = choiceMenu("Chapters", listed, "0", (value) => {
    const chapter = chapters[Number(value)];
    // A moment later: a key frame just before the border would still count as the chapter before.
    if (chapter && Number(value) !== chapterAt(chapters, video.currentTime)) video.currentTime = chapter.start + 0.01;
  });
  video.addEventListener("timeupdate", () => markChosen(menu, String(chapterAt(chapters, video.currentTime))));
  return menu;
}

/** 0:07, 12:03, 1:02:03. */
export function clock(seconds: number): string {
  const whole = Math.floor(seconds);
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  const rest = String(whole % 60).padStart(2, "0");
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
}
