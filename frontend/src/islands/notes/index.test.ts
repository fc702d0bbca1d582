// @vitest-environment happy-dom
import { beforeEach, expect, test, vi } from "vitest";
import { mount } from ".";

let root: HTMLElement;
let video: HTMLVideoElement;
const body = () => root.querySelector("textarea") as HTMLTextAreaElement;
const second = () => root.querySelector("input") as HTMLInputElement;
const pin = () => root.querySelector("[data-note-pin]") as HTMLButtonElement;

beforeEach(() => {
  localStorage.clear();
  document.body.innerHTML = `<div class="player" data-island="player"><video></video></div>
    <section><form><textarea data-note-body></textarea><input type="hidden" data-note-second>
    <button type="button" data-note-pin hidden><span data-note-clock></span></button></form>
    <button type="button" data-seek="83" id="time"></button></section>`;
  root = document.querySelector("section") as HTMLElement;
  video = document.querySelector("video") as HTMLVideoElement;
  video.play = vi.fn(async () => {});
  Element.prototype.scrollIntoView = vi.fn();
});

function at(seconds: number): void {
  Object.defineProperty(video, "currentTime", { value: seconds, writable: true, configurable: true });
}

test("a note belongs to the second at which its writing began", () => {
  mount(root);
  at(83.7);
  body().dispatchEvent(new Event("focus"));
  expect([second().value, pin().textContent, pin().hidden]).toEqual(["83", "at 1:23", false]);
  body().value = "The base";
  at(99);
  body().dispatchEvent(new Event("beforeinput"));
  expect(second().value).toBe("83");
});

test("it can be told that it belongs to no second", () => {
  mount(root);
  at(5);
  body().dispatchEvent(new Event("focus"));
  pin().click();
  expect([second().value, pin().getAttribute("aria-pressed")]).toEqual(["", "false"]);
  pin().click();
  expect(second().value).toBe("5");
});

test("a click on a time seeks and plays", () => {
  mount(root);
  at(0);
  (document.getElementById("time") as HTMLElement).click();
  expect(video.currentTime).toBe(83);
  expect(video.play).toHaveBeenCalled();
});

test("what is being written survives a reload, and is gone once it was sent", () => {
  const end = mount(root);
  body().value = "Half a th";
  body().dispatchEvent(new Event("input"));
  end();
  body().value = "";
  mount(root);
  expect(body().value).toBe("Half a th");
  root.querySelector("form")?.dispatchEvent(new Event("submit"));
  expect(localStorage.length).toBe(0);
});

test("without a player nothing is pinned", () => {
  document.querySelector(".player")?.remove();
  mount(root);
  body().dispatchEvent(new Event("focus"));
  expect([second().value, pin().hidden]).toEqual(["", true]);
});
