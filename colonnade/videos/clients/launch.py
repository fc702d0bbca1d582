"""Becomes another program under limits. Run by path, never imported: `python -I -S launch.py '{"argv": …}'`.

A small program of its own, because `preexec_fn` can deadlock in a process that has threads, which a worker has.
Resource limits, death signal and Landlock rules all survive `exec`, so the process id stays the same.
"""

import ctypes
import json
import os
import resource
import signal
import stat
import struct
import sys

PR_SET_PDEATHSIG = 1
PR_SET_NO_NEW_PRIVS = 38
LANDLOCK_CREATE_RULESET = 444
LANDLOCK_ADD_RULE = 445
LANDLOCK_RESTRICT_SELF = 446
LANDLOCK_CREATE_RULESET_VERSION = 1
LANDLOCK_RULE_PATH_BENEATH = 1

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1, 2, 4, 8
FILE_ONLY = EXECUTE | WRITE_FILE | READ_FILE
ALL_ACCESS = (1 << 13) - 1  # version 1: everything up to MAKE_SYM
REFER, TRUNCATE = 1 << 13, 1 << 14
READ = EXECUTE | READ_FILE | READ_DIR

libc = ctypes.CDLL(None, use_errno=True)


def die_with(parent: int) -> None:
    """Ask for SIGKILL when the parent's thread ends; leave at once if it has ended already."""
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit(1)


def bound(limits: dict[str, int]) -> None:
    """Set resource limits by their short names: cpu (s), as, fsize (bytes)."""
    for name, value in {**limits, "core": 0}.items():
        number = getattr(resource, f"RLIMIT_{name.upper()}")
        resource.setrlimit(number, (value, value))


def confine(read: list[str], write: list[str]) -> None:
    """See only these paths and no TCP at all, by Landlock; does nothing on a kernel without it.

    FFmpeg's own whitelists already refuse playlists and protocols. This holds when a parser has a hole.
    """
    version = libc.syscall(LANDLOCK_CREATE_RULESET, None, 0, LANDLOCK_CREATE_RULESET_VERSION)
    if version < 1:
        return
    handled = ALL_ACCESS | (REFER if version >= 2 else 0) | (TRUNCATE if version >= 3 else 0)
    tcp = 3 if version >= 4 else 0  # bind and connect
    attributes = struct.pack("=QQ", handled, tcp)[: 16 if version >= 4 else 8]
    ruleset = libc.syscall(LANDLOCK_CREATE_RULESET, attributes, len(attributes), 0)
    if ruleset < 0:
        return
    for path in read:
        allow(ruleset, path, READ)
    for path in write:
        allow(ruleset, path, handled)
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    libc.syscall(LANDLOCK_RESTRICT_SELF, ruleset, 0)
    os.close(ruleset)


def allow(ruleset: int, path: str, access: int) -> None:
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    if not stat.S_ISDIR(os.fstat(descriptor).st_mode):
        access &= FILE_ONLY | TRUNCATE
    rule = struct.pack("=Qi", access, descriptor)
    libc.syscall(LANDLOCK_ADD_RULE, ruleset, LANDLOCK_RULE_PATH_BENEATH, rule, 0)
    os.close(descriptor)


def main() -> None:
    order = json.loads(sys.argv[1])
    die_with(order["parent"])
    os.nice(order["nice"])
    bound(order["limits"])
    confine(order["read"], order["write"])
    os.execv(order["argv"][0], order["argv"])  # noqa: S606 no shell is the point


if __name__ == "__main__":
    main()
