import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Reports } from "./reports";

const report = { code: "fragLoadError", position: 3.5, height: 360 };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("each kind is told once a minute", () => {
  const send = vi.fn().mockResolvedValue(undefined);
  const reports = new Reports("/problems/", "token", send);
  reports.tell(report);
  reports.tell(report);
  reports.tell({ ...report, code: "bufferAppendError" });
  expect(send).toHaveBeenCalledTimes(2);
  vi.advanceTimersByTime(61_000);
  reports.tell(report);
  expect(send).toHaveBeenCalledTimes(3);
  expect(send).toHaveBeenLastCalledWith("/problems/", {
    method: "POST",
    body: report,
    csrf: "token",
    keepalive: true,
  });
});

test("without an address nothing is told, and a refusal is nobody's matter", async () => {
  const send = vi.fn().mockRejectedValue(new Error("429"));
  new Reports(undefined, "token", send).tell(report);
  expect(send).not.toHaveBeenCalled();
  new Reports("/problems/", "token", send).tell(report);
  await Promise.resolve();
});
