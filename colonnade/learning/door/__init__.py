"""A door for heartbeats in front of Django. docs/adr/0005-watched-seconds.md says why."""

from colonnade.learning.door.door import Heartbeats

__all__ = ["Heartbeats"]
