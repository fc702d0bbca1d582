// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Problem } from "../../http";
import { persist } from "./retry";

const passing = new Problem("Broken", "", 503);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

test("a bad moment of the server is waited out", async () => {
  const action = vi.fn().mockRejectedValueOnce(passing).mockRejectedValueOnce(passing).mockResolvedValue("done");
  const result = persist(action);
  await vi.advanceTimersByTimeAsync(3_000);
  expect(await result).toBe("done");
  expect(action).toHaveBeenCalledTimes(3);
});

test("a refusal is final", async () => {
  const refusal = new Problem("Too large", "", 413);
  const action = vi.fn().mockRejectedValue(refusal);
  await expect(persist(action)).rejects.toBe(refusal);
  expect(action).toHaveBeenCalledTimes(1);
});

test("without a connection it waits for one, however long", async () => {
  vi.spyOn(navigator, "onLine", "get").mockReturnValue(false);
  const action = vi
    .fn()
    .mockRejectedValueOnce(new Problem("", "", 0))
    .mockResolvedValue("done");
  const result = persist(action);
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(action).toHaveBeenCalledTimes(1);
  window.dispatchEvent(new Event("online"));
  expect(await result).toBe("done");
});

test("it gives up in the end", async () => {
  const result = persist(vi.fn().mockRejectedValue(passing)).catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(120_000);
  expect(await result).toBe(passing);
});

test("a cancelled action is not repeated", async () => {
  const leave = new AbortController();
  leave.abort();
  const action = vi.fn().mockRejectedValue(passing);
  await expect(persist(action, leave.signal)).rejects.toBe(passing);
  expect(action).toHaveBeenCalledTimes(1);
});
