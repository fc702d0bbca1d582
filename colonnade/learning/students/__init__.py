"""The people who study at the school, as staff see them."""

from colonnade.learning.students.finding import Access, Filter, How, find_students
from colonnade.learning.students.grid import Grid, grid_of
from colonnade.learning.students.listing import Listed, Shown, listed
from colonnade.learning.students.person import StudentRow, Study, given_to, lectures_of, with_studies
from colonnade.learning.students.timeline import Event, timeline

__all__ = [
    "Access", "Event", "Filter", "Grid", "How", "Listed", "Shown", "StudentRow", "Study",
    "find_students", "given_to", "grid_of", "lectures_of", "listed", "timeline", "with_studies",
]  # fmt: skip
