"""The table of lecture kinds: what a lecture can be, and all that the rest of the house needs to know of each.

A kind is a room of its own, a package in this folder with a `KIND` in its `__init__`: what it lacks until it can be
shown, where it is edited, what students see. Whatever asks about a lecture asks its kind, so that a new one touches
one folder. A kind whose room is another app (quizzes) calls `register()` from its AppConfig.ready().
docs/adr/0010-kinds-of-lectures.md
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar

from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from colonnade.lib.problems import Invalid

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.urls import URLPattern
    from ninja import Router

    from colonnade.accounts.models import User
    from colonnade.courses.models import Lecture

DEFAULT = "video"


@dataclass(frozen=True)
class Shown:
    """What a learner's page prints of a lecture: the context of the kind's template, and what the page's policy must
    allow for it (`{"frame-src": ["https://…"]}`, added to the usual directives).
    """

    context: Mapping[str, Any] = field(default_factory=dict)
    policy: Mapping[str, Sequence[str]] = field(default_factory=dict)


class Kind:
    """One kind of lecture. The methods say what is so for a kind that keeps its content in `Content`."""

    name: ClassVar[str]  # in the database, in addresses and in the API
    label: ClassVar[str]  # as people read it: “Text”
    icon: ClassVar[str]
    place: ClassVar[int] = 100  # in the menu of kinds, from above
    empty: ClassVar[str] = "nothing in it yet"  # what is lacking, as the end of a sentence
    done_by_hand: ClassVar[bool] = True  # students say that they are done; else the kind finds out
    is_personal: ClassVar[bool] = False  # it has to know who takes it, so that it can be no free preview
    row: ClassVar[str] = "courses/_content.html"  # the template of its line in the editor's outline
    template: ClassVar[str] = ""  # of what students see, in the player's place

    @property
    def urls(self) -> "Sequence[URLPattern]":
        """The room's own addresses, below the school's root."""
        return ()

    @property
    def router(self) -> "Router | None":
        """The room's own part of the API."""
        return None

    def lack(self, lecture: "Lecture") -> str:
        """What keeps the lecture from being ready, as the end of a sentence; empty if nothing does."""
        return "" if lecture.filled_at else self.empty

    def is_there(self, lecture: "Lecture") -> bool:
        """Whether students can take it: as a rule when nothing lacks; a video may play before it is ready."""
        return not self.lack(lecture)

    def is_moving(self, lecture: "Lecture") -> bool:
        """Whether it becomes ready by itself, so that a page does well to ask again."""
        return False

    def seconds(self, lecture: "Lecture") -> float | None:
        """How long it takes, where that is known."""
        return None

    def editor_url(self, lecture: "Lecture") -> str:
        """Where its content is made; empty where that is the outline itself."""
        return f"/dashboard/courses/lectures/{lecture.pk}/{self.name}/"

    def shown(self, request: "HttpRequest", lecture: "Lecture") -> Shown:
        """What the learner's page prints by `template`, for somebody who may see it."""
        return Shown()

    def duplicate(self, lecture: "Lecture", copy: "Lecture", by: "User") -> None:
        """Give the copy, a new row with nothing in it, what the lecture has."""
        from colonnade.courses.actions.contents import copy_content

        copy_content(lecture, copy, by)

    def forget(self, lectures: "Sequence[Lecture]", by: "User") -> None:
        """Free what these lectures have outside the database. They are about to be deleted, in the same transaction."""
        from colonnade.courses.actions.contents import drop_contents

        drop_contents(lectures)

    def export(self, lecture: "Lecture") -> dict[str, Any]:
        """What the lecture holds, as a JSON document; `files` names what it needs of the media bucket."""
        from colonnade.courses.actions.contents import content_document

        return content_document(lecture)

    def restore(self, lecture: "Lecture", document: Mapping[str, Any], by: "User") -> None:
        """Take in what `export()` gave, judged anew: it may come from anywhere. Raises Invalid.

        The files it names lie in the media bucket by now, under the names in it.
        """
        raise Invalid(f"A lecture of the kind “{self.label}” cannot be brought in from an archive.")


_table: dict[str, Kind] = {}
KINDS: Mapping[str, Kind] = MappingProxyType(_table)
"""By name."""


def register(kind: Kind) -> None:
    """Put a kind into the table; the same one twice is a mistake."""
    if type(_table.get(kind.name)) not in (type(None), type(kind)):
        raise ValueError(f"There are two kinds of lectures named {kind.name}.")
    _table[kind.name] = kind


def register_rooms() -> None:
    """Those of this folder."""
    for room in iter_modules(__path__):
        register(import_module(f"{__name__}.{room.name}").KIND)


def kind_of(lecture: "Lecture") -> Kind:
    return _table[lecture.kind]


def in_menu() -> list[Kind]:
    """All of them, as a menu offers them."""
    return sorted(_table.values(), key=lambda kind: (kind.place, kind.name))


@cache
def menu_options(chosen: str) -> SafeString:
    """The menu as <option>s, made once: an editor's page has it below every section."""
    options = ((kind.name, " selected" if kind.name == chosen else "", kind.label) for kind in in_menu())
    return format_html_join("", '<option value="{}"{}>{}</option>', options)


def known(name: str) -> str:
    """The name of a kind. Raises Invalid, naming those that there are."""
    if name not in _table:
        raise Invalid(f"There is no such kind of lecture. Choose {_either([kind.name for kind in in_menu()])}.")
    return name


def _either(names: Sequence[str]) -> str:
    return " or ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]
