"""Where pages are kept: bounded in number and bytes, the longest unused go first."""

import heapq
from threading import Lock

from colonnade.pages.outer_cache.page import Page

Key = tuple[str, str]
"""Host and path."""

_GIVEN_UP = 0.1  # of the pages at a time, so that a full shelf is not searched on every miss


class Shelf:
    def __init__(self, *, most_pages: int, most_bytes: int) -> None:
        self.most_pages = most_pages
        self.most_bytes = most_bytes
        self.bytes = 0
        self.evicted = 0
        self._pages: dict[Key, Page] = {}
        self._changing = Lock()
        self.get = self._pages.get  # reading takes no lock: a page is replaced whole, never changed

    def __len__(self) -> int:
        return len(self._pages)

    def put(self, key: Key, page: Page) -> None:
        """Keep the page, in the place of the one before. One that is larger than the whole shelf is not kept."""
        with self._changing:
            self._remove(key)
            if page.size > self.most_bytes:
                return
            self._pages[key] = page
            self.bytes += page.size
            if len(self._pages) > self.most_pages or self.bytes > self.most_bytes:
                self._make_room(key)

    def remove(self, key: Key) -> None:
        with self._changing:
            self._remove(key)

    def _remove(self, key: Key) -> None:
        page = self._pages.pop(key, None)
        if page is not None:
            self.bytes -= page.size

    def _make_room(self, newest: Key) -> None:
        others = [(page.used_at, key) for key, page in self._pages.items() if key != newest]
        heapq.heapify(others)
        spare = max(1, int(len(others) * _GIVEN_UP))
        while others and (spare > 0 or self.bytes > self.most_bytes or len(self._pages) > self.most_pages):
            self._remove(heapq.heappop(others)[1])
            self.evicted += 1
            spare -= 1
