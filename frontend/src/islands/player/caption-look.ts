import { element } from "../../element";
import { openDialog } from "./dialogs";
import { type Choices, choices, keep } from "./memory";

type Look = Pick<Choices, "captionSize" | "captionColor" | "captionGround">;

const FIELDS: { [Name in keyof Look]: { label: string; options: Record<Look[Name], string> } } = {
  captionSize: { label: "Size", options: { small: "Small", medium: "Medium", large: "Large" } },
  captionColor: { label: "Colour", options: { white: "White", yellow: "Yellow", green: "Green" } },
  captionGround: { label: "Background", options: { black: "Black", shade: "Shade", none: "None" } },
};

/** Dresses the captions; player.css has the looks. */
export function dressCaptions(frame: HTMLElement): void {
  for (const name of Object.keys(FIELDS) as (keyof Look)[]) frame.dataset[name] = choices()[name];
}

/** Lets the person choose how captions look; each choice shows at once. */
export function showCaptionLook(frame: HTMLElement): void {
  const sample = element("p", { class: "player-caption-sample", "aria-hidden": "true" });
  sample.append(element("span", {}, "This is how captions look."));
  const refresh = () => {
    dressCaptions(frame);
    dressCaptions(sample);
  };
  const fields = (Object.keys(FIELDS) as (keyof Look)[]).map((name) => {
    const { label, options } = FIELDS[name];
    const select = element("select", { name });
    for (const [value, text] of Object.entries(options)) select.append(new Option(text, value));
    select.value = choices()[name];
    select.addEventListener("change", () => {
      keep({ [name]: select.value });
      refresh();
    });
    return element("label", { class: "field" }, element("span", { class: "field-label" }, label), select);
  });
  refresh();
  openDialog("Look of the captions", sample, element("div", { class: "form-stack" }, ...fields));
}
