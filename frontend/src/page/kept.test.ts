// @vitest-environment happy-dom
import { beforeEach, expect, test, vi } from "vitest";
import { Problem } from "../http";
import { sendKept } from "./kept";

const KEY = "colonnade:watched:ada:/learn/greek/1/progress/";
const kept = (ranges: number[][], position = 9) => JSON.stringify({ ranges, position });
const send = vi.fn(async () => ({}));

beforeEach(() => {
  localStorage.clear();
  document.body.innerHTML = "";
  send.mockReset().mockResolvedValue({});
});

const go = () => sendKept("ada", send as never);

test("what was watched on another day is sent from whatever page, and kept no longer", async () => {
  localStorage.setItem(KEY, kept([[0, 5]]));
  localStorage.setItem("colonnade:watched:ada:/learn/greek/2/progress/", kept([[3, 4]], 4));
  await go();
  expect(send).toHaveBeenCalledTimes(2);
  expect(send).toHaveBeenCalledWith(
    "/learn/greek/1/progress/",
    expect.objectContaining({ body: { ranges: [[0, 5]], position: 9, late: true } }),
  );
  expect(localStorage.length).toBe(0);
});

test("what somebody else watched on this browser is left for them", async () => {
  localStorage.setItem("colonnade:watched:eva:/learn/greek/1/progress/", kept([[0, 5]]));
  await go();
  expect(send).not.toHaveBeenCalled();
  expect(localStorage.length).toBe(1);
});

test("the open player's own is left to it", async () => {
  localStorage.setItem(KEY, kept([[0, 5]]));
  document.body.innerHTML =
    '<div data-island="player"><script type="application/json">{"progress_url": "/learn/greek/1/progress/"}</script></div>';
  await go();
  expect(send).not.toHaveBeenCalled();
});

test.each([0, 403, 429, 500])("it is kept while it cannot be told (%d)", async (status) => {
  localStorage.setItem(KEY, kept([[0, 5]]));
  send.mockRejectedValue(new Problem("t", "d", status));
  await go();
  expect(localStorage.getItem(KEY)).not.toBeNull();
});

test("a lecture that is no more keeps nothing back", async () => {
  localStorage.setItem(KEY, kept([[0, 5]]));
  send.mockRejectedValue(new Problem("t", "d", 404));
  await go();
  expect(localStorage.length).toBe(0);
});

test("what another tab adds meanwhile is kept", async () => {
  localStorage.setItem(KEY, kept([[0, 5]]));
  send.mockImplementation(async () => localStorage.setItem(KEY, kept([[0, 9]])) as never);
  await go();
  expect(localStorage.getItem(KEY)).toBe(kept([[0, 9]]));
});

test("nonsense in the store is thrown away, and no other address is called", async () => {
  localStorage.setItem(KEY, "nonsense");
  localStorage.setItem("colonnade:watched:ada:https://elsewhere.example/", kept([[0, 5]]));
  await go();
  expect(send).not.toHaveBeenCalled();
  expect(localStorage.getItem(KEY)).toBeNull();
});
