"""Addresses at the object store that carry their own permission: AWS Signature Version 4 in the query.

botocore signs anything that AWS offers, in a millisecond; this signs reading one object, in some 15 µs. The door of the
videos does it for each segment (docs/adr/0007-segments-by-redirect.md).
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from urllib.parse import quote, urlsplit

_PAYLOAD = "UNSIGNED-PAYLOAD"
_USUAL_PORT = {"https": ":443", "http": ":80"}


@dataclass(frozen=True)
class Signer:
    """Whoever may read the store's objects. `token` comes with the passing keys of a machine's role."""

    key_id: str
    secret: str
    region: str
    token: str = ""

    def sign(self, method: str, url: str, *, at: datetime, seconds: int) -> str:
        """`url` has no query, and its path is quoted already; what comes back is good for `method` until at + seconds.

        The same words give the same address, so that a browser knows it again.
        """
        parts = urlsplit(url)
        day = at.strftime("%Y%m%d")
        scope = f"{day}/{self.region}/s3/aws4_request"
        moment = at.strftime("%Y%m%dT%H%M%SZ")
        query = self._query(scope, moment, seconds)
        host = parts.netloc.removesuffix(_USUAL_PORT.get(parts.scheme, ":"))  # as browsers and urllib3 write it
        request = "\n".join((method, parts.path, query, f"host:{host}", "", "host", _PAYLOAD))
        text = "\n".join(("AWS4-HMAC-SHA256", moment, scope, hashlib.sha256(request.encode()).hexdigest()))
        signature = _mac(_key(self.secret, day, self.region), text).hex()
        return f"{url}?{query}&X-Amz-Signature={signature}"

    def _query(self, scope: str, moment: str, seconds: int) -> str:
        token = f"&X-Amz-Security-Token={quote(self.token, safe='-_.~')}" if self.token else ""
        credential = quote(f"{self.key_id}/{scope}", safe="-_.~")
        return (  # in the order of the alphabet, as it is signed
            f"X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={credential}&X-Amz-Date={moment}"
            f"&X-Amz-Expires={seconds}{token}&X-Amz-SignedHeaders=host"
        )


@lru_cache(8)
def _key(secret: str, day: str, region: str) -> bytes:
    """Good for a day, so four of the five HMACs are made once."""
    key = _mac(f"AWS4{secret}".encode(), day)
    for word in (region, "s3", "aws4_request"):
        key = _mac(key, word)
    return key


def _mac(key: bytes, text: str) -> bytes:
    return hmac.digest(key, text.encode(), "sha256")
