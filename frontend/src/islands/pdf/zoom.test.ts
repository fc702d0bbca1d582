import { expect, test } from "vitest";
import { fitted, pageAt, zoomed } from "./zoom";

test("a page takes the room there is, up to what can be read", () => {
  expect(fitted(390, 1)).toBe(366);
  expect(fitted(2000, 1)).toBe(900);
  expect(fitted(390, 2)).toBe(732);
  expect(fitted(0, 1)).toBe(120);
});

test("the zoom goes along its row and stays at the ends", () => {
  expect(zoomed(1, 1)).toBe(1.25);
  expect(zoomed(0.5, -1)).toBe(0.5);
  expect(zoomed(3, 1)).toBe(3);
});

test("the page in sight is the last that begins above", () => {
  expect(pageAt([0, 500, 1000], 0)).toBe(0);
  expect(pageAt([0, 500, 1000], 700)).toBe(1);
  expect(pageAt([0, 500, 1000], 5000)).toBe(2);
  expect(pageAt([], 10)).toBe(0);
});
