"""How much one file may cost: every limit holds for every file."""

from dataclasses import dataclass

MIB = 1024**2
GIB = 1024**3


@dataclass(frozen=True)
class Limits:
    """Bounds of time, memory, disk and output.

    A hostile file is small and cheap to make, so nothing that it declares is trusted: the limits are enforced on the
    running processes and on what they wrote.
    """

    duration_seconds: float = 6 * 3600
    # 8192 × 4320: one frame of "8K", the largest that cameras write. 4:2:0 at 10 bits needs about 106 MB.
    pixels: int = 8192 * 4320
    memory_bytes: int = 6 * GIB
    output_bytes: int = 64 * GIB
    free_disk_bytes: int = 256 * MIB
    # CPU seconds that one second of a 1080p30 source may take; ordinary ones take 1 to 3, tone-mapped ones about 8.
    cpu_per_second: float = 40.0
    cpu_floor_seconds: float = 120.0
    # A process that neither advances nor writes for this long hangs.
    stall_seconds: float = 90.0
    probe_seconds: float = 30.0
    probe_memory_bytes: int = 3 * GIB


USUAL_LIMITS = Limits()
