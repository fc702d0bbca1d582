import { expect, test } from "vitest";
import { fingerprint } from "./config";

test("the same file chosen again has the same fingerprint, a changed one has not", () => {
  const file = { name: "a.mp4", size: 10, lastModified: 5 };
  expect(fingerprint({ ...file })).toBe(fingerprint(file));
  expect(fingerprint({ ...file, lastModified: 6 })).not.toBe(fingerprint(file));
  expect(fingerprint({ ...file, size: 11 })).not.toBe(fingerprint(file));
});
