"""What may stand in a caption: text, and the tags that WebVTT knows.

Cues are edited in a form that people can type: `R&D` and `1 < 2` stand as they are, and only what would read as a tag
is written out (`&lt;b>`). `clean` makes that form, `escaped` what a WebVTT file has, `plain` what is read aloud.
"""

import html
import re
from collections.abc import Iterator
from itertools import groupby

_SCRIPT = re.compile(r"<(script|style)\b[^>]*>.*?(?:</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<(/?)([A-Za-z]+|\d[\d:.]*|!--.*?--)((?:\.[^\s<>.]+)*)\s*([^<>]*)>", re.DOTALL)
_POSITION = re.compile(r"\{\\[a-z]+\d*[^{}]*\}")  # {\an8}, which SubRip files have from another format
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|\w{2,31});")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]")
_KNOWN = {"b", "i", "u", "c", "ruby", "rt", "v", "lang"}
_ANNOTATED = {"v", "lang"}


def clean(text: str) -> str:
    """The text with known tags alone, each of them closed. Cleaning again changes nothing."""
    text = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    runs = groupby(_balanced(_SCRIPT.sub("", text)), key=lambda part: part[0])
    joined = ((is_tag, "".join(part for _, part in run)) for is_tag, run in runs)  # what a dropped tag stood between
    cleaned = "".join(part if is_tag else _typed(part) for is_tag, part in joined)
    lines = (" ".join(line.split()) for line in cleaned.split("\n"))
    return "\n".join(line for line in lines if line)


def escaped(cleaned: str) -> str:
    """A clean text as it stands in a WebVTT file."""
    return "".join(part if is_tag else html.escape(_read(part), quote=False) for is_tag, part in _parts(cleaned))


def plain(cleaned: str) -> str:
    """A clean text without its tags."""
    return "".join(_read(part) for is_tag, part in _parts(cleaned) if not is_tag)


def _parts(text: str) -> Iterator[tuple[bool, str]]:
    """(whether it is a tag, the piece), in order; of a clean text."""
    end = 0
    for match in _TAG.finditer(text):
        yield False, text[end : match.start()]
        yield True, match[0]
        end = match.end()
    yield False, text[end:]


def _balanced(text: str) -> Iterator[tuple[bool, str]]:
    """The same of any text, without the tags that are not known, and with each end that is missing."""
    open_tags: list[str] = []
    for is_tag, part in _parts(_TAG.sub(_known, text)):
        match = _TAG.fullmatch(part) if is_tag else None
        if match is None:
            yield False, part
        elif not match[1]:
            open_tags.append(match[2].lower())
            yield True, _opening(open_tags[-1], match[3], match[4])
        elif (name := match[2].lower()) in open_tags:
            while (last := open_tags.pop()) != name:
                yield True, f"</{last}>"
            yield True, f"</{name}>"
    yield from ((True, f"</{name}>") for name in reversed(open_tags))


def _known(tag: re.Match[str]) -> str:
    return tag[0] if tag[2].lower() in _KNOWN else ""


def _opening(name: str, classes: str, annotation: str) -> str:
    classes = "".join(f".{kind}" for kind in re.findall(r"\.([A-Za-z][\w-]*)", classes, re.ASCII))
    words = " ".join(re.sub(r"[^\w\s.'’-]", " ", annotation).split())[:100] if name in _ANNOTATED else ""
    return f"<{name}{classes}{' ' if words else ''}{words}>"


def _read(text: str) -> str:
    return _ENTITY.sub(lambda entity: html.unescape(entity[0]), text)


def _typed(text: str) -> str:
    read = _CONTROL.sub("", _read(text))
    while (without := _POSITION.sub("", read)) != read:
        read = without
    written = _ENTITY.sub(lambda entity: "&amp;" + entity[0][1:], read)
    return re.sub(r"<(?=[A-Za-z/\d!])", "&lt;", written)
