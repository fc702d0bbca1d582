"""The picture of a course that has none: a colonnade in the light of an hour that the course's title decides."""

_WIDTH, _HEIGHT = 1280, 720
_FLOOR = 612
_SPRING = 300  # where the arches begin to turn
_ARCHES = (3, 4, 5, 6)


def drawn(seed: str) -> str:
    """An SVG document, the same for the same `seed` (8 hexadecimal digits). It holds no script and no words."""
    bits = int(seed, 16)
    hue, warmth = bits % 360, 18 + (bits >> 9) % 32
    sun_x, sun_y = 160 + (bits >> 15) % 960, 210 + (bits >> 23) % 130
    arches = _ARCHES[(bits >> 29) % len(_ARCHES)]
    dusk, glow = f"hsl({hue} 36% 52%)", f"hsl({warmth} 72% 84%)"
    lit, wall, shade = f"hsl({hue} 20% 33%)", f"hsl({hue} 24% 25%)", f"hsl({hue} 26% 18%)"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" height="{_HEIGHT}">'
        f'<defs><linearGradient id="sky" x1="0" y1="0" x2="0" y2="1"><stop offset=".1" stop-color="{dusk}"/>'
        f'<stop offset=".85" stop-color="{glow}"/></linearGradient>'
        f'<linearGradient id="wall" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="{lit}"/>'
        f'<stop offset="1" stop-color="{wall}"/></linearGradient></defs>'
        f'<path d="M0 0H{_WIDTH}V{_HEIGHT}H0z" fill="url(#sky)"/>'
        f'<circle cx="{sun_x}" cy="{sun_y}" r="150" fill="#fff" opacity=".16"/>'
        f'<circle cx="{sun_x}" cy="{sun_y}" r="88" fill="#fff" opacity=".6"/>'
        f'<path d="M0 {_FLOOR - 70}q320-64 640-16t640-26V{_HEIGHT}H0z" fill="{dusk}" opacity=".55"/>'
        f'<path d="{_arcade(arches, 26)}" fill="{shade}" fill-rule="evenodd"/>'
        f'<path d="{_arcade(arches, 0)}" fill="url(#wall)" fill-rule="evenodd"/>'
        f'<path d="M0 {_FLOOR}H{_WIDTH}V{_HEIGHT}H0z" fill="{shade}"/>'
        f'<path d="M0 {_FLOOR}H{_WIDTH}v14H0z" fill="{lit}"/>'
        "</svg>"
    )


def _arcade(arches: int, depth: int) -> str:
    """A wall with round arches cut out; `depth` moves the openings, so that a wall behind shows its thickness."""
    bay = _WIDTH / arches
    opening, radius = bay * 0.7, bay * 0.35
    holes = "".join(
        f"M{bay * number + bay * 0.15 - depth:.0f} {_FLOOR}V{_SPRING}a{radius:.0f} {min(radius, 210):.0f} 0 0 1 "
        f"{opening:.0f} 0V{_FLOOR}z"
        for number in range(arches)
    )
    return f"M0 0H{_WIDTH}V{_HEIGHT}H0z{holes}"
