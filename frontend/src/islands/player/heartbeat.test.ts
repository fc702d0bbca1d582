import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Problem } from "../../http";
import { type Answer, Heartbeat, type Send } from "./heartbeat";

type Body = Parameters<Send>[0];

class Shelf {
  kept = new Map<string, string>();
  getItem = (key: string) => this.kept.get(key) ?? null;
  setItem = (key: string, value: string) => void this.kept.set(key, value);
  removeItem = (key: string) => void this.kept.delete(key);
}

let sent: { body: Body; leaving: boolean }[];
let failures: Problem[];
let answers: Answer[];
let shelf: Shelf;

const send: Send = async (body, leaving) => {
  sent.push({ body, leaving });
  const failure = failures.shift();
  if (failure) throw failure;
  return { watched_percent: 10, completed: false };
};
const heartbeat = () => new Heartbeat("lecture", send, (answer) => answers.push(answer), shelf);

beforeEach(() => {
  vi.useFakeTimers();
  sent = [];
  failures = [];
  answers = [];
  shelf = new Shelf();
});
afterEach(() => vi.useRealTimers());

test("opening a lecture says nothing", async () => {
  await heartbeat().flush();
  expect(sent).toEqual([]);
});

test("what was watched is sent once and kept no longer", async () => {
  const beat = heartbeat();
  beat.note([[0, 5]], 5.2);
  await beat.flush();
  await beat.flush();
  expect(sent.map(({ body }) => body)).toEqual([{ ranges: [[0, 5]], position: 5.2 }]);
  expect(answers).toHaveLength(1);
  expect(shelf.kept.size).toBe(0);
});

test("only what is new goes with the next beat", async () => {
  const beat = heartbeat();
  beat.note([[0, 5]], 5);
  await beat.flush();
  beat.note([[0, 9]], 9);
  await beat.flush();
  expect(sent[1]?.body).toEqual({ ranges: [[5, 9]], position: 9 });
});

test("a new position alone is worth telling once something was acknowledged", async () => {
  const beat = heartbeat();
  beat.note([[0, 5]], 5);
  await beat.flush();
  beat.note([[0, 5]], 42);
  await beat.flush();
  expect(sent[1]?.body).toEqual({ ranges: [], position: 42 });
});

test("what failed is sent again until it is acknowledged", async () => {
  failures = [new Problem("", "", 0), new Problem("", "", 503)];
  const beat = heartbeat();
  beat.note([[0, 5]], 5);
  await beat.flush();
  expect(beat.pending).toEqual([[0, 5]]);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(sent).toHaveLength(2);
  await vi.advanceTimersByTimeAsync(4_000);
  expect(sent).toHaveLength(3);
  expect(beat.pending).toEqual([]);
});

test("seconds watched while a beat is on its way are not taken as acknowledged", async () => {
  let arrive: (answer: Answer) => void = () => {};
  const slow: Send = () => new Promise((resolve) => (arrive = resolve));
  const beat = new Heartbeat("lecture", slow, () => {}, shelf);
  beat.note([[0, 5]], 5);
  const flight = beat.flush();
  beat.note([[0, 8]], 8);
  arrive({ watched_percent: 1, completed: false });
  await flight;
  expect(beat.pending).toEqual([[5, 8]]);
});

test("a closed tab without a connection loses nothing", async () => {
  failures = [new Problem("", "", 0)];
  const before = heartbeat();
  before.note([[0, 5]], 5);
  await before.flush(true);
  before.end();
  const after = heartbeat();
  expect(after.pending).toEqual([[0, 5]]);
  await after.flush();
  expect(sent[1]?.body).toEqual({ ranges: [[0, 5]], position: 5, late: true });
});

test("hiding and then closing the page sends once", async () => {
  const beat = heartbeat();
  beat.note([[0, 5]], 5);
  const hidden = beat.flush(true);
  await beat.flush(true);
  await hidden;
  expect(sent).toHaveLength(1);
  expect(sent[0]?.leaving).toBe(true);
});

test("a refusal is not repeated every moment", async () => {
  failures = [new Problem("", "", 403)];
  const beat = heartbeat();
  beat.note([[0, 5]], 5);
  await beat.flush();
  await vi.advanceTimersByTimeAsync(20_000);
  expect(sent).toHaveLength(1);
});

test("storage that refuses does not stop the beat", async () => {
  shelf.setItem = () => {
    throw new DOMException("full", "QuotaExceededError");
  };
  const beat = heartbeat();
  beat.note([[0, 5]], 5);
  await beat.flush();
  expect(sent).toHaveLength(1);
});

test("nonsense in storage is ignored", () => {
  shelf.kept.set("colonnade:watched:lecture", "{]");
  expect(heartbeat().pending).toEqual([]);
});
