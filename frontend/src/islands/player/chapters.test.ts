import { expect, test } from "vitest";
import { chapterAt, clock } from "./chapters";

const CHAPTERS = [
  { start: 0, end: 60, title: "Paper" },
  { start: 60, end: 90, title: "Ink" },
];

test.each([
  [0, 0],
  [59.9, 0],
  [60, 1],
  [500, 1],
])("at %d s the chapter is number %d", (seconds, index) => {
  expect(chapterAt(CHAPTERS, seconds)).toBe(index);
});

test("before the first chapter there is none", () => {
  expect(chapterAt([{ start: 5, end: 9, title: "Late" }], 1)).toBe(-1);
});

test.each([
  [7, "0:07"],
  [723.9, "12:03"],
  [3723, "1:02:03"],
])("%d s is %s", (seconds, text) => {
  expect(clock(seconds)).toBe(text);
});
