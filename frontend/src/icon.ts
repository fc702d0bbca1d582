import sprite from "./icons.svg?no-inline";

const SVG = "http://www.w3.org/2000/svg";

/** An icon of the sprite, for elements that scripts build. */
export function icon(name: string, className = ""): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", `icon ${className}`.trim());
  svg.setAttribute("width", "18"); // what it is without the style sheet
  svg.setAttribute("height", "18");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${sprite}#${name}`);
  svg.append(use);
  return svg;
}
