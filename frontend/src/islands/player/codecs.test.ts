import { expect, test } from "vitest";
import { showsAv1Easily, unwanted } from "./codecs";

const BOTH = ["avc1.64001e", "av01.0.04M.08", "avc1.640028", "av01.0.08M.08"];

test("one codec is kept of two", () => {
  expect(unwanted(BOTH, true)).toEqual([2, 0]);
  expect(unwanted(BOTH, false)).toEqual([3, 1]);
});

test("what is there only once stays, whatever is wished for", () => {
  expect(unwanted(["avc1.64001e", "avc1.640028"], true)).toEqual([]);
  expect(unwanted(["av01.0.04M.08"], false)).toEqual([]);
  expect(unwanted([], true)).toEqual([]);
});

test("AV1 is chosen only where hardware shows it", async () => {
  const answering = (info: object) => ({ decodingInfo: async () => info }) as unknown as MediaCapabilities;
  expect(await showsAv1Easily(answering({ supported: true, smooth: true, powerEfficient: true }))).toBe(true);
  expect(await showsAv1Easily(answering({ supported: true, smooth: true, powerEfficient: false }))).toBe(false);
  const failing = { decodingInfo: () => Promise.reject(new TypeError()) } as unknown as MediaCapabilities;
  expect(await showsAv1Easily(failing)).toBe(false);
  expect(await showsAv1Easily(undefined)).toBe(false);
});
