import { expect, test } from "vitest";
import { Meter, sizeInWords, timeInWords } from "./meter";

test("speed and time left follow the last seconds", () => {
  const meter = new Meter();
  for (let second = 0; second <= 5; second++) meter.add(second * 1_000, second * 1_000);
  expect(meter.speed).toBe(1_000);
  expect(meter.secondsLeft(15_000)).toBe(10);
});

test("too little is known at first", () => {
  const meter = new Meter();
  meter.add(0, 0);
  meter.add(500, 100);
  expect(meter.speed).toBeNull();
  expect(meter.secondsLeft(1_000)).toBeNull();
});

test("an early burst is forgotten", () => {
  const meter = new Meter();
  meter.add(0, 0);
  meter.add(1_000_000, 1_000);
  for (let second = 2; second <= 30; second++) meter.add(1_000_000 + second * 10, second * 1_000);
  expect(meter.speed).toBeCloseTo(10);
});

test("a part that is sent again does not make the speed negative", () => {
  const meter = new Meter();
  meter.add(5_000, 0);
  meter.add(2_000, 1_000);
  meter.add(3_000, 2_000);
  expect(meter.speed).toBe(1_000);
});

test("a pause is not counted as slowness", () => {
  const meter = new Meter();
  meter.add(0, 0);
  meter.reset();
  meter.add(1_000, 60_000);
  meter.add(2_000, 61_000);
  expect(meter.speed).toBe(1_000);
});

test.each([
  [0, "0 bytes"],
  [999, "999 bytes"],
  [1_500, "1.5 kB"],
  [12_400_000, "12 MB"],
  [3_200_000_000, "3.2 GB"],
])("%d bytes are %s", (bytes, words) => expect(sizeInWords(bytes)).toBe(words));

test.each([
  [3, "a few seconds left"],
  [41, "45 s left"],
  [60, "1 min left"],
  [150, "3 min left"],
  [5_400, "1 h 30 min left"],
])("%d seconds are %s", (seconds, words) => expect(timeInWords(seconds)).toBe(words));
