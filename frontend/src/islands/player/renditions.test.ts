import { expect, test, vi } from "vitest";
import { Renditions, renditionFor } from "./renditions";

const two = [
  { id: "0", width: 640, height: 360, bitrate: 500_000 },
  { id: "1", width: 1280, height: 720, bitrate: 2_000_000 },
];

test("it reads like the list media-chrome expects", () => {
  const renditions = new Renditions(() => {});
  renditions.replace(two);
  expect([...renditions]).toEqual(two);
  expect(renditions.length).toBe(2);
  expect(renditions[1]?.height).toBe(720);
  expect(renditions.selectedIndex).toBe(-1);
});

test("choosing one tells the stream and the menu", () => {
  const chosen = vi.fn();
  const changed = vi.fn();
  const renditions = new Renditions(chosen);
  renditions.replace(two);
  renditions.addEventListener("change", changed);
  renditions.selectedIndex = 1;
  renditions.selectedIndex = 1;
  expect(chosen.mock.calls).toEqual([[1]]);
  expect(changed).toHaveBeenCalledTimes(1);
});

test("a new stream replaces the old list", () => {
  const renditions = new Renditions(() => {});
  renditions.replace(two);
  renditions.replace(two.slice(0, 1));
  expect([...renditions]).toHaveLength(1);
  expect(renditions[1]).toBeUndefined();
});

test.each([
  [null, -1],
  [720, 1],
  [1080, 1],
  [480, 0],
  [240, 0],
])("whoever chose %s lines gets number %d", (height, index) => {
  expect(renditionFor(two, height)).toBe(index);
});

test("what was chosen before is chosen in a new list, and tells the stream nothing new", () => {
  const chosen = vi.fn();
  const renditions = new Renditions(chosen);
  renditions.replace(two, 1);
  expect(renditions.selectedIndex).toBe(1);
  expect(chosen).not.toHaveBeenCalled();
});
