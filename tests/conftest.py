import os
import sys

from tests import parts

_WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
if not _WORKER:
    parts.start()
_PARALLEL = any(argument.startswith(("-n", "--numprocesses")) for argument in sys.argv)
if _WORKER or not _PARALLEL:
    parts.claim(_WORKER or "main")
os.environ["DJANGO_SETTINGS_MODULE"] = "colonnade.settings"
os.environ["JOB_MODULES"] = "tests.sample_jobs"

import django  # noqa: E402  # the settings read the environment made above

django.setup()
if not _WORKER and _PARALLEL:
    # Or the test processes would inherit it, and read the settings before they have a database of their own.
    del os.environ["DJANGO_SETTINGS_MODULE"]

pytest_plugins = ["tests.fixtures"]
