"""GET /healthz says which part is well."""

import pytest
from django.test import Client

from colonnade.ops import health


def test_it_answers_on_any_host_and_names_the_part_that_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone() -> None:
        raise ConnectionError("no route to it")

    for name in health.PARTS:
        monkeypatch.setitem(health.PARTS, name, lambda: None)
    well = Client(headers={"host": "anything.example"}).get("/healthz")
    assert well.status_code == 200
    assert well.json() == {"status": "ok", "parts": dict.fromkeys(health.PARTS, "ok")}
    assert well["Cache-Control"] == "no-store"
    monkeypatch.setitem(health.PARTS, "cache", gone)
    ill = Client(headers={"host": "anything.example"}).get("/healthz")
    assert ill.status_code == 503
    assert ill.json()["parts"] == dict.fromkeys(health.PARTS, "ok") | {"cache": "ConnectionError"}
    assert "no route" not in ill.content.decode()  # the log's business


def test_the_real_parts_are_asked() -> None:
    states = health.states()
    assert states["database"] == states["cache"] == states["objects"] == "ok"
