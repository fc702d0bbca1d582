"""`{% include "components/…" with … only %}`, several times as fast; a builtin, so templates stay as they are.

A parameter that is not given costs Django four exceptions each time the component asks for it: a button given two of
its twenty took 130 µs, and a page has dozens. Here every name that a component mentions begins as "", so that nothing
is ever missing. A component must therefore not tell None from "". What the small ones come to is remembered besides:
an outline of twenty lectures shows two hundred icons, which are the same nine.
"""

import re
from collections.abc import Hashable
from typing import Any

from django.template import Context, Library, Template
from django.template.base import FilterExpression, Parser, Token
from django.template.loader_tags import IncludeNode, do_include
from django.utils.safestring import SafeString

register = Library()

_CODE = re.compile(r"{[{%](.*?)[}%]}", re.DOTALL)
_STRING = re.compile(r"\"[^\"]*\"|'[^']*'")
_NAME = re.compile(r"(?<![.|\w])[a-z_]\w*")


# They say the same of the same parameters: nothing in them asks for the time, the person or the address.
PURE = frozenset({"components/icon.html", "components/badge.html", "components/button.html"})
PLAIN = (str, int, float, type(None))
MOST_REMEMBERED = 5_000
_remembered: dict[Hashable, SafeString] = {}


class ComponentNode(IncludeNode):
    """An isolated include of one component, which is looked up once."""

    found: tuple[Template, dict[str, Any]] | None = None

    def render(self, context: Context) -> SafeString:
        template, blank = self.found or self._find(context)
        values = {name: expression.resolve(context) for name, expression in self.extra_context.items()}
        if template.name not in PURE or context.template is None or context.template.engine.debug:
            return template.render(context.new(blank | values))
        if not all(isinstance(value, PLAIN) for value in values.values()):  # a row may have changed and be equal still
            return template.render(context.new(blank | values))
        # A safe text and a plain one are equal, but do not come out the same.
        key = (template.name, *((name, type(value), value) for name, value in values.items()))
        known = _remembered.get(key)
        if known is None:
            if len(_remembered) >= MOST_REMEMBERED:
                _remembered.clear()
            known = _remembered[key] = template.render(context.new(blank | values))
        return known

    def _find(self, context: Context) -> tuple[Template, dict[str, Any]]:
        assert context.template is not None
        engine = context.template.engine
        template = engine.get_template(self.template.var)
        found = template, dict.fromkeys(names_in(template.source), "")
        if not engine.debug:  # where templates are edited, the next page shows it
            self.found = found
        return found


@register.tag
def include(parser: Parser, token: Token) -> IncludeNode:
    """Django's own tag, but for components by name and with `only`."""
    node = do_include(parser, token)
    if node.isolated_context and _is_component(node.template):
        return ComponentNode(node.template, extra_context=node.extra_context, isolated_context=True)
    return node


def _is_component(template: FilterExpression) -> bool:
    return isinstance(template.var, str) and template.var.startswith("components/") and not template.filters


def names_in(source: str) -> set[str]:
    """The names that the tags and variables of a template mention; words of the language among them do no harm."""
    return {name for code in _CODE.findall(source) for name in _NAME.findall(_STRING.sub('""', code))}
