// @vitest-environment happy-dom
import { beforeEach, expect, test, vi } from "vitest";
import { choices, keep } from "./memory";

beforeEach(() => localStorage.clear());

test("what was never chosen is as usual", () => {
  expect(choices()).toMatchObject({ speed: 1, quality: null, captionSize: "medium" });
});

test("a choice is kept, and leaves the others as they were", () => {
  keep({ speed: 1.5 });
  keep({ quality: 720 });
  expect(choices()).toMatchObject({ speed: 1.5, quality: 720, captionColor: "white" });
});

test("what is kept but broken is as if never chosen", () => {
  localStorage.setItem("colonnade:player", "{");
  expect(choices().speed).toBe(1);
});

test("a browser that keeps nothing does no harm", () => {
  const refuse = vi.spyOn(Storage.prototype, "setItem").mockImplementation(() => {
    throw new DOMException("no", "SecurityError");
  });
  expect(() => keep({ speed: 2 })).not.toThrow();
  refuse.mockRestore();
});
