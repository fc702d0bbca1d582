"""Which renditions are worth offering, once it is known what they came to."""

from collections.abc import Sequence

from .ladder import AV1, Rung
from .plan import starter_of
from .shelf import Stream

# A still page costs little at any size, and the sound comes on top: whoever can load the small picture can load the
# large one, which is no worse. So a rendition has to save more than this of the next larger one's bits; and, in bits a
# second, as much as decides on any line.
SAME_PART = 0.92
LEAST_SAVED = 40_000


def worth_offering(
    pictures: Sequence[tuple[Rung, Stream]], *, average_sound: int = 0, peak_sound: int = 0
) -> list[tuple[Rung, Stream]]:
    """Without those that save next to nothing, on average and at their peak, against the next larger one that stays.

    Sound, in bits a second, is loaded along with any of them. The largest of each codec stays, as do the one that
    viewers begin on and the smallest in AV1; one of another frame rate is another choice.
    """
    rungs = [rung for rung, _ in pictures]
    staying = {starter_of(rungs), *[rung for rung in rungs if rung.codec == AV1][-1:]} if rungs else set()
    kept: list[tuple[Rung, Stream]] = []
    for rung, stream in pictures:
        larger = next((pair for pair in reversed(kept) if pair[0].codec == rung.codec), None)
        if larger is None or rung in staying or rung.rate != larger[0].rate:
            kept.append((rung, stream))
            continue
        average = _saves(stream.average + average_sound, larger[1].average + average_sound)
        peak = _saves(stream.peak + peak_sound, larger[1].peak + peak_sound)
        if average or peak:
            kept.append((rung, stream))
    return kept


def _saves(bits: int, of: int) -> bool:
    return bits < SAME_PART * of and bits + LEAST_SAVED < of
