"""Which renditions are worth offering, once it is known what they came to."""

from collections.abc import Sequence

from .ladder import Rung
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

    Sound, in bits a second, is loaded along with any of them. The largest stays, as does the one that viewers begin on,
    and one of another frame rate is another choice.
    """
    if not pictures:
        return []
    starter = starter_of([rung for rung, _ in pictures])
    kept = [pictures[0]]
    for rung, stream in pictures[1:]:
        larger, above = kept[-1]
        average = _saves(stream.average + average_sound, above.average + average_sound)
        peak = _saves(stream.peak + peak_sound, above.peak + peak_sound)
        if rung == starter or rung.rate != larger.rate or average or peak:
            kept.append((rung, stream))
    return kept


def _saves(bits: int, of: int) -> bool:
    return bits < SAME_PART * of and bits + LEAST_SAVED < of
