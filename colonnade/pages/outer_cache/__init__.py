"""Public pages as fast as static files: a WSGI layer around Django that answers visitors from memory.

    application = OuterCache(get_wsgi_application())

A view joins by `@publicly_cached(ttl=…)`. What is kept is the page of (host, path) and nothing else: it is rendered
from a request that this layer writes itself, so that no visitor's cookie, header or query can leave a trace in it.
Whoever has a session, a message waiting, an Authorization header or a query string goes to Django as if this layer
were not there.

Each page carries its school's `public_version` as it was before rendering. The version is read at most about once a
second, host and process; a page of another version is rendered anew, by one thread, while the others wait.
"""

from colonnade.pages.outer_cache.door import OuterCache
from colonnade.pages.outer_cache.opt_in import publicly_cached, stale_at

__all__ = ["OuterCache", "publicly_cached", "stale_at"]
