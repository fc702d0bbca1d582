// @vitest-environment happy-dom
import { expect, test } from "vitest";
import { inOrder } from "./order";

test("files stand in the order in which people count", () => {
  const files = ["10 Omega.mp4", "2 beta.mp4", "1 Alpha.mp4"].map((name) => new File(["x"], name));
  expect(inOrder(files).map((file) => file.name)).toEqual(["1 Alpha.mp4", "2 beta.mp4", "10 Omega.mp4"]);
});
