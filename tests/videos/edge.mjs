// Run by test_edge.py: asks the edge worker about the shared vectors, and through its door; prints what it says.
import { readFileSync } from "node:fs";
import worker, { fromHex, isSigned, readAddress } from "../../deploy/edge/worker.js";

const vectors = JSON.parse(readFileSync(new URL("./playback_vectors.json", import.meta.url), "utf8"));
const keys = vectors.keys.map(fromHex);

async function accepts(path) {
  const address = readAddress(path);
  return address !== null && (await isSigned(address, keys));
}

const good = vectors.accepted[0];
const BODY = new TextEncoder().encode("a playlist, of so many bytes");
const bucket = {
  async get(key, { range }) {
    if (key !== `${good.tenant}/videos/${good.video}/${good.file}`) return null;
    const [from, to] = (range.get("Range") ?? "").match(/\d+/g)?.map(Number) ?? [0, BODY.length - 1];
    return { ...about, body: BODY.slice(from, to + 1), range: { offset: from, length: to + 1 - from } };
  },
  head: async () => about,
};
const about = { size: BODY.length, httpEtag: '"1"', writeHttpMetadata: (headers) => headers.set("Content-Type", "x/y") };
const env = {
  PLAYBACK_KEYS: vectors.keys.join(","),
  TENANTS: { get: async (host) => (host === "art.example.org" ? good.tenant : null) },
  MEDIA: bucket,
};

globalThis.fetch = async () => new Response("what the app says");

async function ask(path, { host = "art.example.org", now = good.expiry - 1, ...options } = {}) {
  Date.now = () => now * 1000;
  const answer = await worker.fetch(new Request(`https://${host}${path}`, options), env);
  const { status, headers } = answer;
  return { status, text: await answer.text(), range: headers.get("Content-Range"), cache: headers.get("Cache-Control") };
}

console.log(
  JSON.stringify({
    accepted: await Promise.all(vectors.accepted.map(({ path }) => accepts(path))),
    refused: await Promise.all(vectors.refused.map(({ path }) => accepts(path))),
    whole: await ask(good.path),
    part: await ask(good.path, { headers: { Range: "bytes=2-9" } }),
    head: await ask(good.path, { method: "HEAD" }),
    late: await ask(good.path, { now: good.expiry }),
    elsewhere: await ask(good.path, { host: "other.example.org" }),
    post: await ask(good.path, { method: "POST" }),
    changed: await ask(good.path.replace(".5f", ".6f")),
    key: await ask(vectors.accepted.find(({ file }) => file.endsWith(".key")).path),
  }),
);
