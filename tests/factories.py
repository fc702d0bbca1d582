"""Makers of what tests need, each a call of the actions that people's deeds call, or a row where there is no deed."""

import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from typing import Any

from django.contrib.auth.hashers import make_password
from django.test import Client
from django.utils import timezone

from colonnade.accounts.models import Role, User
from colonnade.courses.models import Course, Lecture, Section
from colonnade.enrollment.models import Enrollment
from colonnade.lib.tenancy import PLATFORM_ID, tenant_scope, uuid7
from colonnade.tenants.models import Tenant
from colonnade.videos.models import Rendition, Video, VideoState

PASSWORD = "correct horse battery"


def unique(word: str = "s") -> str:
    """A name that no other test has: tests share a database and are kept apart as schools are."""
    return f"{word}-{secrets.token_hex(5)}"


@cache
def _hashed_password() -> str:
    """Hashed once a run: Argon2 is slow by design, and most tests have several people."""
    return make_password(PASSWORD)


@dataclass
class School:
    """A school in a test: `with school: …` opens its scope; its makers open it by themselves."""

    tenant: Tenant
    _scopes: list[Any] = field(default_factory=list)

    def __enter__(self) -> "School":
        scope = tenant_scope(self.tenant.pk)
        scope.__enter__()
        self._scopes.append(scope)
        return self

    def __exit__(self, *error: Any) -> None:
        self._scopes.pop().__exit__(*error)

    def person(self, role: str = Role.STUDENT, *, email: str = "", name: str = "") -> User:
        with self:
            return User.objects.create(
                email=email or f"{unique(role)}@example.org",
                password=_hashed_password(),
                role=role,
                name=name or f"A {role}",
            )

    def client(self, user: User | None = None, **headers: Any) -> Client:
        """A browser at the school's host, signed in if a user is given."""
        client = Client(headers={"host": self.host, **headers.pop("headers", {})}, **headers)
        if user is not None:
            with self:
                client.force_login(user)
        return client

    @property
    def host(self) -> str:
        return self.tenant.host

    def video(self, *, state: str = VideoState.READY, duration: float = 60.0, **fields: Any) -> Video:
        """A video's rows, without objects in the store."""
        facts: dict[str, Any] = {"filename": "lesson.mp4", "content_type": "video/mp4", "size": 1_000_000}
        facts |= {"part_size": 8 * 1024 * 1024, "created_by_id": uuid7(), "state": state}
        if state == VideoState.READY:
            facts |= {"duration": duration, "width": 1280, "height": 720, "ready_at": timezone.now(), "progress": 100}
        if state == VideoState.FAILED:
            facts |= {"failure": "The file has no video in it.", "failure_code": "no-video"}
        with self:
            video = Video.objects.create(**facts | fields)
            if state == VideoState.READY:
                Rendition.objects.create(
                    video=video, name="720p", width=1280, height=720, codec="avc1.64001f,mp4a.40.2",
                    average_rate=900_000, peak_rate=1_100_000,
                )  # fmt: skip
            return video

    def course(self, title: str = "", *, lectures: int = 1, published: bool = True, ready: bool = True) -> Course:
        """A course with one section; each lecture has a video of a minute."""
        title = title or unique("course")
        with self:
            course = Course.objects.create(title=title, slug=unique("course"), description="What you will learn.")
            section = Section.objects.create(course=course, title="Beginning", position=1)
            for number in range(1, lectures + 1):
                video = self.video(state=VideoState.READY if ready else VideoState.UPLOADING)
                Lecture.objects.create(
                    course=course, section=section, title=f"Lecture {number}", position=number, video=video
                )
            if published:
                course.published_at, course.published_by_id = timezone.now(), uuid7()
                course.save()
            return course

    def enroll(self, user: User, course: Course, *, revoked: bool = False) -> Enrollment:
        now = timezone.now()
        with self:
            return Enrollment.objects.create(
                course=course, user=user, created_at=now - timedelta(minutes=1), revoked_at=now if revoked else None
            )


def school(name: str = "", **fields: Any) -> School:
    """A new school."""
    tenant_id, subdomain = uuid7(), unique("school")
    with tenant_scope(tenant_id):
        tenant = Tenant.objects.create(
            id=tenant_id, name=name or subdomain, subdomain=fields.pop("subdomain", subdomain), **fields
        )
    return School(tenant)


def platform() -> School:
    """The platform, as a school of creators and operators."""
    with tenant_scope(PLATFORM_ID):
        return School(Tenant.objects.get(pk=PLATFORM_ID))
