"""A video's objects: the original in `uploads`, what plays in `media`."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextvars import copy_context
from pathlib import Path
from uuid import UUID

import orjson
from pydantic import TypeAdapter

from colonnade.lib.objects import media, uploads
from colonnade.videos.clients import MASTER, RECORD, THUMBS, Encoding
from colonnade.videos.models import Video
from colonnade.videos.secrecy import locked, take_key

CONTENT_TYPES = {
    ".m3u8": "application/vnd.apple.mpegurl",
    ".m4s": "video/iso.segment",
    ".mp4": "video/mp4",
    ".vtt": "text/vtt",
    ".jpg": "image/jpeg",
    ".json": "application/json",
}
CAPTIONS = "captions"  # beside the editions: they are the video's, however often it is encoded
IMMUTABLE = "public, max-age=31536000, immutable"  # an edition never changes
WRITERS = 8  # segments are small: most of the time of a write is the way there and back


def store_edition(
    video: Video,
    edition: str,
    folder: Path,
    files: Sequence[str],
    on_stored: Callable[[int], None],
    key: bytes | None = None,
) -> None:
    """Write the files of an encoding, encrypted where there is a key.

    `on_stored` hears how many are there, in the calling thread.
    """
    with ThreadPoolExecutor(WRITERS) as pool:

        def write(name: str) -> None:
            path = f"{video.media_path}{edition}/{name}"
            content_type = CONTENT_TYPES[Path(name).suffix]
            content = (folder / name).read_bytes()
            content = content if key is None else locked(name, content, key)
            media().put(path, content, content_type=content_type, cache_control=IMMUTABLE)

        # A copy of the context each: the tenant stands in it.
        writes = [pool.submit(copy_context().run, write, name) for name in files]
        try:
            for count, done in enumerate(as_completed(writes), 1):
                done.result()
                on_stored(count)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def store_in_order(video: Video, edition: str, folder: Path, names: Sequence[str], key: bytes | None = None) -> None:
    """Write files of an encoding that is being watched: playlists after what they name, the master last of all."""
    lists = [name for name in names if name.endswith(".m3u8") and name != MASTER]
    segments = [name for name in names if not name.endswith(".m3u8")]
    for some in (segments, lists, [name for name in names if name == MASTER]):
        store_edition(video, edition, folder, some, on_stored=lambda count: None, key=key)


def copy_edition(source: Video, video: Video, edition: str) -> Encoding:
    """Copy what plays of one video into an edition of another, within the store; each keeps objects of its own.

    Raises NoSuchObject if the source is being deleted meanwhile.
    """
    below, to = f"{source.media_path}{source.edition}/", f"{video.media_path}{edition}/"
    made = read_record(media().get(f"{below}{RECORD}"))
    take_key(source, video, edition)
    with ThreadPoolExecutor(WRITERS) as pool:

        def copy(name: str) -> None:
            media().copy(f"{below}{name}", f"{to}{name}")

        for copied in [pool.submit(copy_context().run, copy, name) for name in made.files]:
            copied.result()
    return made


def read_record(text: bytes) -> Encoding:
    """What `video.json` says of an encoding; made by the same version of the encoder."""
    said = orjson.loads(text)
    return TypeAdapter(Encoding).validate_python({**said, "duration": said["duration_seconds"]})


def remove_others(video_id: UUID, editions: set[str]) -> None:
    """Remove all that plays of a video but these editions, and its captions."""
    kept = tuple(f"videos/{video_id}/{folder}/" for folder in {*editions, CAPTIONS} if folder)
    media().delete(path for path in media().paths(f"videos/{video_id}/") if not path.startswith(kept))


def remove_thumbs(video: Video, edition: str) -> None:
    """Remove the pictures that the storyboard of a shared encoding was put together from."""
    media().delete(media().paths(f"{video.media_path}{edition}/{THUMBS}/"))


def remove_edition(video_id: UUID, edition: str) -> None:
    """Remove what an encoding that came to nothing has written."""
    media().delete(media().paths(f"videos/{video_id}/{edition}/"))


def remove_original(video_id: UUID) -> None:
    uploads().delete([f"videos/{video_id}/original"])


def remove(video_id: UUID, upload_id: str) -> None:
    """Remove all that the store holds of a video."""
    below = f"videos/{video_id}/"
    if upload_id:
        uploads().abort_upload(f"{below}original", upload_id)
    for bucket in (uploads(), media()):
        bucket.delete(bucket.paths(below))
