"""QR codes for paper."""

from io import BytesIO

import segno


def qr_svg(link: str) -> str:
    """As SVG, without a border. Choosing among eight masks takes nine times as long, and readers read any."""
    qr = segno.make_qr(link, error="m", mask=0, boost_error=False)
    svg = BytesIO()
    qr.save(svg, kind="svg", border=0, omitsize=True, xmldecl=False, nl=False)
    return svg.getvalue().decode()
