"""Who may watch a video, at which address, and the door that serves it without the app. See docs/playback-url.md."""

from .door import Playback
from .early import early
from .grants import VISITORS, Addresses, addresses, allow, public_addresses, succeed, withdraw
from .places import give_up

__all__ = [
    "VISITORS",
    "Addresses",
    "Playback",
    "addresses",
    "allow",
    "early",
    "give_up",
    "public_addresses",
    "succeed",
    "withdraw",
]
