"""The WSGI application that Granian serves: Django, in turns, behind the cache of public pages and two doors."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "colonnade.settings")

django_application = get_wsgi_application()  # first: it readies the apps that the layers around it import

from django.conf import settings  # noqa: E402

from colonnade.learning.door import Heartbeats  # noqa: E402
from colonnade.lib.turns import Turns  # noqa: E402
from colonnade.pages.outer_cache import OuterCache  # noqa: E402
from colonnade.pages.outer_cache.versions import Versions, read_version  # noqa: E402
from colonnade.videos.playback import Playback  # noqa: E402
from colonnade.videos.playback.door import school_of  # noqa: E402

# The threads that take turns are the only ones with database connections; what the layers around ask, they ask there.
turns = Turns(django_application, at_once=settings.WEB_TURNS)
public = OuterCache(turns, versions=Versions(lambda host: turns.take(read_version, host)))
heartbeats = Heartbeats(public, take=turns.take)
application = Playback(heartbeats, school_of=lambda host: turns.take(school_of, host))
