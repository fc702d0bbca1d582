import { expect, test } from "vitest";
import { type Cue, cueAt, faultOf, merged, newCue, read, split, written } from "./cues";

const cue = (start: number, end: number, text = ""): Cue => ({ start, end, text, settings: "" });

test.each([
  ["7.25", 7250],
  ["0:07,25", 7250],
  ["1:02:03", 3_723_000],
  [" 12:03.5 ", 723_500],
  ["90", 90_000],
  ["", null],
  ["1:2:3:4", null],
  ["now", null],
  ["-1", null],
  ["1.2345", null],
])("the time %s is read", (text, milliseconds) => expect(read(text)).toBe(milliseconds));

test("what is written is read as it was", () => {
  for (const time of [0, 7, 59_999, 60_000, 3_600_000, 35_999_999]) expect(read(written(time))).toBe(time);
});

test("a new cue takes the room there is", () => {
  const cues = [cue(1000, 2000), cue(5000, 6000)];
  expect(newCue(cues, 0, 9000)).toEqual(cue(0, 1000));
  expect(newCue(cues, 1500, 9000)).toEqual(cue(2000, 5000));
  expect(newCue(cues, 4800, 9000)).toBeNull();
  expect(newCue(cues, 8000, 9000)).toEqual(cue(8000, 9000));
  expect(newCue([], 0, 9000)).toEqual(cue(0, 3000));
});

test("splitting shares the text and the time", () => {
  expect(split(cue(0, 2000, "one two"), 3, null)).toEqual([cue(0, 857, "one"), cue(857, 2000, "two")]);
  expect(split(cue(0, 2000, "one two"), 3, 1200)).toEqual([cue(0, 1200, "one"), cue(1200, 2000, "two")]);
  expect(split(cue(0, 2000, "one"), 0, null)).toEqual([cue(0, 300, ""), cue(300, 2000, "one")]);
  expect(split(cue(0, 500, "one two"), 3, null)).toBeNull();
});

test("merging joins both", () => {
  expect(merged(cue(0, 1000, "one"), cue(1500, 2000, "two"))).toEqual(cue(0, 2000, "one two"));
  expect(merged(cue(0, 1000, ""), cue(1500, 2000, "two")).text).toBe("two");
});

test("the cue at a time is the last that has begun", () => {
  const cues = [cue(1000, 2000), cue(5000, 6000)];
  expect([0, 1000, 4000, 5500].map((time) => cueAt(cues, time))).toEqual([-1, 0, 0, 1]);
});

test("faults are named", () => {
  expect(faultOf(cue(1000, 1000), undefined, 9000)).toBe("Ends before it begins");
  expect(faultOf(cue(1000, 3000), cue(2000, 4000), 9000)).toBe("Runs into the next one");
  expect(faultOf(cue(9500, 9900), undefined, 9000)).toBe("After the video’s end");
  expect(faultOf(cue(1000, 2000), cue(2000, 4000), 9000)).toBe("");
});
