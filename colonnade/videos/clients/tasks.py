"""FFmpeg's runs for one source: what reads it and writes segments into a room of the workshop."""

from .command import copy_command, video_command
from .crew import Task
from .ladder import Rung
from .plan import Piece, Plan
from .publication import Sound
from .recipe import Recipe
from .soundtrack import Soundtrack
from .workshop import Workshop

COPY = "copy"


class Tasks:
    """`copied_seconds` is the segment length for what is copied: it keeps its key frames, whatever would suit it."""

    def __init__(self, shop: Workshop, recipe: Recipe, copied_seconds: float) -> None:
        self.shop, self.recipe, self.copied_seconds = shop, recipe, copied_seconds
        self.soundtrack = Soundtrack(shop.source, recipe, shop.limits, shop.confine)

    def picture(self, plan: Plan, piece: Piece, room: str, hold_seconds: float) -> Task:
        shop = self.shop
        folder = shop.room(room, {rung.name: piece.first_of(rung) for rung in piece.rungs})
        command = video_command(
            shop.source, folder, shop.facts, plan, piece, self.recipe, shop.limits, hold_seconds
        )  # fmt: skip
        return Task(command, shop.confine(folder), start=float(plan.start(piece) / plan.rate))

    def copy(self, rung: Rung) -> Task:
        shop = self.shop
        folder = shop.room(COPY, {rung.name: 0})
        command = copy_command(shop.source, folder, shop.facts, rung, self.copied_seconds, shop.limits)
        return Task(command, shop.confine(folder))

    def sound(self, sound: Sound, seconds: float, segment: float) -> Task:
        return self.soundtrack.task(sound, self.shop.room(sound.name, {sound.name: 0}), seconds, segment)
