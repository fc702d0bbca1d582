// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { showWatermark } from "./watermark";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] }));
afterEach(() => void vi.useRealTimers());

test("it names the viewer, as text, and wanders", () => {
  const frame = document.createElement("div");
  showWatermark(frame, "Ann <ann@example.org>", false);
  const mark = frame.querySelector(".player-watermark") as HTMLElement;
  expect(mark.textContent).toBe("Ann <ann@example.org>");
  const before = mark.style.insetInlineStart;
  vi.advanceTimersByTime(20_000);
  expect(mark.style.insetInlineStart).not.toBe(before);
});

test("taken out, it comes back; ended, it is gone", async () => {
  const frame = document.createElement("div");
  document.body.append(frame);
  const end = showWatermark(frame, "Ann", false);
  frame.querySelector(".player-watermark")?.remove();
  await vi.waitFor(() => expect(frame.querySelector(".player-watermark")).not.toBeNull());
  end();
  expect(frame.querySelector(".player-watermark")).toBeNull();
});
