"""From whatever people upload to clean WebVTT, or to a sentence that says what to do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.lib.problems import Invalid
from colonnade.videos.captions.cues import Cue, doubts, in_order
from colonnade.videos.captions.files import MOST_BYTES, as_srt, as_vtt, read_captions
from colonnade.videos.captions.languages import name_of, own_name_of, tag_of
from colonnade.videos.captions.markup import clean, escaped, plain

SRT = "1\n00:00:01,000 --> 00:00:02,500\nGood morning\n\n2\n00:00:03,000 --> 00:00:04,000\nTwo\nlines\n"
VTT = (
    "WEBVTT\n\nNOTE by hand\n\nSTYLE\n::cue { color: red }\n\n"
    "first\n00:01.000 --> 00:02.500 line:10%\nGood <i>morning</i>\n"
)


def cues(content: bytes | str) -> list[Cue]:
    return in_order(read_captions(content.encode() if isinstance(content, str) else content).cues)


def attempt(content: bytes) -> list[Cue] | str:
    """The cues, or the sentence that refuses them."""
    try:
        return cues(content)
    except Invalid as refused:
        return refused.detail


def refusal(content: bytes | str) -> str:
    with pytest.raises(Invalid) as caught:
        cues(content)
    return caught.value.detail


def test_subrip_is_read() -> None:
    assert cues(SRT) == [Cue(1000, 2500, "Good morning"), Cue(3000, 4000, "Two\nlines")]


def test_webvtt_is_read_with_its_places_and_without_its_styles() -> None:
    assert cues(VTT) == [Cue(1000, 2500, "Good <i>morning</i>", "line:10%")]
    assert "color" not in as_vtt(cues(VTT))


@pytest.mark.parametrize(
    "content",
    [
        SRT.replace("\n", "\r\n").encode(),
        SRT.replace("\n", "\r").encode(),
        b"\xef\xbb\xbf" + SRT.encode(),
        SRT.encode("utf-16"),
        SRT.encode("utf-16-be"),
        SRT.encode("utf-16-le"),
        SRT.replace(",000", ".000").encode(),
        SRT.replace("1\n00", "00", 1).replace("\n2\n", "\n").encode(),
        SRT.replace("00:00:0", "0:00:0").encode(),
        b"\n\n" + SRT.encode(),
    ],
    ids=["CRLF", "CR", "mark", "UTF-16", "UTF-16BE", "UTF-16LE", "points", "no numbers", "short hours", "blank lines"],
)
def test_files_of_all_kinds_say_the_same(content: bytes) -> None:
    assert cues(content) == cues(SRT)
    assert read_captions(content).doubts == []


def test_another_encoding_is_read_with_a_doubt() -> None:
    found = read_captions(SRT.replace("morning", "café").encode("latin-1"))
    assert found.cues[0].text == "Good café"
    assert "not UTF-8" in found.doubts[0]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty"),
        (b"  \n ", "The file is empty"),
        (b"Dear all,\nthe lecture is at nine.", "neither an SRT nor a WebVTT file"),
        (b"\x00\x01\x02\x03" * 50, "neither an SRT nor a WebVTT file"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF" * 9, "neither an SRT nor a WebVTT file"),
        (b"[Script Info]\nTitle: x", "ASS/SSA"),
        (b"x" * (MOST_BYTES + 1), "larger than any captions are"),
        (b"WEBVTT\n", "no captions in it"),
        (b"WEBVTT\n\n00:01.000 --> 00:02.000\n<script>x</script>\n", "no captions in it"),
        (b"WEBVTT\n\nnow --> then\nx", "Line 3 should have the times"),
        (b"1\n00:00:05,000 --> 00:00:03,000\nx", "Caption 1 ends (0:03) before it begins (0:05)"),
        (b"1\n00:00:05,000 --> 00:00:05,000\nx", "Caption 1 ends the moment it begins (0:05)"),
        (b"1\n999:00:05,000 --> 999:00:06,000\nx", "Caption 1 ends after 100 hours"),
        (b"1\n00:00:05,000 --> 00:00:06,000\n" + b"x" * 2001, "2001 characters"),
    ],
)
def test_what_is_wrong_is_said(content: bytes, words: str) -> None:
    assert words in refusal(content)


def test_what_cannot_be_read_among_others_is_left_out_and_named() -> None:
    found = read_captions((SRT + "\n3\n00:oops --> 00:00:09,000\nThree\n").encode())
    assert len(found.cues) == 2
    assert found.doubts == ["One caption was left out, because the times cannot be read: see line 11."]


def test_cues_come_in_order() -> None:
    assert [cue.start for cue in in_order([Cue(5, 6, "b"), Cue(1, 2, "a"), Cue(1, 3, "c")])] == [1, 1, 5]


def test_overlaps_and_a_late_end_are_doubted_not_refused() -> None:
    found = [Cue(0, 2000, "a"), Cue(1000, 3000, "b"), Cue(61_000, 62_000, "c")]
    overlap, late = doubts(found, 60.0)
    assert overlap.startswith("One caption begins before the one ahead has ended, the first at 0:01.")
    assert late == "The video ends at 1:00, but the captions go on until 1:02. Are they of this video?"
    assert doubts(found[:1], 2.0) == []
    assert doubts(found[2:], None) == []


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("<script>alert(1)</script>Hi", "Hi"),
        ("<SCRIPT src=x>alert(1)", ""),
        ("<img src=x onerror=alert(1)>Hi", "Hi"),
        ('<font color="red">Hi</font>', "Hi"),
        ("{\\an8}Hi", "Hi"),
        ("<b>bold <i>both</b> plain", "<b>bold <i>both</i></b> plain"),
        ("</b>Hi", "Hi"),
        ("<c.loud.x onclick=y>Hi", "<c.loud.x>Hi</c>"),
        ('<v Ada "onclick=x>Hi', "<v Ada onclick x>Hi</v>"),
        ("<v Ada O’Hara>Hi", "<v Ada O’Hara>Hi</v>"),
        ("<00:00:01.000>Hi", "Hi"),
        ("R&D, 1 < 2 > 0 &amp; so on", "R&D, 1 < 2 > 0 & so on"),
        ("the &lt;script&gt; tag", "the &lt;script> tag"),
        ("a\n\n  b  c \n", "a\nb c"),
        ("a\x00\x07b", "ab"),
        ("a --> b", "a --> b"),
    ],
)
def test_markup_is_what_webvtt_knows(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


PIECES = st.lists(
    st.sampled_from(["<", ">", "&", ";", "/", "<b>", "</b>", "<i>", "</i>", "<v Ann>", "</v>", "<script>", "</script>",
                     "&lt;", "&amp;", "&amp;lt;", "&#60;", "-->", "\n", "\r", "\0", " ", "lt;", "amp", "b", "1", "!--",
                     "é", "{\\an8}", "<c.x>", "\u2028", "<00:01.000>"]),
    max_size=14,
).map("".join)  # fmt: skip
TEXT = st.one_of(PIECES, st.text(max_size=60))


@given(TEXT)
def test_cleaning_again_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@given(TEXT)
def test_only_known_tags_are_left(text: str) -> None:
    left = escaped(clean(text))
    for tag in ("script", "img", "font", "style"):
        assert f"<{tag}" not in left.lower()
    assert "-->" not in left


TIMES = st.tuples(st.integers(0, 359_000_000), st.integers(1, 60_000)).map(lambda pair: (pair[0], pair[0] + pair[1]))
CUES = st.lists(
    st.tuples(TIMES, TEXT.filter(lambda text: bool(plain(clean(text)).strip()))).map(
        lambda made: Cue(*made[0], made[1])
    ),
    min_size=1,
    max_size=6,
)


@given(CUES)
def test_what_is_written_as_webvtt_is_read_as_it_was(made: list[Cue]) -> None:
    ordered = in_order(made)
    assert in_order(read_captions(as_vtt(ordered).encode()).cues) == ordered


def test_subrip_has_the_words_without_markup() -> None:
    made = [Cue(1000, 2500, "<v Ada>R&D</v>\n&lt;b> --> c", "line:10%"), Cue(3_723_004, 3_724_000, "x")]
    assert as_srt(made) == ("1\n00:00:01,000 --> 00:00:02,500\nR&D\n<b> → c\n\n2\n01:02:03,004 --> 01:02:04,000\nx\n")
    assert len(cues(as_srt(made))) == 2


@given(st.binary(max_size=300))
def test_whatever_bytes_come_are_read_or_refused_with_a_sentence(content: bytes) -> None:
    assert attempt(content)


@given(st.lists(st.sampled_from([*SRT.split("\n"), "WEBVTT", "", "00:00 --> x", "9", "NOTE"]), max_size=12))
def test_shuffled_files_are_read_or_refused_with_a_sentence(lines: list[str]) -> None:
    assert attempt("\n".join(lines).encode())


@pytest.mark.parametrize(
    ("text", "tag", "name", "own"),
    [
        ("en", "en", "English", "English"),
        (" GER ", "de", "German", "Deutsch"),
        ("pt-br", "pt-BR", "Brazilian Portuguese", "Português Brasileiro"),
        ("de_AT", "de-AT", "German (AT)", "Deutsch (AT)"),
        ("zu", "zu", "zu", "Zu"),
        ("und", "und", "Unknown language", "Unknown language"),
    ],
)
def test_languages_have_one_tag_and_a_name(text: str, tag: str, name: str, own: str) -> None:
    assert (tag_of(text), name_of(tag), own_name_of(tag)) == (tag, name, own)


@pytest.mark.parametrize("text", ["", "English", "xx", "../en", "e", "en en", "ä", "a" * 40])
def test_what_is_no_language_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="Use a tag such as en"):
        tag_of(text)
