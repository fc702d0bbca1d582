"""The program `colonnade`: `up` starts everything, `web` serves, all else is a Django command.

The first two stay for as long as Colonnade runs, so they do without Django and its 60 MB.
"""

import os
import sys
import tomllib
from importlib import metadata
from pathlib import Path

HELP = """\
Colonnade: many independent online schools under one roof.

  colonnade up         start everything: database, cache, object store, web and worker
  colonnade web        serve the pages            (the parts named by DATABASE_URL, REDIS_URL, S3_…)
  colonnade worker     run the jobs
  colonnade prepare    bring database and buckets up to date
  colonnade demo       make a demo school
  colonnade encode     make a video playable, without a server
  colonnade help       all commands

COLONNADE_HOME (./.colonnade) holds the data, PORT (8000) is where it answers.
"""


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "colonnade.settings")
    arguments = sys.argv[1:]
    if not arguments or arguments[0] in ("-h", "--help"):
        sys.stdout.write(HELP)
    elif arguments[0] in ("-V", "--version"):
        sys.stdout.write(f"{version()}\n")
    elif arguments[0] == "up":
        from colonnade.supervisor import up

        sys.exit(up(arguments[1:]))
    elif arguments == ["web"]:
        from colonnade.server import serve

        serve()
    else:
        from django.core.management import execute_from_command_line

        execute_from_command_line(["colonnade", *arguments])


def version() -> str:
    try:
        return metadata.version("colonnade")
    except metadata.PackageNotFoundError:  # run from its source
        project = Path(__file__).parent.parent / "pyproject.toml"
        return str(tomllib.loads(project.read_text(encoding="utf-8"))["project"]["version"])


if __name__ == "__main__":
    main()
