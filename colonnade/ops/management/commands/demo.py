"""Makes the demo school."""

import os
from pathlib import Path
from typing import Any

import orjson
from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from colonnade.ops.demo.school import Demo, make_demo, schools_are_real


class Command(BaseCommand):
    help = "Make a demo school with a published course, its people and access codes, and say how to sign in."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="only where there is no other school yet")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["if_empty"] and schools_are_real():
            return
        settings.HOME.mkdir(parents=True, exist_ok=True)
        demo = make_demo(settings.HOME)
        _write(settings.HOME / "demo.json", demo)  # `colonnade up` shows it at every start
        for account in demo.accounts:
            self.stdout.write(f"{account.role:<8} {account.email}  {account.password}  at {account.at}")
        self.stdout.write(f"{demo.school_url}  code {demo.code}")


def _write(file: Path, demo: Demo) -> None:
    """Whole or not at all, and for nobody else to read: it holds passwords."""
    temporary = file.with_suffix(".new")
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
        stream.write(orjson.dumps(demo.as_dict(), option=orjson.OPT_INDENT_2))
    temporary.replace(file)
