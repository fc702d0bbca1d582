// @vitest-environment happy-dom
import { beforeEach, expect, test } from "vitest";
import { chooseTheme, chosenTheme, startThemeSwitches } from "./theme";

beforeEach(() => {
  document.body.innerHTML = `<div data-theme-switch hidden><button value="light"></button><button value="dark"></button><button value=""></button></div>`;
  chooseTheme("");
});

const pressed = () => [...document.querySelectorAll("button")].map((button) => button.getAttribute("aria-pressed"));

test("a chosen theme is shown, remembered and marked", () => {
  startThemeSwitches(document);
  chooseTheme("dark");
  expect(document.documentElement.dataset.theme).toBe("colonnade-dark");
  expect(chosenTheme()).toBe("dark");
  expect(pressed()).toEqual(["false", "true", "false"]);
});

test("back to the system's theme leaves no trace", () => {
  chooseTheme("light");
  chooseTheme("");
  expect(document.documentElement.dataset.theme).toBeUndefined();
  expect(chosenTheme()).toBe("");
});

test("the switch shows once there is a script for it", () => {
  startThemeSwitches(document);
  expect(document.querySelector<HTMLElement>("[data-theme-switch]")?.hidden).toBe(false);
});
