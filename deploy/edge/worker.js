// Checks playback addresses at an edge, without the app: docs/playback-url.md says what is checked, and
// tests/videos/playback_vectors.json by example. For Cloudflare Workers and whatever else has WebCrypto.
//
// Bindings: PLAYBACK_KEYS, the 32-byte keys in hexadecimal, separated by commas, the one that signs first (`colonnade
// playback_keys` prints them; never give an edge SECRET_KEY itself); TENANTS, a KV namespace of host → tenant's id;
// MEDIA, the R2 bucket. An edge knows signatures and expiries, and neither withdrawals nor how many devices play: sign
// for shorter times, or let the app answer segments, where that matters.

const UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
const ADDRESS = new RegExp(
  `^/v/([1-9][0-9]{9})\\.([A-Za-z0-9_-]{43})/(${UUID})/(${UUID})` +
    "/((?:[A-Za-z0-9_-]{1,64}/){0,4}[A-Za-z0-9_-]{1,64}\\.(?:m3u8|m4s|mp4|vtt|jpg|key))$",
);
const TAG_BYTES = 8;
const MAC_BYTES = 24;

/** The parts of a path, or null if it is none of ours. */
export function readAddress(path) {
  const match = ADDRESS.exec(path);
  if (!match || path.includes("\n")) return null; // `$` alone lets a line's end through in some engines
  const [, expiry, signature, tenant, video, file] = match;
  return { expiry: Number(expiry), signature, tenant, video, file };
}

/** Whether one of the keys (Uint8Array of 32 bytes each) has signed it. */
export async function isSigned(address, keys) {
  const tag = fromBase64url(address.signature).slice(0, TAG_BYTES);
  const message = new TextEncoder().encode(`${address.expiry}/${address.tenant}/${address.video}/${hex(tag)}`);
  let signed = false;
  for (const key of keys) {
    const imported = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
    const mac = new Uint8Array(await crypto.subtle.sign("HMAC", imported, message)).slice(0, MAC_BYTES);
    signed = same(toBase64url(new Uint8Array([...tag, ...mac])), address.signature) || signed;
  }
  return signed;
}

export default {
  async fetch(request, env) {
    const url = new URL(request.url);
    if (!url.pathname.startsWith("/v/")) return fetch(request);
    if (request.method !== "GET" && request.method !== "HEAD") return refused(405, "Videos can only be read.");
    const address = readAddress(url.pathname);
    if (!address || address.tenant !== (await env.TENANTS.get(url.hostname))) {
      return refused(404, "There is no video at this address.");
    }
    const keys = env.PLAYBACK_KEYS.split(",").map(fromHex);
    if (!(await isSigned(address, keys))) return refused(403, "This address is not valid. Open the video from its lecture.");
    if (address.expiry <= Date.now() / 1000) {
      return refused(403, "This address has expired. Reload the lecture's page to go on.");
    }
    // The key of encrypted segments is not in the bucket: the app hands it out, which knows of withdrawals.
    return address.file.endsWith(".key") ? fetch(request) : answer(request, address, env.MEDIA);
  },
};

async function answer(request, { tenant, video, file }, bucket) {
  const key = `${tenant}/videos/${video}/${file}`;
  const options = { range: request.headers, onlyIf: request.headers };
  const object = request.method === "HEAD" ? await bucket.head(key) : await bucket.get(key, options);
  if (!object) return refused(404, "This part of the video is not there. Reload the page.");
  const headers = new Headers({ "X-Content-Type-Options": "nosniff", "Cross-Origin-Resource-Policy": "same-origin" });
  object.writeHttpMetadata(headers); // the type, as it was stored
  headers.set("ETag", object.httpEtag);
  headers.set("Accept-Ranges", "bytes");
  headers.set("Cache-Control", file.endsWith(".m3u8") ? "private, no-cache" : "private, max-age=31536000, immutable");
  if (request.method === "HEAD") {
    headers.set("Content-Length", String(object.size));
    return new Response(null, { headers });
  }
  if (!object.body) return new Response(null, { status: 304, headers });
  if (!request.headers.has("Range")) return new Response(object.body, { headers });
  const { offset = 0, length = object.size - offset } = object.range;
  headers.set("Content-Range", `bytes ${offset}-${offset + length - 1}/${object.size}`);
  return new Response(object.body, { status: 206, headers });
}

function refused(status, detail) {
  const headers = { "Content-Type": "application/problem+json", "Cache-Control": "no-store" };
  return new Response(JSON.stringify({ status, detail }), { status, headers });
}

/** Compares in a time that does not tell where two texts differ. */
function same(one, other) {
  let difference = one.length ^ other.length;
  for (let index = 0; index < one.length; index++) difference |= one.charCodeAt(index) ^ other.charCodeAt(index);
  return difference === 0;
}

export function fromHex(text) {
  return Uint8Array.from(text.trim().match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
}

function hex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function fromBase64url(text) {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
}

function toBase64url(bytes) {
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
