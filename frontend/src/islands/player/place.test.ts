import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Place } from "./place";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function place(): { place: Place; send: ReturnType<typeof vi.fn> } {
  const send = vi.fn().mockResolvedValue(undefined);
  return { place: new Place("/stream/", "token", send), send };
}

test("whoever pauses gives their place up a moment later, once", () => {
  const { place: mine, send } = place();
  mine.take();
  mine.giveUp();
  mine.giveUp();
  expect(send).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1_000);
  expect(send).toHaveBeenCalledExactlyOnceWith("/stream/", { method: "DELETE", csrf: "token", keepalive: true });
});

test("whoever plays on at once keeps it", () => {
  const { place: mine, send } = place();
  mine.take();
  mine.giveUp();
  mine.take();
  vi.advanceTimersByTime(10_000);
  expect(send).not.toHaveBeenCalled();
});

test("leaving the page gives it up now; a page that never loaded a thing has none", () => {
  const { place: mine, send } = place();
  mine.leave();
  expect(send).not.toHaveBeenCalled();
  mine.take();
  mine.leave();
  mine.leave();
  expect(send).toHaveBeenCalledOnce();
});

test("staff have no places to give up", () => {
  const send = vi.fn();
  const mine = new Place(null, "token", send);
  mine.take();
  mine.leave();
  expect(send).not.toHaveBeenCalled();
});
