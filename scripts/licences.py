"""Refuses a dependency whose licence would bind the people who run or change Colonnade more than MIT does.

Looks at what we ship, that is at requirements.lock, as installed in this environment.
"""

import re
import sys
from importlib import metadata
from pathlib import Path

LOCK = Path(__file__).resolve().parent.parent / "requirements.lock"

PERMISSIVE = re.compile(
    r"\b(MIT(-0|-CMU)?|BSD|0BSD|[23]-Clause BSD|Apache|ISC|PSF|Python Software Foundation|MPL"
    r"|Mozilla Public License 2\.0|Unlicense|Zlib|HPND|PostgreSQL|CC0|Public Domain|BlueOak)\b",
    re.IGNORECASE,
)
# Each used as a library or program beside ours, unchanged, which their licences allow freely.
EXCEPTIONS = {
    "psycopg": "LGPL-3.0: imported, not changed",
    "psycopg-binary": "LGPL-3.0: imported, not changed",
    "psycopg-pool": "LGPL-3.0: imported, not changed",
}


def licence(name: str) -> str:
    information = metadata.metadata(name).json
    classifiers = [line for line in information.get("classifier", []) if line.startswith("License ::")]
    # Some put the whole text into the last of these.
    return str(information.get("license_expression") or "; ".join(classifiers) or information.get("license", ""))[:200]


def main() -> int:
    names = re.findall(r"^([a-z0-9][a-z0-9._-]*)==", LOCK.read_text(encoding="utf-8"), re.MULTILINE)
    strange = []
    for name in names:
        try:
            found = licence(name)
        except metadata.PackageNotFoundError:  # not for this Python or machine
            continue
        if name not in EXCEPTIONS and not PERMISSIVE.search(found):
            strange.append(f"{name}: {found or 'no licence named'}")
    print("\n".join(strange) or f"{len(names)} packages, {len(EXCEPTIONS)} of them by exception")
    return bool(strange)


if __name__ == "__main__":
    sys.exit(main())
