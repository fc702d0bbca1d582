import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { OFFLINE, Problem } from "../../http";
import { Saving, type State } from "./saving";

let text = "";
let states: State[] = [];
beforeEach(() => {
  vi.useFakeTimers();
  text = "";
  states = [];
});
afterEach(() => {
  vi.useRealTimers();
});

const saving = (send: (html: string, version: number) => Promise<{ version: number }>) =>
  new Saving(
    3,
    () => text,
    send,
    (state) => states.push(state),
  );

test("what is written is sent once the writer pauses, with the version that is known", async () => {
  const sent: [string, number][] = [];
  const it = saving(async (html, version) => {
    sent.push([html, version]);
    return { version: version + 1 };
  });
  for (const letter of "word") {
    text += letter;
    it.changed();
    await vi.advanceTimersByTimeAsync(300);
  }
  await vi.advanceTimersByTimeAsync(2000);
  expect(sent).toEqual([["word", 3]]);
  text = "words";
  it.changed();
  await vi.advanceTimersByTimeAsync(2000);
  expect(sent[1]).toEqual(["words", 4]);
  expect(it.isSafe).toBe(true);
});

test("what was typed during a save is sent after it", async () => {
  const sent: string[] = [];
  const it = saving(async (html, version) => {
    sent.push(html);
    await new Promise((resolve) => setTimeout(resolve, 3000));
    return { version: version + 1 };
  });
  text = "first";
  it.changed();
  await vi.advanceTimersByTimeAsync(1500);
  text = "second";
  it.changed();
  expect(it.isSafe).toBe(false);
  await vi.advanceTimersByTimeAsync(12000);
  expect(sent).toEqual(["first", "second"]);
  expect(it.isSafe).toBe(true);
});

test("a lost connection is tried again; a stale version is not", async () => {
  let answer: () => Promise<{ version: number }> = () => Promise.reject(OFFLINE);
  const send = vi.fn(() => answer());
  const it = saving(send);
  it.changed();
  await vi.advanceTimersByTimeAsync(1500);
  expect(states.at(-1)).toBe("failed");
  answer = () => Promise.reject(new Problem("Somebody else", "has saved", 409));
  await vi.advanceTimersByTimeAsync(7000);
  expect(states.at(-1)).toBe("stale");
  const calls = send.mock.calls.length;
  it.changed();
  await vi.advanceTimersByTimeAsync(20000);
  expect(send.mock.calls.length).toBe(calls);
  expect(it.isSafe).toBe(false);
});
