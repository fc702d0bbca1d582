"""Students for staff: who they are, what they study, how far they are."""

from colonnade.learning.views.students.grid import student_grid
from colonnade.learning.views.students.listing import students, students_csv
from colonnade.learning.views.students.person import student

__all__ = ["student", "student_grid", "students", "students_csv"]
