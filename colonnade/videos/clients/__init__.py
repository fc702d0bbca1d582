"""FFmpeg and PyAV, behind a few verbs: `probe` a file, `encode` it, or `divide` it, `make_chunk` by chunk, and gather.

Knows nothing of Django or of a database.
"""

from .chunk import Chunk, make_chunk
from .division import Division, divide
from .encoder import encode
from .encoding import ENCODER_VERSION, RECORD, Encoding, Notice, Rendition
from .errors import Unplayable, VideoError
from .facts import AudioTrack, Chapter, SourceFacts, SubtitleTrack
from .gathering import Gathering
from .limits import USUAL_LIMITS, Limits
from .pictures import THUMBS
from .probe import Examined, examine, probe
from .publication import MASTER
from .recipe import USUAL_RECIPE, Recipe

__all__ = [
    "ENCODER_VERSION",
    "MASTER",
    "RECORD",
    "THUMBS",
    "USUAL_LIMITS",
    "USUAL_RECIPE",
    "AudioTrack",
    "Chapter",
    "Chunk",
    "Division",
    "Encoding",
    "Examined",
    "Gathering",
    "Limits",
    "Notice",
    "Recipe",
    "Rendition",
    "SourceFacts",
    "SubtitleTrack",
    "Unplayable",
    "VideoError",
    "divide",
    "encode",
    "examine",
    "make_chunk",
    "probe",
]
