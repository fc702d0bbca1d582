"""The WSGI application that Granian serves: Django, behind the cache of public pages, behind the door of videos."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "colonnade.settings")

django_application = get_wsgi_application()  # first: it readies the apps that the layers around it import

from colonnade.pages.outer_cache import OuterCache  # noqa: E402
from colonnade.videos.playback import Playback  # noqa: E402

application = Playback(OuterCache(django_application))
