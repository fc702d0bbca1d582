"""What visitors choose courses by."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any
from urllib.parse import urlencode

from colonnade.accounts.models import User
from colonnade.courses.models import Course, Level, Profile
from colonnade.courses.search import clean
from colonnade.videos.captions.languages import own_name_of


@dataclass(frozen=True)
class Wish:
    """What somebody looks for; empty: does not matter. `q` is searched for, the rest must be so."""

    q: str = ""
    category: str = ""
    level: str = ""
    language: str = ""
    tag: str = ""

    @classmethod
    def read(cls, query: Any) -> "Wish":
        """Of a request's parameters, whatever they are."""
        return cls(**{field.name: clean(query.get(field.name, "")) for field in fields(cls)})

    @property
    def is_any(self) -> bool:
        return any(getattr(self, field.name) for field in fields(self))

    @property
    def traits(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in ("category", "level", "language", "tag")}

    def query(self, **other: str) -> str:
        """As an address has it, with some of it other."""
        wished = {field.name: getattr(self, field.name) for field in fields(self)} | other
        return urlencode({name: value for name, value in wished.items() if value})


def choices(wish: Wish) -> list[dict[str, Any]]:
    """The filters that would tell the school's published courses apart, each with its choices. One query."""
    facts = list(Course.objects.published().order_by().values_list("category", "level", "language").distinct())
    levels = dict(Level.choices)
    called: dict[str, Callable[[str], str]] = {"level": lambda value: levels.get(value, value), "language": own_name_of}
    found = []
    for place, (name, label) in enumerate((("category", "Category"), ("level", "Level"), ("language", "Language"))):
        values = sorted({fact[place] for fact in facts if fact[place]})
        if len(values) > 1 or getattr(wish, name):
            options = [(value, called.get(name, str)(value), value == getattr(wish, name)) for value in values]
            found.append({"name": name, "label": label, "options": options})
    return found


def facts_of(course: Course) -> list[dict[str, str]]:
    """Category, level, language and tags as the course's page lists them, each leading to its like."""
    level = dict(Level.choices).get(course.level, "")
    language = own_name_of(course.language) if course.language else ""
    facts = [
        ("folder", course.category, Wish(category=course.category)),
        ("chart-column", level, Wish(level=course.level)),
        ("globe", language, Wish(language=course.language)),
        *(("tag", tag, Wish(tag=tag)) for tag in course.tags),
    ]
    return [{"icon": icon, "text": text, "url": f"/courses/?{wish.query()}"} for icon, text, wish in facts if text]


def instructors_of(course: Course) -> list[dict[str, str]]:
    """Those who teach the course, by their profiles; by their account's name where they have none. One query."""
    profile = ("profiles__name", "profiles__bio", "profiles__picture")
    people = User.objects.filter(teachings__course=course).order_by("teachings__position").values("name", *profile)
    told = [Profile(name=each[profile[0]] or each["name"], bio=each[profile[1]] or "", picture=each[profile[2]] or "")
            for each in people]  # fmt: skip
    return [{"name": each.name, "bio": each.bio, "picture": each.picture_url} for each in told if each.name]
