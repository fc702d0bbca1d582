// @vitest-environment happy-dom
import { expect, test } from "vitest";
import type { Cue } from "./cues";
import { Work } from "./work";

const cue = (start: number, end: number, text = ""): Cue => ({ start, end, text, settings: "" });

function work(...cues: Cue[]): Work {
  const made = new Work("en", "English", 1, 60_000);
  made.load(cues, 1);
  return made;
}
const texts = (of: Work) => of.cues.map(({ text }) => text);

test("what is loaded is in order and not dirty", () => {
  const made = work(cue(5000, 6000, "b"), cue(1000, 2000, "a"));
  expect(texts(made)).toEqual(["a", "b"]);
  expect([made.dirty, made.selected, made.canUndo]).toEqual([false, 0, false]);
});

test("a text typed in one go is one step back", () => {
  const made = work(cue(0, 1000, "a"));
  made.type(0, "ab");
  made.type(0, "abc");
  made.undo();
  expect(texts(made)).toEqual(["a"]);
  expect(made.canUndo).toBe(false);
});

test("a moved cue finds its place and stays chosen", () => {
  const made = work(cue(0, 1000, "a"), cue(2000, 3000, "b"));
  made.time(0, 4000, 5000);
  expect(texts(made)).toEqual(["b", "a"]);
  expect(made.current?.text).toBe("a");
});

test("a drag is one step back", () => {
  const made = work(cue(0, 1000, "a"));
  for (const start of [100, 200, 300]) made.time(0, start, 1000, { going: true });
  made.settle();
  expect(made.current?.start).toBe(300);
  made.undo();
  expect(made.current?.start).toBe(0);
});

test("adding, splitting, merging and deleting choose what the person goes on with", () => {
  const made = work(cue(0, 2000, "one two"));
  expect(made.add(5000)).toBe(true);
  expect(made.selected).toBe(1);
  made.select(0);
  expect(made.split(3, null)).toBe(true);
  expect([texts(made), made.selected]).toEqual([["one", "two", ""], 1]);
  made.select(0);
  expect(made.merge()).toBe(true);
  expect([texts(made), made.selected]).toEqual([["one two", ""], 0]);
  made.remove();
  expect([texts(made), made.selected]).toEqual([[""], 0]);
  made.remove();
  expect(made.selected).toBe(-1);
  for (let times = 0; times < 5; times += 1) made.undo();
  expect(texts(made)).toEqual(["one two"]);
});

test("beginning after its end pushes the end on, and the other way round", () => {
  const made = work(cue(1000, 2000, "a"));
  made.set("start", 3000);
  expect(made.current).toMatchObject({ start: 3000, end: 3300 });
  made.set("end", 1000);
  expect(made.current).toMatchObject({ start: 700, end: 1000 });
});

test("theirs can be looked at, and mine had back", () => {
  const made = work(cue(0, 1000, "mine"));
  made.load([cue(0, 1000, "theirs")], 7, { undoable: true });
  expect([texts(made), made.dirty, made.version]).toEqual([["theirs"], false, 7]);
  made.undo();
  expect([texts(made), made.dirty, made.version]).toEqual([["mine"], true, 7]);
});
