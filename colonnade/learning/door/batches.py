"""Whatever comes while a batch is being written is the next batch: one commit for many, and no waiting for company."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Condition, Event, Thread
from typing import Any
from uuid import UUID

from colonnade.learning.schemas import Heartbeat

logger = logging.getLogger(__name__)

MOST = 500  # in a batch
PATIENCE = 20.0  # seconds that a request waits for its batch; then Django does it alone


@dataclass
class Told:
    """A heartbeat with whose it is, waiting to be written. `answer` stays None where Django has to look into it."""

    tenant_id: UUID
    user_id: UUID
    lecture_id: UUID
    beat: Heartbeat
    answer: dict[str, Any] | None = None
    done: Event = field(default_factory=Event)


class Batches:
    """`write` sets the answers of those it has committed; it runs for one batch at a time."""

    def __init__(self, write: Callable[[Sequence[Told]], None]) -> None:
        self._write = write
        self._waiting: list[Told] = []
        self._arrival = Condition()
        self._writer: Thread | None = None

    def put(self, told: Told) -> dict[str, Any] | None:
        """Once it is committed, the answer; None where it was not taken."""
        with self._arrival:
            if self._writer is None or not self._writer.is_alive():  # begun here, as a process may have been forked
                self._writer = Thread(target=self._run, name="heartbeats", daemon=True)
                self._writer.start()
            self._waiting.append(told)
            self._arrival.notify()
        return told.answer if told.done.wait(PATIENCE) else None

    def _run(self) -> None:
        while True:
            with self._arrival:
                self._arrival.wait_for(lambda: self._waiting)
                batch, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
            try:
                self._write(batch)
            except Exception:
                logger.exception("A batch of %d heartbeats could not be written; each is tried alone.", len(batch))
            for told in batch:
                told.done.set()
