import { element } from "../../element";
import { OFFLINE, Problem, requestJson } from "../../http";
import { configOf } from "..";

interface FileConfig {
  begin_url: string;
  arrival_url: string;
  accept: string;
  /** Bytes. */
  largest: number;
  csrf_token: string;
}

interface Upload {
  url: string;
  ticket: string;
}

/** Sends one file straight to the store, tells the server when it is there, and goes where that says. */
export function mount(root: HTMLElement): () => void {
  const config = configOf<FileConfig>(root);
  const leave = new AbortController();
  const field = element("input", {
    type: "file",
    accept: config.accept,
    class: "control",
    "data-testid": "file-field",
  });
  const label = element("label", { class: "flex flex-col gap-2 font-medium" }, "Choose a file", field);
  const meter = element("progress", { class: "progress-track w-full", max: 100, value: 0, hidden: true });
  meter.setAttribute("aria-label", "Upload");
  const says = element("p", { class: "text-sm", role: "status", "data-testid": "file-state" });
  root.append(element("div", { class: "flex flex-col gap-3" }, label, meter, says));

  const send = async (file: File) => {
    field.disabled = true;
    meter.hidden = false;
    says.textContent = `Uploading “${file.name}” …`;
    try {
      if (file.size > config.largest)
        throw new Problem("Too large", `A file may have up to ${Math.round(config.largest / 1024 ** 2)} MB.`, 0);
      const csrf = config.csrf_token;
      const body = { filename: file.name, size: file.size };
      const upload = await requestJson<Upload>(config.begin_url, { method: "POST", body, csrf });
      await put(upload.url, file, (percent) => (meter.value = percent), leave.signal);
      says.textContent = "Looking at the file …";
      const arrival = { method: "POST" as const, body: { ticket: upload.ticket }, csrf };
      const { url } = await requestJson<{ url: string }>(config.arrival_url, arrival);
      location.assign(url);
    } catch (error) {
      if (leave.signal.aborted) return;
      const problem = error instanceof Problem ? error : OFFLINE;
      says.textContent = `${problem.title}. ${problem.detail}`;
      meter.hidden = true;
      field.disabled = false;
      field.value = "";
    }
  };
  field.addEventListener("change", () => field.files?.[0] && void send(field.files[0]), { signal: leave.signal });
  return () => leave.abort();
}

function put(url: string, file: File, tell: (percent: number) => void, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest(); // fetch does not tell how much has been sent
    request.open("PUT", url);
    request.upload.addEventListener("progress", (event) => tell((100 * event.loaded) / Math.max(1, event.total)));
    request.addEventListener("load", () => {
      if (request.status < 300) resolve();
      else reject(new Problem("The file did not arrive", "Choose it again.", request.status));
    });
    request.addEventListener("error", () => reject(OFFLINE));
    signal.addEventListener("abort", () => request.abort());
    request.send(file);
  });
}
