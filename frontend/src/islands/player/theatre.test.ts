// @vitest-environment happy-dom
import { beforeEach, expect, test } from "vitest";
import { choices } from "./memory";
import { Theatre } from "./theatre";

beforeEach(() => {
  localStorage.clear();
  document.body.innerHTML = `<div class="lecture"><main><div id="player"><button data-theatre></button></div></main></div>`;
});

const start = () => new Theatre(document.getElementById("player") as HTMLElement, new AbortController().signal);
const isOn = () => document.querySelector(".lecture")?.hasAttribute("data-theatre");

test("the button gives the player the whole width, and takes it back", () => {
  start();
  const button = document.querySelector("button");
  expect([isOn(), button?.getAttribute("aria-pressed")]).toEqual([false, "false"]);
  button?.click();
  expect([isOn(), button?.getAttribute("aria-pressed")]).toEqual([true, "true"]);
  button?.click();
  expect(isOn()).toBe(false);
});

test("it is as it was at the next lecture", () => {
  start().turn();
  expect(choices().theatre).toBe(true);
  document.querySelector(".lecture")?.removeAttribute("data-theatre");
  start();
  expect(isOn()).toBe(true);
});
