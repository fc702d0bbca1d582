import { beforeEach, expect, test, vi } from "vitest";
import { Answers, type Outcome } from "./answers";
import type { Given } from "./config";

let sent: [string, Given, number][];
let outcomes: Outcome[];
let held: Record<string, { given: Given; revision: number }>;
let replaced: [string, Given][];
let stopped: string[];
let onItsWay: Promise<void>;

beforeEach(() => {
  vi.useFakeTimers();
  [sent, outcomes, held, replaced, stopped] = [[], [], {}, [], []];
  onItsWay = Promise.resolve();
});

function answers(revisions: Record<string, number> = { a: 0, b: 0 }): Answers {
  return new Answers(
    revisions,
    async (id, given, revision) => {
      sent.push([id, given, revision]);
      await onItsWay;
      return outcomes.shift() ?? { kind: "kept", revision: revision + 1 };
    },
    { read: () => held, write: (waiting) => (held = structuredClone(waiting)) },
    {
      changed: () => {},
      replaced: (id, given) => replaced.push([id, given]),
      stopped: ({ kind }) => stopped.push(kind),
    },
  );
}

test("an answer is written down before it is sent, and forgotten once it was heard", async () => {
  const kept = answers();
  kept.give("a", "x");
  expect(held).toEqual({ a: { given: "x", revision: 0 } });
  await vi.advanceTimersByTimeAsync(0);
  expect(sent).toEqual([["a", "x", 0]]);
  expect(held).toEqual({});
  expect(kept.isSaved).toBe(true);
});

test("typing is sent once it pauses, each time after the answer before", async () => {
  const kept = answers();
  kept.give("a", "x", 600);
  await vi.advanceTimersByTimeAsync(500);
  kept.give("a", "xy", 600);
  await vi.advanceTimersByTimeAsync(600);
  kept.give("a", "xyz", 600);
  await vi.advanceTimersByTimeAsync(600);
  expect(sent).toEqual([
    ["a", "xy", 0],
    ["a", "xyz", 1],
  ]);
});

test("what is not heard is sent again, ever more seldom, until it is", async () => {
  outcomes = [{ kind: "unheard" }, { kind: "unheard" }];
  const kept = answers();
  kept.give("a", "x");
  await vi.advanceTimersByTimeAsync(0);
  expect(kept.isUnheard).toBe(true);
  await vi.advanceTimersByTimeAsync(1000);
  expect(sent).toHaveLength(2);
  await vi.advanceTimersByTimeAsync(2000);
  expect(sent).toHaveLength(3);
  expect(kept.isSaved).toBe(true);
  expect(kept.isUnheard).toBe(false);
});

test("a closed laptop's answers go out when it is opened, unless another device was faster", async () => {
  held = { a: { given: "x", revision: 1 }, b: { given: "y", revision: 1 } };
  const kept = answers({ a: 1, b: 2 });
  expect(Object.keys(kept.waiting)).toEqual(["a"]);
  await kept.flush();
  expect(sent).toEqual([["a", "x", 1]]);
});

test("a newer answer from elsewhere is shown, and what follows it is accepted", async () => {
  outcomes = [{ kind: "newer", given: "theirs", revision: 5, detail: "" }];
  const kept = answers();
  kept.give("a", "mine");
  await vi.advanceTimersByTimeAsync(0);
  expect(replaced).toEqual([["a", "theirs"]]);
  expect(kept.isSaved).toBe(true);
  kept.give("a", "mine after all");
  await vi.advanceTimersByTimeAsync(0);
  expect(sent.at(-1)).toEqual(["a", "mine after all", 5]);
});

test("an answer changed while it is under way is sent after it", async () => {
  let arrive = () => {};
  onItsWay = new Promise((resolve) => {
    arrive = resolve;
  });
  const kept = answers();
  kept.give("a", "one");
  await vi.advanceTimersByTimeAsync(0);
  kept.give("a", "two");
  await vi.advanceTimersByTimeAsync(0);
  expect(sent).toHaveLength(1);
  arrive();
  await vi.advanceTimersByTimeAsync(0);
  expect(sent).toEqual([
    ["a", "one", 0],
    ["a", "two", 1],
  ]);
  expect(kept.isSaved).toBe(true);
});

test("when the attempt goes on elsewhere or is over, nothing more is sent", async () => {
  outcomes = [{ kind: "elsewhere", detail: "" }];
  const kept = answers();
  kept.give("a", "x");
  await vi.advanceTimersByTimeAsync(0);
  kept.give("a", "y");
  await vi.advanceTimersByTimeAsync(60_000);
  expect(stopped).toEqual(["elsewhere"]);
  expect(sent).toHaveLength(1);
});
