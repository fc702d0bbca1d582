import { expect, test } from "vitest";
import { keyTarget, moved } from "./order";

test("an item moves and the others keep their order", () => {
  expect(moved(["a", "b", "c", "d"], 3, 1)).toEqual(["a", "d", "b", "c"]);
  expect(moved(["a", "b", "c", "d"], 0, 2)).toEqual(["b", "c", "a", "d"]);
  expect(moved(["a"], 0, 0)).toEqual(["a"]);
});

test("an index outside the list moves nothing", () => {
  expect(moved(["a", "b"], 5, 0)).toEqual(["a", "b"]);
});

test("arrow keys, Home and End name the new place", () => {
  expect(keyTarget("ArrowUp", 2, 4)).toBe(1);
  expect(keyTarget("ArrowDown", 2, 4)).toBe(3);
  expect(keyTarget("Home", 2, 4)).toBe(0);
  expect(keyTarget("End", 2, 4)).toBe(3);
});

test("at the edge, and for other keys, nothing moves", () => {
  expect(keyTarget("ArrowUp", 0, 4)).toBeNull();
  expect(keyTarget("ArrowDown", 3, 4)).toBeNull();
  expect(keyTarget("Home", 0, 4)).toBeNull();
  expect(keyTarget("x", 1, 4)).toBeNull();
});
