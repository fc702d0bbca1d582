import { expect, test } from "vitest";
import { overlap, subtract, union } from "./ranges";

test("overlapping and touching spans become one", () => {
  expect(
    union(
      [
        [4, 6],
        [0, 2],
      ],
      [
        [2, 3],
        [5, 9],
      ],
    ),
  ).toEqual([
    [0, 3],
    [4, 9],
  ]);
});

test("empty and inverted spans vanish", () => {
  expect(
    union([
      [3, 3],
      [5, 4],
      [1, 2],
    ]),
  ).toEqual([[1, 2]]);
});

test("a union does not change what it is made of", () => {
  const first: [number, number][] = [[0, 5]];
  union(first, [[5, 9]]);
  expect(first).toEqual([[0, 5]]);
});

test("subtracting cuts spans at both ends and in the middle", () => {
  expect(
    subtract(
      [[0, 10]],
      [
        [2, 3],
        [9, 12],
      ],
    ),
  ).toEqual([
    [0, 2],
    [3, 9],
  ]);
  expect(subtract([[0, 10]], [[0, 10]])).toEqual([]);
  expect(subtract([[0, 2]], [[5, 6]])).toEqual([[0, 2]]);
});

test("overlap counts only what lies between two points", () => {
  expect(
    overlap(
      [
        [0, 1.5],
        [3, 4],
      ],
      1,
      3.25,
    ),
  ).toBeCloseTo(0.75);
});
