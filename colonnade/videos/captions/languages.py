"""Language tags (BCP 47), and how people call them."""

from functools import cache

import langcodes
from django.conf.locale import LANG_INFO
from django.utils.translation import get_language_info
from langcodes.tag_parser import LanguageTagError

from colonnade.lib.problems import Invalid

UNKNOWN = "und"  # of subtitles in a file that does not say
LONGEST = 35


def tag_of(text: str) -> str:
    """The tag in its usual form: "ger" is "de", "pt-br" is "pt-BR". Raises Invalid for what names no language."""
    text = text.strip()
    try:
        tag = langcodes.standardize_tag(text)
    except LanguageTagError:
        tag = ""
    if not tag or len(tag) > LONGEST or not langcodes.tag_is_valid(tag):
        said = f"“{text[:40]}” is no language" if text else "No language was given"
        raise Invalid(f"{said}. Use a tag such as en, de or pt-BR.")
    return tag


def name_of(tag: str) -> str:
    """In English: "German", "Portuguese (BR)"; the tag itself for what Django has no name for."""
    return _called(tag, "name")


def own_name_of(tag: str) -> str:
    """As its speakers say it, which is what they look for in a menu: "Deutsch"."""
    name = _called(tag, "name_local")
    return name[:1].upper() + name[1:]


def _called(tag: str, kind: str) -> str:
    if tag == UNKNOWN:
        return "Unknown language"
    try:
        info = get_language_info(tag.lower())
    except KeyError:
        return tag
    name, rest = str(info[kind]), tag[len(info["code"]) + 1 :]
    return f"{name} ({rest})" if rest else name


@cache
def known_languages() -> list[tuple[str, str]]:
    """(tag, English name) of those to choose from, by name. Any other can be typed as a tag."""
    tags = {tag_of(code) for code, info in LANG_INFO.items() if "name" in info and len(code) < 8}
    return sorted(((tag, name_of(tag)) for tag in tags), key=lambda pair: pair[1])
