"""Who may watch a video, at which address, and the door that serves it without the app. See docs/playback-url.md."""

from .door import Playback
from .grants import addresses, allow, withdraw
from .places import give_up

__all__ = ["Playback", "addresses", "allow", "give_up", "withdraw"]
