import { expect, test } from "vitest";
import { clock, lineAt, linesOf } from "./vtt";

const VTT = `WEBVTT

00:00:01.000 --> 00:00:02.500 line:10%
Good <i>morning</i>
all

01:00:03.250 --> 01:00:04.000
R&amp;D, 1 &lt; 2`;

test("a file becomes lines of plain text", () => {
  expect(linesOf(VTT)).toEqual([
    { start: 1, end: 2.5, text: "Good morning all" },
    { start: 3603.25, end: 3604, text: "R&D, 1 < 2" },
  ]);
  expect(linesOf("WEBVTT\n")).toEqual([]);
});

test("the line at a time is the last that has begun", () => {
  const lines = [1, 2, 5].map((start) => ({ start, end: start + 1, text: "" }));
  expect([0, 1, 4.9, 5, 99].map((time) => lineAt(lines, time))).toEqual([-1, 0, 1, 2, 2]);
  expect(lineAt([], 3)).toBe(-1);
});

test("times read like a clock", () => {
  expect([0, 7.9, 723, 3723].map(clock)).toEqual(["0:00", "0:07", "12:03", "1:02:03"]);
});
