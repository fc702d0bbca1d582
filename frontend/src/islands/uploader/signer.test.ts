import { expect, test } from "vitest";
import { type SignedParts, Signer } from "./signer";

function server() {
  const asked: number[][] = [];
  const ask = async (numbers: number[]): Promise<SignedParts> => {
    asked.push(numbers);
    return { parts: numbers.map((number) => ({ number, url: `/${number}?${asked.length}` })), expires_in: 3600 };
  };
  return { asked, ask };
}

test("addresses are asked for ten at a time, and once for parts that start together", async () => {
  const { asked, ask } = server();
  const signer = new Signer(12, ask);
  expect(await Promise.all([1, 2, 3].map((number) => signer.url(number)))).toEqual(["/1?1", "/2?1", "/3?1"]);
  await signer.url(11);
  expect(asked).toEqual([
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    [11, 12],
  ]);
});

test("an address that ran out is asked for again", async () => {
  const { asked, ask } = server();
  let now = 0;
  const signer = new Signer(1, ask, () => now);
  await signer.url(1);
  now = 3_550_000; // a minute early, for a part takes its time
  expect(await signer.url(1)).toBe("/1?2");
  expect(asked).toHaveLength(2);
});

test("a forgotten address is asked for again", async () => {
  const { ask } = server();
  const signer = new Signer(2, ask);
  await signer.url(1);
  signer.forget(1);
  expect(await signer.url(1)).toBe("/1?2");
});

test("after a failure the next try asks anew", async () => {
  const { ask } = server();
  let broken = true;
  const signer = new Signer(1, (numbers) => (broken ? Promise.reject(new Error("away")) : ask(numbers)));
  await expect(signer.url(1)).rejects.toThrow("away");
  broken = false;
  expect(await signer.url(1)).toBe("/1?1");
});

test("a server that leaves a part out is not waited for", async () => {
  const signer = new Signer(1, async () => ({ parts: [], expires_in: 10 }));
  await expect(signer.url(1)).rejects.toThrow("no address for part 1");
});
