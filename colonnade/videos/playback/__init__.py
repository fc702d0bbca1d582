"""Who may watch a video, at which address, and the door that serves it without the app. See docs/playback-url.md."""

from .door import Playback
from .grants import allow, playback_url, poster_url, storyboard_url, withdraw

__all__ = ["Playback", "allow", "playback_url", "poster_url", "storyboard_url", "withdraw"]
