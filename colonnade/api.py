"""/api/v1/: whatever the pages do, for programs. Each app brings its router; this page puts them together."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern
from ninja.openapi.docs import Swagger

from colonnade.accounts import api as accounts
from colonnade.accounts.api import TokenAuth
from colonnade.accounts.idempotency import idempotent
from colonnade.analytics import api as analytics
from colonnade.archives import api as archives
from colonnade.courses import api as courses
from colonnade.enrollment import api as enrollment
from colonnade.learning import api as learning
from colonnade.lib.rest import conditional, make_api
from colonnade.quizzes import api as quizzes
from colonnade.tenants import api as tenants
from colonnade.videos import api as videos
from colonnade.videos.captions import api as captions

DESCRIPTION = """
Everything the school's pages do, as JSON.

**Tokens.** Make one at `/account/tokens/` and send it as `Authorization: Bearer col_…`. A token acts as its person,
within its scopes, at one school: use the school's own host.

**Errors** are [problem documents](https://www.rfc-editor.org/rfc/rfc9457): `detail` says what happened and what to do.

**Lists** come in pages: pass `next_cursor` as `cursor`. **Repeats:** send an `Idempotency-Key` with a POST and it is
done once, however often it is sent. **Changes:** answers to GET carry an `ETag`; send it as `If-None-Match` to save the
transfer, and as `If-Match` with a change to be told when somebody else was faster.
"""

api = make_api(
    title="Colonnade",
    version="1",
    description=DESCRIPTION,
    auth=TokenAuth(),
    docs=Swagger(settings={"persistAuthorization": False, "docExpansion": "list"}),
    urls_namespace="api",
)
for app in (accounts, tenants, courses, archives, videos, captions, enrollment, learning, quizzes, analytics):
    api.add_router("", app.router)


def _door(pattern: Any) -> Any:
    if isinstance(pattern, URLPattern):
        # The token is the sign-in; the reference may be read by anybody.
        pattern.callback = login_not_required(conditional(idempotent(pattern.callback)))
    return pattern


urlpatterns = [_door(pattern) for pattern in api.urls[0]]
urls = (urlpatterns, api.urls[1], api.urls[2])
