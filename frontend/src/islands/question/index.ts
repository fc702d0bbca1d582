import { configOf } from "..";
import { RichField } from "./rich-field";
import { Rows } from "./rows";

/**
 * A form with texts that are more than plain, and lists of rows that grow. Fields marked [data-rich] get an editor over
 * them, [data-rows] rows that can be added, removed and dragged. The form sends what its fields hold.
 */
export function mount(root: HTMLElement): () => void {
  const { pictures_url } = configOf<{ pictures_url: string }>(root);
  const fields = [...root.querySelectorAll<HTMLTextAreaElement>("textarea[data-rich]")];
  const parts = [
    ...fields.map((field) => new RichField(field, pictures_url)),
    ...[...root.querySelectorAll<HTMLElement>("[data-rows]")].map((rows) => new Rows(rows)),
  ];
  return () => {
    for (const part of parts) part.end();
  };
}
