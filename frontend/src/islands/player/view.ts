import "media-chrome/dist/media-controller.js";
import "media-chrome/dist/media-control-bar.js";
import "media-chrome/dist/media-airplay-button.js";
import "media-chrome/dist/media-captions-button.js";
import "media-chrome/dist/media-cast-button.js";
import "media-chrome/dist/media-duration-display.js";
import "media-chrome/dist/media-fullscreen-button.js";
import "media-chrome/dist/media-loading-indicator.js";
import "media-chrome/dist/media-mute-button.js";
import "media-chrome/dist/media-pip-button.js";
import "media-chrome/dist/media-play-button.js";
import "media-chrome/dist/media-preview-chapter-display.js";
import "media-chrome/dist/media-preview-thumbnail.js";
import "media-chrome/dist/media-preview-time-display.js";
import "media-chrome/dist/media-time-display.js";
import "media-chrome/dist/media-time-range.js";
import "media-chrome/dist/media-volume-range.js";
import "media-chrome/dist/menu/media-captions-menu.js";
import "media-chrome/dist/menu/media-playback-rate-menu.js";
import "media-chrome/dist/menu/media-rendition-menu.js";
import "media-chrome/dist/menu/media-settings-menu.js";
import "media-chrome/dist/menu/media-settings-menu-button.js";
import "media-chrome/dist/menu/media-settings-menu-item.js";
import { element } from "../../element";
import { icon } from "../../icon";
import { dressCaptions, showCaptionLook } from "./caption-look";
import { addChapters, chapterMenu } from "./chapters";
import type { PlayerConfig } from "./config";
import { speeds } from "./keyboard";
import { showKeymap } from "./keymap";

/** The controls around a video. `video` must know its renditions before it is put in: media-chrome looks only once. */
export function buildPlayer(video: HTMLVideoElement, config: PlayerConfig): HTMLElement {
  dressVideo(video, config);
  const controller = element(
    "media-controller",
    { class: "player-frame", nohotkeys: true, "aria-label": `Player: ${config.title}` },
    video,
    element("media-loading-indicator", { slot: "centered-chrome", noautohide: true }),
    settingsMenu(video, config),
    element("div", { class: "player-shade", "aria-hidden": "true" }),
    timeBar(),
    controlBar(),
  );
  controller.tabIndex = 0;
  dressCaptions(controller);
  return controller;
}

/** Mends what media-chrome says to screen readers; it writes its own roles when the elements enter the page. */
export function mendRoles(frame: HTMLElement): void {
  frame.querySelector("media-captions-button")?.setAttribute("role", "switch"); // a plain button cannot be checked
  frame.querySelector("media-time-display")?.setAttribute("role", "group"); // something named needs a role
}

function dressVideo(video: HTMLVideoElement, config: PlayerConfig): void {
  video.removeAttribute("src"); // it was for a page without scripts
  video.slot = "media";
  video.playsInline = true;
  video.controls = false;
  video.preload = "auto";
  if (config.poster) video.poster = config.poster;
  if (config.storyboard) {
    video.append(element("track", { kind: "metadata", label: "thumbnails", src: config.storyboard, default: true }));
  }
  if (config.chapters?.length) addChapters(video, config.chapters);
  for (const { src, srclang, label } of config.tracks ?? []) {
    video.append(element("track", { kind: "subtitles", src, srclang, label }));
  }
}

function timeBar(): HTMLElement {
  return element(
    "media-time-range",
    { class: "player-time" },
    element("media-preview-thumbnail", { slot: "preview" }),
    element("media-preview-chapter-display", { slot: "preview" }),
    element("media-preview-time-display", { slot: "preview" }),
  );
}

function controlBar(): HTMLElement {
  return element(
    "media-control-bar",
    { class: "player-bar" },
    element("media-play-button"),
    element("media-mute-button"),
    element("media-volume-range"),
    element("media-time-display", { showduration: true, notoggle: true }),
    element("span", { class: "player-gap" }),
    element("media-captions-button"),
    element("media-settings-menu-button", {}, gear()),
    element("media-airplay-button"),
    element("media-cast-button"),
    element("media-pip-button"),
    theatreButton(),
    element("media-fullscreen-button"),
  );
}

/** What it does, the player does: see theatre.ts. Phones have no room beside the player to take. */
function theatreButton(): HTMLElement {
  const label = "Theatre: the whole width (t)";
  return element(
    "button",
    { type: "button", class: "player-theatre", "aria-label": label, title: label, "data-theatre": "" },
    icon("expand"),
  );
}

function gear(): SVGSVGElement {
  const drawn = icon("settings");
  drawn.setAttribute("slot", "icon");
  return drawn;
}

function settingsMenu(video: HTMLVideoElement, config: PlayerConfig): HTMLElement {
  const entry = (label: string, submenu: HTMLElement) => element("media-settings-menu-item", {}, label, submenu);
  const own = (label: string, tag: string, attributes = {}) =>
    entry(
      label,
      element(tag, { slot: "submenu", hidden: true, ...attributes }, element("div", { slot: "title" }, label)),
    );
  const menu = element(
    "media-settings-menu",
    { hidden: true, anchor: "auto" },
    ...(config.chapters?.length ? [entry("Chapters", chapterMenu(video, config.chapters))] : []),
    own("Speed", "media-playback-rate-menu", { rates: speeds.join(" ") }),
    own("Quality", "media-rendition-menu"),
    own("Captions", "media-captions-menu"),
  );
  const opens = (label: string, open: () => void, testid: string) => {
    const item = element("media-settings-menu-item", { "data-testid": testid }, label);
    item.addEventListener("click", () => {
      menu.hidden = true;
      open();
    });
    return item;
  };
  const frame = () => menu.closest<HTMLElement>(".player-frame");
  menu.append(
    opens("Look of the captions", () => showCaptionLook(frame() ?? menu), "caption-look"),
    opens("Keys", showKeymap, "keymap"),
  );
  return menu;
}
