import { expect, test } from "vitest";
import { announcement, timeLeft } from "./clock";

test("the time left is whole seconds, and 0:00 only at the end", () => {
  expect(timeLeft(3909)).toBe("1:05:09");
  expect(timeLeft(247)).toBe("4:07");
  expect(timeLeft(0.2)).toBe("0:01");
  expect(timeLeft(-3)).toBe("0:00");
});

test("few moments are read aloud, each once", () => {
  expect(announcement(300.4, 299.9)).toBe("5 minutes left");
  expect(announcement(60.1, 59.6)).toBe("1 minute left");
  expect(announcement(299, 298)).toBe("");
});
