import "media-chrome/dist/media-controller.js";
import "media-chrome/dist/media-control-bar.js";
import "media-chrome/dist/media-captions-button.js";
import "media-chrome/dist/media-duration-display.js";
import "media-chrome/dist/media-fullscreen-button.js";
import "media-chrome/dist/media-loading-indicator.js";
import "media-chrome/dist/media-mute-button.js";
import "media-chrome/dist/media-pip-button.js";
import "media-chrome/dist/media-play-button.js";
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
import type { PlayerConfig } from "./config";
import { speeds } from "./keyboard";

/** The controls around a video. `video` must know its renditions before it is put in: media-chrome looks only once. */
export function buildPlayer(video: HTMLVideoElement, config: PlayerConfig): HTMLElement {
  dressVideo(video, config);
  const controller = element(
    "media-controller",
    { class: "player-frame", nohotkeys: true, "aria-label": `Player: ${config.title}` },
    video,
    element("media-loading-indicator", { slot: "centered-chrome", noautohide: true }),
    settingsMenu(),
    element("div", { class: "player-shade", "aria-hidden": "true" }),
    timeBar(),
    controlBar(),
  );
  controller.tabIndex = 0;
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
  for (const { src, srclang, label } of config.tracks ?? []) {
    video.append(element("track", { kind: "subtitles", src, srclang, label }));
  }
}

function timeBar(): HTMLElement {
  return element(
    "media-time-range",
    { class: "player-time" },
    element("media-preview-thumbnail", { slot: "preview" }),
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
    element("media-pip-button"),
    element("media-fullscreen-button"),
  );
}

function gear(): SVGSVGElement {
  const drawn = icon("settings");
  drawn.setAttribute("slot", "icon");
  return drawn;
}

function settingsMenu(): HTMLElement {
  const entry = (label: string, tag: string, attributes = {}) =>
    element(
      "media-settings-menu-item",
      {},
      label,
      element(tag, { slot: "submenu", hidden: true, ...attributes }, element("div", { slot: "title" }, label)),
    );
  return element(
    "media-settings-menu",
    { hidden: true, anchor: "auto" },
    entry("Speed", "media-playback-rate-menu", { rates: speeds.join(" ") }),
    entry("Quality", "media-rendition-menu"),
    entry("Captions", "media-captions-menu"),
  );
}
