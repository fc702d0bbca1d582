"""A school to look around in: made by the deeds that people do, on the same paths."""

import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import urllib3
from allauth.account.models import EmailAddress
from django.conf import settings

from colonnade.accounts.models import Role, User
from colonnade.courses import actions as courses
from colonnade.courses.models import Course, Section
from colonnade.enrollment import actions as enrollment
from colonnade.lib.objects import Part
from colonnade.lib.problems import Problem
from colonnade.lib.tenancy import PLATFORM_ID, across_tenants, naming_tenant, tenant_scope
from colonnade.ops.demo.slides import Slide, draw_lesson
from colonnade.tenants.actions import change_school, open_school
from colonnade.tenants.models import Tenant
from colonnade.videos import actions as videos
from colonnade.videos.jobs import encode
from colonnade.videos.models import Video, VideoState

NAME = "Harbour School of Making"
DOMAIN = "colonnade.example"  # reserved for examples: no mail can reach anybody
FOOTAGE = Path(__file__).with_name("bigbuckbunny.mp4")


@dataclass(frozen=True)
class Account:
    role: str
    email: str
    password: str
    at: str


@dataclass(frozen=True)
class Demo:
    """What `colonnade up` tells whoever started it."""

    platform_url: str
    school_url: str
    accounts: list[Account]
    code: str

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


LESSONS: dict[str, dict[str, Any]] = {
    "How it works": {
        "Many columns, one roof": [
            Slide("Many columns, one roof", ("Every school has its own address,", "its own people, its own brand.")),
            Slide("One school, one host", ("What one school knows,", "no other school can see.")),
            Slide("Run by one operator", ("On infrastructure that all share,", "for cents a month.")),
        ],
        "Build a course": [
            Slide("Build a course", ("Sections hold lectures.", "A lecture holds a video.")),
            Slide("Upload", ("Drop a file on the lecture.", "A lost connection loses nothing.")),
            Slide("Publish", ("When every video is ready,", "the course can be seen.")),
            Slide("Let students in", ("Hand out access codes.", "Each one lets one student in.")),
        ],
    },
    "Real footage": {"A rabbit wakes up (excerpt of Big Buck Bunny)": FOOTAGE},
}


def make_demo(folder: Path) -> Demo:
    """Make the school, its people, a course with real videos, and codes. Lessons are drawn in `folder`."""
    password = secrets.token_urlsafe(9)
    creator = _creator(password)
    with tenant_scope(PLATFORM_ID):
        tenant = open_school(creator=creator, subdomain=_free_subdomain(), name=NAME, instructor_name="Ada Marlow")
    with tenant_scope(tenant.pk):
        owner = User.objects.get(role=Role.OWNER)
        change_school(
            tenant=tenant, name=tenant.name, instructor_name=tenant.instructor_name,
            brand_color="#b4552d", time_zone="UTC", watermark=False, by=owner,
        )  # fmt: skip
        student = _student(password)
        course = courses.create_course(
            title="A school of your own",
            description="From an empty page to the first student: what a school on Colonnade is made of, in three "
            "short lessons.\n\nHow schools are kept apart, how a course is built, and what students watch.",
            by=owner,
        )
    for title, lessons in LESSONS.items():
        _add_section(tenant, course, title, lessons, owner, folder)
    with tenant_scope(tenant.pk):
        courses.publish_course(course=course, by=owner)
        enrollment.enroll(user=student, course=course, by=owner)
        _, codes = enrollment.make_codes(courses=[course], quantity=10, label="For friends", by=owner)
        tenant = Tenant.objects.get(pk=tenant.pk)
    return Demo(
        platform_url=_platform_url(),
        school_url=tenant.url(),
        accounts=[
            Account("creator", creator.email, password, "the platform"),
            Account("owner", owner.email, password, "the school"),
            Account("student", student.email, password, "the school"),
        ],
        code=codes[0],
    )


def schools_are_real() -> bool:
    """Whether there is a school that is no demo: then nobody wants one unasked."""
    return across_tenants(Tenant).exclude(pk=PLATFORM_ID).exclude(name=NAME).exists()


def _free_subdomain() -> str:
    """`demo`, unless an earlier attempt was cut off and holds it."""
    taken = set(across_tenants(Tenant).values_list("subdomain", flat=True))
    return next(name for number in count(1) if (name := f"demo{number if number > 1 else ''}") not in taken)


def _platform_url() -> str:
    with tenant_scope(PLATFORM_ID):
        return Tenant.objects.get(pk=PLATFORM_ID).url()


def _creator(password: str) -> User:
    with tenant_scope(PLATFORM_ID):
        return _person(f"ada@{DOMAIN}", password, Role.CREATOR, "Ada Marlow")


def _student(password: str) -> User:
    return _person(f"sam@{DOMAIN}", password, Role.STUDENT, "Sam Reed")


def _person(email: str, password: str, role: str, name: str) -> User:
    User.objects.filter(email=email).delete()  # of an attempt that was cut off
    user = User.objects.create_user(email, password, role=role, name=name)
    EmailAddress.objects.create(user=user, email=email, primary=True, verified=True)
    return user


def _add_section(tenant: Tenant, course: Course, title: str, lessons: dict[str, Any], by: User, folder: Path) -> None:
    with tenant_scope(tenant.pk):
        section = courses.add_section(course=course, title=title, by=by)
    for lesson, content in lessons.items():
        _add_lecture(tenant, section, lesson, content, by, folder)


def _add_lecture(tenant: Tenant, section: Section, title: str, content: Any, by: User, folder: Path) -> None:
    with _file(title, content, folder) as file:
        with tenant_scope(tenant.pk):
            lecture = courses.add_lecture(section=section, title=title, by=by)
            video = courses.upload_video(
                lecture=lecture, filename=file.name, size=file.stat().st_size, content_type="video/mp4",
                fingerprint="", by=by,
            )  # fmt: skip
            urls = videos.part_urls(video, range(1, video.part_count + 1))
        parts = _send(file, video, urls)
        with tenant_scope(tenant.pk):
            videos.complete_upload(video=video, parts=parts, by=by)
    with naming_tenant(tenant.pk):
        encode(video_id=str(video.pk))  # at once, rather than by the worker: the course is to be published
    with tenant_scope(tenant.pk):
        video = Video.objects.get(pk=video.pk)
        if video.state != VideoState.READY:
            raise Problem(f"The demo's lesson “{title}” could not be encoded: {video.failure or video.state}")


@contextmanager
def _file(title: str, content: Any, folder: Path) -> Iterator[Path]:
    if isinstance(content, Path):
        yield content
        return
    with tempfile.TemporaryDirectory(dir=folder, prefix="demo-") as temporary:
        file = Path(temporary) / f"{title.lower().replace(' ', '-')}.mp4"
        draw_lesson(content, file)
        yield file


def _send(file: Path, video: Video, urls: list[tuple[int, str]]) -> list[Part]:
    """As a browser does: each part to its presigned address."""
    sent = []
    with file.open("rb") as stream:
        for number, url in urls:
            # The address is for browsers; from here the store may have another one. The signature covers the host.
            local = url.replace(settings.S3_PUBLIC_URL, settings.S3_ENDPOINT_URL, 1)
            headers = {"Host": urlsplit(url).netloc}
            answer = urllib3.request("PUT", local, body=stream.read(video.part_size), headers=headers, timeout=60)
            if answer.status != 200:
                raise Problem(f"The object store refused a part of {file.name} with {answer.status}.")
            sent.append(Part(number, answer.headers["ETag"].strip('"')))
    return sent
