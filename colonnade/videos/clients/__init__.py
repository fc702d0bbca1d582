"""FFmpeg and PyAV, behind two verbs: `probe` a file, `encode` it. Knows nothing of Django or of a database."""

from .encoder import encode
from .encoding import ENCODER_VERSION, Encoding, Notice, Rendition
from .errors import Unplayable, VideoError
from .facts import AudioTrack, Chapter, SourceFacts, SubtitleTrack
from .limits import Limits
from .probe import probe
from .recipe import USUAL_RECIPE, Recipe

__all__ = [
    "ENCODER_VERSION",
    "USUAL_RECIPE",
    "AudioTrack",
    "Chapter",
    "Encoding",
    "Limits",
    "Notice",
    "Recipe",
    "Rendition",
    "SourceFacts",
    "SubtitleTrack",
    "Unplayable",
    "VideoError",
    "encode",
    "probe",
]
