"""Bad input ends with a code and a sentence, quickly, and leaves nothing behind."""

import time
from pathlib import Path

import pytest

from colonnade.videos.clients import Unplayable, encode

from .refused import REFUSED, SECRET, Refused


@pytest.mark.parametrize("refused", REFUSED, ids=lambda refused: refused.name)
def test_bad_file_is_refused_with_a_sentence(refused: Refused, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text(SECRET)
    upload = tmp_path / "uploads" / refused.name
    upload.parent.mkdir()
    refused.write(upload, secret)
    started = time.monotonic()
    with pytest.raises(Unplayable) as caught:
        encode(upload, tmp_path / "made" / "out")
    assert caught.value.code in refused.codes, (caught.value.code, caught.value.detail)
    assert caught.value.message.endswith(".")
    assert SECRET not in caught.value.message + caught.value.detail
    assert time.monotonic() - started < 30
    made = tmp_path / "made"
    assert not made.exists() or not list(made.iterdir()), "something was left behind"
