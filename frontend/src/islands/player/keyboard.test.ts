// @vitest-environment happy-dom
import { beforeEach, expect, test } from "vitest";
import { type Command, commandFor, nextSpeed } from "./keyboard";

let root: HTMLElement;

beforeEach(() => {
  document.body.innerHTML = `
    <textarea></textarea><a href="#"></a><button id="outside"></button><dialog><p id="in-dialog" tabindex="0"></p></dialog>
    <div id="root"><media-controller tabindex="0"><media-time-range></media-time-range>
    <media-play-button role="button" tabindex="0"></media-play-button></media-controller></div>`;
  root = document.getElementById("root") as HTMLElement;
});

function press(key: string, where: string, more: KeyboardEventInit = {}): Command | null {
  let command: Command | null = null;
  const target = document.querySelector(where) as HTMLElement;
  document.addEventListener("keydown", (event) => (command = commandFor(event, root)), { once: true });
  target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, composed: true, ...more }));
  return command;
}

test.each([
  ["k", { do: "toggle" }],
  [" ", { do: "toggle" }],
  ["j", { do: "skip", seconds: -10 }],
  ["L", { do: "skip", seconds: 10 }],
  ["ArrowLeft", { do: "skip", seconds: -5 }],
  ["ArrowRight", { do: "skip", seconds: 5 }],
  ["m", { do: "mute" }],
  ["?", { do: "keymap" }],
  ["f", { do: "fullscreen" }],
  ["c", { do: "captions" }],
  ["t", { do: "theatre" }],
  ["n", { do: "note" }],
  [">", { do: "speed", step: 1 }],
  ["<", { do: "speed", step: -1 }],
  ["0", { do: "to", fraction: 0 }],
  ["7", { do: "to", fraction: 0.7 }],
])("%s on the page works the player", (key, command) => {
  expect(press(key, "body")).toEqual(command);
});

test("keys with Ctrl, Alt or Meta belong to the browser", () => {
  expect(press("f", "body", { ctrlKey: true })).toBeNull();
  expect(press("ArrowLeft", "body", { altKey: true })).toBeNull();
});

test("keys typed into a field stay there", () => {
  expect(press("k", "textarea")).toBeNull();
  expect(press(" ", "textarea")).toBeNull();
});

test("space presses a button that has the focus, in the player or out of it", () => {
  expect(press(" ", "#outside")).toBeNull();
  expect(press(" ", "media-play-button")).toBeNull();
  expect(press(" ", "media-controller")).toEqual({ do: "toggle" });
});

test("sliders keep their arrow keys", () => {
  expect(press("ArrowRight", "media-time-range")).toBeNull();
});

test("the page keeps scrolling by the arrow keys; within the player they set the volume", () => {
  expect(press("ArrowUp", "body")).toBeNull();
  expect(press("ArrowUp", "media-controller")).toEqual({ do: "volume", by: 0.05 });
});

test("a dialog has its keys for itself", () => {
  expect(press("k", "#in-dialog")).toBeNull();
});

test("other keys mean nothing", () => {
  expect(press("q", "body")).toBeNull();
});

test("speed goes by steps and stops at the ends", () => {
  expect(nextSpeed(1, 1)).toBe(1.25);
  expect(nextSpeed(1, -1)).toBe(0.75);
  expect(nextSpeed(1.1, 1)).toBe(1.25);
  expect(nextSpeed(3, 1)).toBe(3);
  expect(nextSpeed(0.5, -1)).toBe(0.5);
});
