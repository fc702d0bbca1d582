import { expect, test } from "vitest";
import { keyPlace } from "./place";

const COUNTS = [2, 0, 3];

test("arrows go along a section", () => {
  expect(keyPlace("ArrowDown", { section: 2, index: 0 }, COUNTS)).toEqual({ section: 2, index: 1 });
  expect(keyPlace("ArrowUp", { section: 2, index: 2 }, COUNTS)).toEqual({ section: 2, index: 1 });
  expect(keyPlace("End", { section: 2, index: 0 }, COUNTS)).toEqual({ section: 2, index: 2 });
  expect(keyPlace("Home", { section: 2, index: 2 }, COUNTS)).toEqual({ section: 2, index: 0 });
});

test("and over its edge into the next, empty or not", () => {
  expect(keyPlace("ArrowDown", { section: 0, index: 1 }, COUNTS)).toEqual({ section: 1, index: 0 });
  expect(keyPlace("ArrowUp", { section: 2, index: 0 }, COUNTS)).toEqual({ section: 1, index: 0 });
  expect(keyPlace("ArrowUp", { section: 1, index: 0 }, [2, 1])).toEqual({ section: 0, index: 2 });
});

test("at the ends of the course, and for other keys, nothing moves", () => {
  expect(keyPlace("ArrowUp", { section: 0, index: 0 }, COUNTS)).toBeNull();
  expect(keyPlace("ArrowDown", { section: 2, index: 2 }, COUNTS)).toBeNull();
  expect(keyPlace("x", { section: 0, index: 0 }, COUNTS)).toBeNull();
});
