"""The school whose pages are measured: an owner, students, courses, and a course of 20 lectures that all are in.

Imported once Django is set up.
"""

from dataclasses import dataclass

from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from benchmarks.clients import Request
from colonnade.accounts.models import Role, User
from colonnade.courses.models import Course, Lecture, Section
from tests import factories
from tests.factories import School

STUDENTS = 20  # one for each user of the load test
SECTIONS, LECTURES = 4, 5


def analyze() -> None:
    """What autovacuum does by itself, a minute after so many rows have come."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


@dataclass
class Measured:
    school: School
    course: Course
    owner: User
    students: list[User]

    @classmethod
    def open(cls, *, courses: int) -> "Measured":
        school = factories.school("The measured school", instructor_name="An instructor")
        owner = school.person(Role.OWNER, name="An instructor")
        students = [school.person(name=f"Student {number}") for number in range(STUDENTS)]
        course = school.course("The course", lectures=1)
        measured = cls(school, course, owner, students)
        measured._furnish()
        measured.add_courses(courses - 1)
        return measured

    def _furnish(self) -> None:
        """Sections and lectures, and everybody let in."""
        with self.school:
            for number in range(SECTIONS):
                section = Section.objects.create(course=self.course, title=f"Section {number}", position=number + 2)
                for position in range(LECTURES):
                    Lecture.objects.create(
                        course=self.course, section=section, title=f"Lecture {position}", position=position,
                        video=self.school.video(),
                    )  # fmt: skip
            for student in self.students:
                self.school.enroll(student, self.course)

    def add_courses(self, count: int) -> None:
        """Published, each with a lecture that can be watched; the students are in every hundredth."""
        for number in range(count):
            course = self.school.course(f"Another course {number}")
            if number % 100 == 0:
                for student in self.students:
                    self.school.enroll(student, course)

    def paths(self) -> dict[str, tuple[list[User], str]]:
        """Each page: who looks at it, and where it is."""
        with self.school:
            lecture = Lecture.objects.filter(course=self.course).in_order()[3]
        learn = f"/learn/{self.course.slug}/"
        return {
            "dashboard": ([self.owner], "/dashboard/"),
            "courses": ([self.owner], "/dashboard/courses/"),
            "course editor": ([self.owner], f"/dashboard/courses/{self.course.pk}/"),
            "students": ([self.owner], "/dashboard/students/"),
            "my courses": (self.students, "/learn/"),
            "course": (self.students, learn),
            "lecture": (self.students, f"{learn}{lecture.pk}/"),
            "front page": (self.students, "/"),
        }

    def queries(self) -> dict[str, int]:
        """How often each page asks the database, once all that is remembered is remembered."""
        counts = {}
        for name, (people, path) in self.paths().items():
            client = self.school.client(people[0])
            client.get(path)
            with CaptureQueriesContext(connection) as queries:
                response = client.get(path)
            if response.status_code != 200:
                raise SystemExit(f"{path} answered {response.status_code}")
            counts[name] = len(queries)
        return counts

    def requests(self, name: str) -> list[Request]:
        """The page as each of its people asks for it, signed in; an owner of 20 browsers is 20 owners."""
        people, path = self.paths()[name]
        cookies = [self.school.client(person).cookies["sessionid"].value for person in people]
        return [Request(self.school.host, path, {"Cookie": f"sessionid={cookie}"}) for cookie in cookies]
