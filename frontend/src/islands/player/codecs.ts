const AV1 = "av01";

/**
 * Whether this device shows AV1 without effort, in hardware that is: it looks the same for fewer bytes. A phone that
 * does it by program gets warm and loses pictures.
 */
export async function showsAv1Easily(capabilities: MediaCapabilities | undefined): Promise<boolean> {
  const video = { width: 1920, height: 1080, bitrate: 2_500_000, framerate: 30 };
  const contentType = `video/mp4; codecs="${AV1}.0.08M.08"`;
  const found = await capabilities
    ?.decodingInfo({ type: "media-source", video: { ...video, contentType } })
    .catch(() => null);
  return !!found?.supported && found.smooth && found.powerEfficient;
}

/** Of a video that comes in H.264 and in AV1, the places of the levels that are not wanted, from the last to the first. */
export function unwanted(codecs: readonly string[], av1: boolean): number[] {
  const isWanted = (codec: string) => codec.startsWith(AV1) === av1;
  if (codecs.every((codec) => !isWanted(codec))) return [];
  return codecs
    .map((_, index) => index)
    .filter((index) => !isWanted(codecs[index] ?? ""))
    .reverse();
}
