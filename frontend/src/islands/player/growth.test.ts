import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Growth, offered } from "./growth";

const ONE = "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n480p/index.m3u8\n";
const TWO = `${ONE}#EXT-X-STREAM-INF:BANDWIDTH=2\n720p/index.m3u8\n`;

let answers: (() => Promise<Response>)[];

beforeEach(() => {
  vi.useFakeTimers();
  answers = [];
  vi.stubGlobal("fetch", () => (answers.shift() ?? (() => Promise.resolve(new Response(ONE))))());
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("counts what a master playlist offers", () => {
  expect([offered(""), offered(ONE), offered(TWO)]).toEqual([0, 1, 2]);
});

test("says once that there is more to choose from", async () => {
  const more = vi.fn();
  new Growth("/v/master.m3u8", 1, more);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(more).not.toHaveBeenCalled();
  answers = [() => Promise.resolve(new Response(TWO)), () => Promise.resolve(new Response(TWO))];
  await vi.advanceTimersByTimeAsync(20_000);
  expect(more).toHaveBeenCalledOnce();
});

test("looks once more when all is made, and never again", async () => {
  const more = vi.fn();
  const growth = new Growth("/v/master.m3u8", 1, more);
  answers = [() => Promise.resolve(new Response(TWO)), () => Promise.resolve(new Response(TWO))];
  await growth.finish();
  expect(more).toHaveBeenCalledOnce();
  await growth.finish();
  await vi.advanceTimersByTimeAsync(20_000);
  expect(more).toHaveBeenCalledOnce();
});

test("goes on looking when the line is away, and stops when told", async () => {
  const more = vi.fn();
  const growth = new Growth("/v/master.m3u8", 1, more);
  answers = [() => Promise.reject(new TypeError()), () => Promise.resolve(new Response("", { status: 503 }))];
  await vi.advanceTimersByTimeAsync(10_000);
  answers = [() => Promise.resolve(new Response(TWO))];
  growth.end();
  await vi.advanceTimersByTimeAsync(20_000);
  expect(more).not.toHaveBeenCalled();
});

test("a quality in two codecs is one", () => {
  const both = '#EXT-X-STREAM-INF:CODECS="avc1.640028,mp4a.40.2"\na\n#EXT-X-STREAM-INF:CODECS="av01.0.08M.08"\nb\n';
  expect(offered(both)).toBe(1);
});
