"""{% load icons %}: where the sprite of icons lies. A page names it a hundred times, so it is looked up once."""

from functools import cache

from django import template
from django_vite.core.asset_loader import DjangoViteAssetLoader

register = template.Library()


@register.simple_tag
@cache
def icon_sprite() -> str:
    """The address of the sprite, as {% vite_asset_url %} gives it."""
    return str(DjangoViteAssetLoader.instance().generate_vite_asset_url("src/icons.svg"))
