"""The filter graph: one decoded picture, made upright, progressive, constant in rate, SDR and 4:2:0, then scaled down
step by step, each rendition from the one above."""

from .facts import SourceFacts
from .ladder import Rung
from .plan import Piece, Plan

UNSPECIFIED = 2
MATRICES = {1: "bt709", 4: "fcc", 5: "bt470", 6: "smpte170m", 7: "smpte240m", 9: "bt2020", 10: "bt2020"}
FULL_RANGE = 2
# Players take untagged video for BT.601 below this many lines, for BT.709 from there on.
HD_LINES = 720
TRANSFERS = {"pq": "smpte2084", "hlg": "arib-std-b67"}
# Every rendition says the same about its colours, so that a quality switch never shifts them.
TAGS = "setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709"


def graph(facts: SourceFacts, plan: Plan, piece: Piece, lead: int, scaler: str, hold_seconds: float = 0.0) -> str:
    """Outputs `[v0]`, `[v1]`, … in the order of the piece's rungs, stamped with their place in the whole video.

    `lead` frames are read before the piece starts; `hold_seconds` keeps the last frame while the sound goes on.
    """
    steps = [*_deinterlace(facts), f"fps={plan.rate}:start_time=0", *_hold(hold_seconds), *_stretch(plan, piece, lead)]
    steps += _picture(facts, piece.rungs[0], scaler)
    return f"[0:v:{facts.video_position}]{','.join(steps)}{_cascade(plan, piece, scaler)}"


def _cascade(plan: Plan, piece: Piece, scaler: str) -> str:
    """Each rendition is scaled from the one above it."""
    parts = [""]
    for number, rung in enumerate(piece.rungs):
        own = ",".join([*_late(plan.skipped(piece, rung)), *(["framestep=2"] if rung.rate < plan.rate else []), "null"])
        if number == len(piece.rungs) - 1:
            parts[-1] += f",{own}[v{number}]"
        else:
            below = piece.rungs[number + 1]
            scaled = f"scale={below.width}:{below.height}:flags={scaler},setsar=1"
            parts[-1] += f",split=2[s{number}][c{number}]"
            parts += [f"[s{number}]{own}[v{number}]", f"[c{number}]{scaled}"]
    return ";".join(parts)


def _late(skipped: int) -> list[str]:
    return [f"trim=start_frame={skipped}"] if skipped else []


def _stretch(plan: Plan, piece: Piece, lead: int) -> list[str]:
    """Exactly the piece's frames, counted, not timed."""
    start, frames = plan.start(piece), plan.frames(piece)
    if not start and frames is None:
        return []
    end = f":end_frame={lead + frames}" if frames is not None else ""
    return [f"trim=start_frame={lead}{end}", f"setpts=N+{start}"]


def _deinterlace(facts: SourceFacts) -> list[str]:
    return ["bwdif=mode=send_frame:deint=interlaced"] if facts.interlaced else []


def _hold(seconds: float) -> list[str]:
    return [f"tpad=stop_mode=clone:stop_duration={seconds:.3f}"] if seconds > 0 else []


def _picture(facts: SourceFacts, top: Rung, scaler: str) -> list[str]:
    if facts.hdr:
        return [*_tone_mapped(facts, top), "setsar=1", TAGS]
    return [*_opaque(facts), *_scaled(facts, top, scaler), "setsar=1", "format=yuv420p", TAGS]


def _opaque(facts: SourceFacts) -> list[str]:
    """Transparent places become black, as players show them, not the colours hidden beneath."""
    if not facts.alpha:
        return []
    return [f"scale=in_color_matrix={matrix(facts)}", "format=gbrap", "premultiply=inplace=1", "format=gbrp"]


def _scaled(facts: SourceFacts, top: Rung, scaler: str) -> list[str]:
    upright = (facts.coded_height, facts.coded_width) if facts.rotation in (90, 270) else None
    stored = upright or (facts.coded_width, facts.coded_height)
    full = facts.color_range == FULL_RANGE or facts.pixel_format.startswith("yuvj")
    yuv420 = facts.pixel_format == "yuv420p"
    if stored == (top.width, top.height) and yuv420 and not full and matrix(facts) == "bt709":
        return []
    source_range = "full" if full else "limited"
    colours = "" if _is_rgb(facts) else f":in_color_matrix={matrix(facts)}:in_range={source_range}"
    return [f"scale={top.width}:{top.height}:flags={scaler}{colours}:out_color_matrix=bt709:out_range=limited"]


def _is_rgb(facts: SourceFacts) -> bool:
    return facts.alpha or facts.pixel_format.startswith(("rgb", "bgr", "gbr", "pal8", "0rgb", "0bgr", "gray", "mono"))


def _tone_mapped(facts: SourceFacts, top: Rung) -> list[str]:
    """BT.2390's job with what FFmpeg carries: to linear light, into BT.709's gamut, highlights rolled off.

    203 nits is HDR's reference white (BT.2408). Scaling comes first: the rest works on floating-point pictures.
    """
    first = f"zscale={top.width}:{top.height}:tin={TRANSFERS[facts.hdr]}:pin=bt2020:min=bt2020nc:rin=limited"
    return [
        f"{first}:t=linear:npl=203",
        "format=gbrpf32le",
        "zscale=p=bt709",
        "tonemap=mobius:desat=0",
        "zscale=t=bt709:m=bt709:p=bt709:r=limited",
        "format=yuv420p",
    ]


def matrix(facts: SourceFacts) -> str:
    guess = "bt709" if min(facts.width, facts.height) >= HD_LINES else "smpte170m"
    return MATRICES.get(facts.color_matrix, guess)
