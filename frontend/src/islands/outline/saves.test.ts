import { expect, test, vi } from "vitest";
import { Problem } from "../../http";
import { type Move, Saves } from "./saves";

const move = (moved: string): Move => ({ url: "/order", order: [], moved });

test("moves are sent one after the other", async () => {
  let running = 0;
  const sent: string[] = [];
  const saves = new Saves(
    async ({ moved }) => {
      expect(++running).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 5));
      sent.push(moved);
      running--;
    },
    () => {},
  );
  for (const id of ["a", "b", "c"]) saves.add(move(id));
  await vi.waitFor(() => expect(sent).toEqual(["a", "b", "c"]));
});

test("a refused one takes those after it with it, and the next is sent again", async () => {
  const sent: string[] = [];
  const refused = vi.fn();
  const saves = new Saves(async ({ moved }) => {
    sent.push(moved);
    if (moved === "a") throw new Problem("Stale", "Again.", 409);
  }, refused);
  saves.add(move("a"));
  saves.add(move("b"));
  await vi.waitFor(() => expect(refused).toHaveBeenCalledOnce());
  expect(sent).toEqual(["a"]);
  saves.add(move("c"));
  await vi.waitFor(() => expect(sent).toEqual(["a", "c"]));
});
