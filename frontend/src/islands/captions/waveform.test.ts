import { expect, test } from "vitest";
import { decrypted, peaksOf, piecesOf, soundPlaylist } from "./waveform";

test("the sound is found in the master playlist", () => {
  const master = `#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="x",URI="audio/aud.m3u8"\n720/v.m3u8`;
  expect(soundPlaylist(master)).toBe("audio/aud.m3u8");
  expect(soundPlaylist("#EXTM3U\n720/v.m3u8")).toBeNull();
});

test("pieces follow one another", () => {
  const list = `#EXTM3U\n#EXT-X-MAP:URI="init.mp4"\n#EXTINF:4.0,\n0.m4s\n#EXTINF:2.5,\n1.m4s\n#EXT-X-ENDLIST`;
  expect(piecesOf(list, new URL("http://a.example/v/audio/aud.m3u8"))).toEqual({
    beginning: "http://a.example/v/audio/init.mp4",
    key: "",
    pieces: [
      { start: 0, duration: 4, url: "http://a.example/v/audio/0.m4s", number: 0 },
      { start: 4, duration: 2.5, url: "http://a.example/v/audio/1.m4s", number: 1 },
    ],
  });
});

test("the key of an encrypted sound is found", () => {
  const list = `#EXTM3U\n#EXT-X-MAP:URI="init.mp4"\n#EXT-X-KEY:METHOD=AES-128,URI="../segments.key"\n#EXTINF:4.0,\n0.m4s`;
  expect(piecesOf(list, new URL("http://a.example/v/ed/audio/aud.m3u8")).key).toBe(
    "http://a.example/v/ed/segments.key",
  );
});

test("a piece is decrypted by its number", async () => {
  const bytes = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
  const raw = bytes("000102030405060708090a0b0c0d0e0f");
  const iv = bytes("00000000000000000000000000000007");
  const key = await crypto.subtle.importKey("raw", raw, "AES-CBC", false, ["encrypt", "decrypt"]);
  const stored = await crypto.subtle.encrypt(
    { name: "AES-CBC", iv },
    key,
    new TextEncoder().encode("a piece of sound"),
  );
  expect(new TextDecoder().decode(await decrypted(stored, key, 7))).toBe("a piece of sound");
});

test("a peak is the loudest of its part, whichever way it swings", () => {
  const found = peaksOf(new Float32Array([0.25, -0.5, 0, 0.125]), 2);
  expect([...found]).toEqual([0.5, 0.125]);
});
