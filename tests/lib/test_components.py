"""Components by the faster include come out as by Django's own."""

from pathlib import Path

import pytest
from django.conf import settings
from django.template import Context, Engine, engines
from django.template.backends.django import DjangoTemplates
from django.template.loader_tags import IncludeNode
from django.utils.safestring import mark_safe

from colonnade.lib.components import ComponentNode, names_in

COMPONENTS = sorted(path.name for path in Path(settings.PACKAGE, "templates/components").glob("*.html"))
GIVEN = [
    "body='components/skeleton.html'",
    "label='Save' title='Greek' text='A & B' name='plus' icon='plus' url='/x/' value=40 tone='success' "
    "body='components/skeleton.html'",
    "label=label title=title url=url badge='New' percent=percent meta=missing items=items tabs=tabs wide=True "
    "body='components/copy.html'",
]
VALUES = {
    "label": "<b>", "title": "It’s", "url": "/a?b=1&c=2", "percent": 0, "value": None,
    "items": [{"label": "One", "url": "/1/", "icon": "x"}, {"label": "Two", "url": "/2/", "method": "post"}],
    "tabs": [{"label": "All", "url": "/", "count": 0}, {"label": "None", "url": "/"}],
}  # fmt: skip


def ours() -> Engine:
    backend = engines["django"]
    assert isinstance(backend, DjangoTemplates)
    return backend.engine


@pytest.fixture(scope="module")
def plain() -> Engine:
    """Django's engine without our builtin."""
    engine = ours()
    return Engine(dirs=engine.dirs, libraries=engine.libraries, loaders=engine.loaders)


def by(engine: Engine, component: str, given: str) -> str:
    template = engine.from_string(f'{{% include "components/{component}" with {given} only %}}')
    return template.render(Context(VALUES))


@pytest.mark.parametrize("component", COMPONENTS)
@pytest.mark.parametrize("given", GIVEN)
def test_every_component_looks_the_same(plain: Engine, component: str, given: str) -> None:
    assert by(ours(), component, given) == by(plain, component, given)


def kind(source: str) -> type[object]:
    return type(ours().from_string(source).nodelist[0])


def test_only_isolated_components_are_treated_so() -> None:
    assert kind('{% include "components/icon.html" with name="x" only %}') is ComponentNode
    assert kind('{% include "components/icon.html" with name="x" %}') is IncludeNode
    assert kind('{% include "pages/_head.html" only %}') is IncludeNode
    assert kind("{% include which only %}") is IncludeNode


def test_names_are_those_that_code_mentions() -> None:
    source = '{# c #}<a href="{{ url }}">{% if not wide and item.label|default:"none" == \'x\' %}text{% endif %}'
    assert names_in(source) >= {"url", "wide", "item"}
    assert not names_in(source) & {"href", "label", "default", "none", "x", "text", "c"}


class Named:
    """Equal by key, as rows are, whatever they are called by now."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Named)

    def __hash__(self) -> int:
        return 1

    def __str__(self) -> str:
        return self.name


@pytest.mark.parametrize(
    ("first", "second"),
    [("plain <b>", mark_safe("plain <b>")), (1, True), (Named("before"), Named("after"))],
    ids=["safe", "number", "row"],
)
def test_what_is_equal_but_looks_different_is_not_confused(first: object, second: object) -> None:
    template = ours().from_string('{% include "components/button.html" with label=label testid="one" only %}')
    shown = [template.render(Context({"label": label})) for label in (first, second, first)]
    assert shown[0] == shown[2] != shown[1]
