"""Runs jobs until told to stop."""

import asyncio
import os
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from colonnade.lib.jobs import QUEUES, work
from colonnade.lib.tenancy import refuse_powerful_role


class Command(BaseCommand):
    help = "Run the jobs of the queues `default` and `video`."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--queue", action="append", choices=QUEUES, help="only this queue (may be repeated)")

    def handle(self, *args: Any, **options: Any) -> None:
        refuse_powerful_role()
        queues = tuple(options["queue"] or QUEUES)
        asyncio.run(work(queues, fresh_start=os.environ.get("COLONNADE_FRESH_START") == "1"))
        sys.stdout.flush()
        # Jobs still in threads of ours are given up; their FFmpeg dies with us, and the next worker starts them anew.
        os._exit(0)
