"""What every endpoint of the JSON API shares: pages by cursor, ETags, problems, rendering."""

from colonnade.lib.rest.etags import conditional, etag_of, require_match
from colonnade.lib.rest.frame import ProblemDocument, make_api
from colonnade.lib.rest.pages import Page, PageQuery, page_of

__all__ = ["Page", "PageQuery", "ProblemDocument", "conditional", "etag_of", "make_api", "page_of", "require_match"]
