// @vitest-environment happy-dom
import { beforeEach, expect, test } from "vitest";
import { Drafts } from "./draft";

const draft = { version: 3, label: "English", cues: [{ start: 0, end: 1000, text: "Hi", settings: "" }], at: 5 };

beforeEach(() => localStorage.clear());

test("a draft is there after a reload, for this person and video alone", () => {
  expect(new Drafts("ada:v1").keep("en", draft)).toBe(true);
  expect(new Drafts("ada:v1").of("en")).toEqual(draft);
  expect(new Drafts("ada:v1").languages).toEqual(["en"]);
  expect(new Drafts("bob:v1").of("en")).toBeNull();
  expect(new Drafts("ada:v2").of("en")).toBeNull();
});

test("a saved one is forgotten, with all that was kept of it", () => {
  const drafts = new Drafts("ada:v1");
  drafts.keep("en", draft);
  drafts.forget("en");
  expect(drafts.of("en")).toBeNull();
  expect(localStorage.length).toBe(0);
});

test("a full browser and nonsense in it are told or passed over", () => {
  const full = {
    getItem: () => "{]",
    removeItem: () => {},
    setItem: () => {
      throw new DOMException("full");
    },
  };
  const drafts = new Drafts("ada:v1", full);
  expect(drafts.keep("en", draft)).toBe(false);
  expect(drafts.of("en")).toBeNull();
  expect(drafts.languages).toEqual([]);
  expect(new Drafts("ada:v1", null).keep("en", draft)).toBe(false);
});
