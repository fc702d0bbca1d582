import { Editor } from "@tiptap/core";
import Image from "@tiptap/extension-image";
import StarterKit from "@tiptap/starter-kit";
import "./question.css";
import { element } from "../../element";
import { Problem } from "../../http";
import { toastProblem } from "../../page/toasts";
import { picturesOf, uploadPicture } from "../text-editor/pictures";
import { Toolbar } from "../text-editor/toolbar";

/** An editor over a textarea, which it fills with HTML as its person types. */
export class RichField {
  #editor: Editor;
  #asking = element("div");
  #file = element("input", { type: "file", accept: "image/*", hidden: true, "aria-hidden": "true" });

  constructor(
    field: HTMLTextAreaElement,
    private readonly picturesUrl: string,
  ) {
    const label = field.labels?.[0];
    const page = element("div", { class: "rich-field-page" });
    this.#editor = new Editor({
      element: page,
      content: field.value,
      injectCSS: false,
      extensions: [
        StarterKit.configure({
          heading: { levels: [2, 3] },
          link: { openOnClick: false, defaultProtocol: "https", protocols: ["mailto"] },
        }),
        Image,
      ],
      editorProps: {
        attributes: {
          class: "rich-text",
          role: "textbox",
          "aria-multiline": "true",
          "aria-label": label?.textContent?.trim() ?? "Text",
          "data-testid": `rich-${field.name}`,
        },
        handleDrop: (_view, event) => this.#take((event as DragEvent).dataTransfer?.files),
        handlePaste: (_view, event) => this.#take(event.clipboardData?.files),
      },
      onUpdate: () => {
        field.value = this.#editor.isEmpty ? "" : this.#editor.getHTML();
        field.dispatchEvent(new Event("change", { bubbles: true }));
      },
    });
    const bar = new Toolbar(this.#editor, { link: () => this.#askLink(), picture: () => this.#file.click() });
    this.#file.addEventListener("change", () => this.#take(this.#file.files));
    field.hidden = true;
    field.after(element("div", { class: "rich-field" }, bar.root, this.#asking, page, this.#file));
    label?.addEventListener("click", () => this.#editor.commands.focus());
  }

  end(): void {
    this.#editor.destroy();
  }

  #askLink(): void {
    const address = element("input", {
      class: "control min-w-0 flex-1",
      type: "url",
      "aria-label": "Address of the link",
      placeholder: "https://…",
      value: String(this.#editor.getAttributes("link").href ?? ""),
    });
    const set = element("button", { type: "button", class: "btn btn-quiet btn-sm" }, "Set link");
    const use = () => {
      const chain = this.#editor.chain().focus().extendMarkRange("link");
      if (address.value.trim()) chain.setLink({ href: address.value.trim() }).run();
      else chain.unsetLink().run();
      this.#asking.replaceChildren();
    };
    set.addEventListener("click", use);
    address.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== "Escape") return;
      event.preventDefault(); // Enter would save the form
      if (event.key === "Enter") use();
      else this.#asking.replaceChildren();
    });
    this.#asking.replaceChildren(element("div", { class: "flex items-center gap-2 p-2" }, address, set));
    address.focus();
  }

  /** Whether there was something to take; the editor leaves the rest to the browser. */
  #take(files: FileList | null | undefined): boolean {
    const pictures = picturesOf(files);
    for (const picture of pictures) void this.#upload(picture);
    this.#file.value = "";
    return pictures.length > 0;
  }

  async #upload(file: File): Promise<void> {
    try {
      const { src } = await uploadPicture(this.picturesUrl, file);
      this.#editor.chain().focus().setImage({ src, alt: "" }).run();
    } catch (error) {
      if (error instanceof Problem) toastProblem(error);
    }
  }
}
