"""Writes the lock files from pyproject.toml, or says whether they are current (`--check`).

Current means: made from the dependencies that pyproject.toml names now. A release that came out since changes
nothing; `--upgrade` takes it in.
"""

import hashlib
import json
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MARK = "# dependencies: "
LOCKS = {  # file → what goes into it
    "requirements.lock": ["pyproject.toml"],
    "requirements-dev.lock": ["pyproject.toml", "--group", "dev", "--all-extras"],  # the tests try them all
    "requirements-setup.lock": ["--group", "setup"],
    "requirements-node.lock": ["--group", "node"],
}
COMPILE = [
    *("pip", "compile", "--quiet", "--generate-hashes", "--no-header"),
    *("--universal", "--python-version", "3.11"),  # one lock for every Python and machine that we run on
    *("--no-emit-index-url", "--no-emit-find-links"),  # no registry's address: any mirror serves as well
]


def digest() -> str:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    needs = project["project"]
    names = [needs["requires-python"], needs["dependencies"], needs["optional-dependencies"]]
    names.append(project["dependency-groups"])
    return hashlib.sha256(json.dumps(names, sort_keys=True).encode()).hexdigest()


def write(options: list[str]) -> None:
    for name, inputs in LOCKS.items():
        print(f"{name} …", flush=True)
        command = [str(ROOT / ".venv/bin/uv"), *COMPILE, *inputs, "--output-file", name, *options]
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        path = ROOT / name
        path.write_text(f"# Made by `make lock` from pyproject.toml.\n{MARK}{digest()}\n{path.read_text()}")


def outdated() -> list[str]:
    current = f"{MARK}{digest()}"
    return [name for name in LOCKS if current not in (ROOT / name).read_text(encoding="utf-8").splitlines()[:5]]


def main() -> int:
    if sys.argv[1:] != ["--check"]:
        write(sys.argv[1:])
        return 0
    if names := outdated():
        print(f"{', '.join(names)}: older than the dependencies in pyproject.toml; run `make lock`.")
    return bool(names)


if __name__ == "__main__":
    sys.exit(main())
