import { csrfToken, OFFLINE, problemOf } from "../../http";
import type { Picture } from "./config";

/** Of what was chosen, dropped or pasted, the pictures. */
export function picturesOf(files: FileList | null | undefined): File[] {
  return [...(files ?? [])].filter((file) => file.type.startsWith("image/"));
}

/** Sends a picture and gives back what it has become. Throws a Problem. */
export async function uploadPicture(url: string, file: File, csrf = ""): Promise<Picture> {
  const form = new FormData();
  form.append("image", file);
  const headers = { "X-CSRFToken": csrf || csrfToken(), Accept: "application/json" };
  const answer = await fetch(url, { method: "POST", body: form, headers }).catch(() => {
    throw OFFLINE;
  });
  if (!answer.ok) throw await problemOf(answer);
  return (await answer.json()) as Picture;
}
