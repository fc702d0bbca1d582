"""Prints the keys of playback addresses, for an edge that checks them without the app."""

from typing import Any

from django.core.management.base import BaseCommand

from colonnade.videos.playback.address import playback_keys


class Command(BaseCommand):
    help = (
        "Print the keys that sign playback addresses, in hexadecimal, separated by commas: see deploy/edge/worker.js."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(",".join(key.hex() for key in playback_keys()))
