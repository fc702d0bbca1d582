"""Django's Redis cache with one client for each pool of connections, where Django makes one for each call.

Making one fills a table of 180 commands: a third of a millisecond, several times a page.
"""

from functools import cached_property
from typing import Any, cast

from django.core.cache.backends.redis import RedisCache, RedisCacheClient


class Client(RedisCacheClient):
    """For one server, as REDIS_URL names one."""

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        return self._only

    def run(self, script: str, keys: list[str], arguments: list[Any]) -> Any:
        return self._only.register_script(script)(keys, arguments)

    @cached_property
    def _only(self) -> Any:
        return super().get_client(write=True)


class Cache(RedisCache):
    def __init__(self, server: str | list[str], params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = Client

    def run(self, script: str, keys: list[str], arguments: list[Any]) -> Any:
        """What a script returns that the server runs as one step; `keys` as in get()."""
        return cast(Client, self._cache).run(script, [self.make_and_validate_key(key) for key in keys], arguments)
