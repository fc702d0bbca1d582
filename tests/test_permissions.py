"""Every URL × every role × own and foreign school, made from the URL configuration: a new view without a row fails."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from typing import Any
from uuid import uuid4

import orjson
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from colonnade.accounts.models import ApiToken, Scope, User
from colonnade.api import api
from colonnade.archives.actions import begin_import
from colonnade.archives.models import CourseExport
from colonnade.courses.models import Lecture, Section
from colonnade.enrollment import actions as enrollment
from colonnade.enrollment.models import AccessCode
from colonnade.learning.models import Certificate, CertificateRule, Note
from colonnade.learning.models.certificates import new_code
from colonnade.ops.models import Mail
from colonnade.quizzes.actions import add_pool
from colonnade.videos.models import Caption, VideoState
from tests import factories
from tests.factories import School
from tests.quizzes.making import SINGLE, answer_of, begin, make_quiz

ANYBODY = frozenset({"anonymous", "student", "assistant", "instructor", "owner"})
PEOPLE = ANYBODY - {"anonymous"}
STAFF = PEOPLE - {"student"}
EDITORS = STAFF - {"assistant"}
OWNER = frozenset({"owner"})
VTT = "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nHello\n"
ROLES = ("anonymous", "student", "assistant", "instructor", "owner")


class Foreign(Enum):
    """What comes of naming another school's row, for somebody who may see their own."""

    NOT_FOUND = 404  # as if there were none
    NOTHING = 0  # the address names no row
    SAME = 1  # the address names something every school has, or the answer is the same for all: see the reason


@dataclass(frozen=True)
class Row:
    who: frozenset[str]
    method: str = "get"
    foreign: Foreign = Foreign.NOTHING
    reason: str = ""  # where `foreign` is SAME, why that shows nothing


def row(who: frozenset[str], method: str = "get", **more: Any) -> Row:
    return Row(who, method, **more)


def named(who: frozenset[str], method: str = "get") -> Row:
    """An address that names a row."""
    return Row(who, method, Foreign.NOT_FOUND)


SHARED: dict[str, Row] = {  # people's own pages, at every host
    "account_login": row(ANYBODY),
    "account_logout": row(ANYBODY),
    "account_inactive": row(ANYBODY),
    "account_signup": row(ANYBODY),
    "account_reauthenticate": row(PEOPLE),
    "account_email": row(PEOPLE),
    "account_email_verification_sent": row(ANYBODY),
    "account_confirm_email": row(ANYBODY, foreign=Foreign.SAME, reason="a signed link; an unknown one says so"),
    "account_change_password": row(PEOPLE),
    "account_set_password": row(PEOPLE),
    "account_reset_password": row(ANYBODY),
    "account_reset_password_done": row(ANYBODY),
    "account_reset_password_from_key": row(ANYBODY, foreign=Foreign.SAME, reason="a signed link of the school's own"),
    "account_reset_password_from_key_done": row(ANYBODY),
    "account_request_login_code": row(ANYBODY),
    "account_confirm_login_code": row(ANYBODY),
    "mfa_index": row(PEOPLE),
    "mfa_authenticate": row(ANYBODY),
    "mfa_reauthenticate": row(PEOPLE),
    "mfa_activate_totp": row(PEOPLE),
    "mfa_deactivate_totp": row(PEOPLE, foreign=Foreign.NOTHING),
    "mfa_view_recovery_codes": row(PEOPLE),
    "mfa_generate_recovery_codes": row(PEOPLE),
    "mfa_download_recovery_codes": row(PEOPLE),
    "mfa_list_webauthn": row(PEOPLE),
    "mfa_add_webauthn": row(PEOPLE),
    "mfa_reauthenticate_webauthn": row(PEOPLE),
    "mfa_remove_webauthn": row(PEOPLE, foreign=Foreign.SAME, reason="keys are numbered; only one's own are found"),
    "mfa_edit_webauthn": row(PEOPLE, foreign=Foreign.SAME, reason="keys are numbered; only one's own are found"),
    "mfa_login_webauthn": row(ANYBODY),
    "usersessions_list": row(PEOPLE),
    "profile": row(PEOPLE),
    "robots": row(ANYBODY),
    "sitemap": row(ANYBODY),
}

SCHOOL: dict[str, Row] = SHARED | {
    "home": row(ANYBODY),
    "catalogue": row(ANYBODY),
    "catalogue-page": row(ANYBODY, foreign=Foreign.SAME, reason="a page's number"),
    "public-course": named(ANYBODY),
    "media": named(ANYBODY),
    "handoff": row(ANYBODY, foreign=Foreign.SAME, reason="a secret of one school; elsewhere it is unknown"),
    "dashboard": row(STAFF),
    "courses": row(STAFF),
    "course-search": row(STAFF),
    "course-catalogue": named(EDITORS),
    "teaching-profile": row(EDITORS),
    "search": row(PEOPLE),
    "course-new": row(EDITORS),
    "course": named(STAFF),
    "course-details": named(EDITORS, "post"),
    "course-deletion": named(EDITORS, "post"),
    "course-thumbnail": named(EDITORS, "post"),
    "course-exports": named(EDITORS),
    "course-export": named(EDITORS),
    "archives": row(EDITORS),
    "archive-uploads": row(EDITORS, "post"),
    "archive": named(EDITORS),
    "archive-import": named(EDITORS, "post"),
    "archive-deletion": named(EDITORS, "post"),
    "archive-upload": named(EDITORS),
    "archive-upload-parts": named(EDITORS, "post"),
    "archive-upload-completion": named(EDITORS, "post"),
    "course-thumbnail-removal": named(EDITORS, "post"),
    "course-publication": named(EDITORS, "post"),
    "course-publication-end": named(EDITORS, "post"),
    "course-publication-date": named(EDITORS, "post"),
    "course-archive": named(EDITORS, "post"),
    "course-archive-end": named(EDITORS, "post"),
    "course-sections": named(EDITORS, "post"),
    "course-section-order": named(EDITORS, "post"),
    "section": named(EDITORS, "post"),
    "section-deletion": named(EDITORS, "post"),
    "section-opening": named(EDITORS),
    "lecture-opening": named(EDITORS),
    "section-move": named(EDITORS, "post"),
    "section-lectures": named(EDITORS, "post"),
    "section-lecture-order": named(EDITORS, "post"),
    "lecture": named(EDITORS, "post"),
    "lecture-deletion": named(EDITORS, "post"),
    "lecture-move": named(EDITORS, "post"),
    "lecture-uploads": named(EDITORS, "post"),
    "lecture-video": named(STAFF),
    "lecture-video-removal": named(EDITORS, "post"),
    "lecture-replacement-removal": named(EDITORS, "post"),
    "video-upload": named(EDITORS),
    "video-upload-parts": named(EDITORS, "post"),
    "video-upload-completion": named(EDITORS, "post"),
    "video-state": named(EDITORS),
    "video-encoding": named(EDITORS, "post"),
    "lecture-captions": named(EDITORS),
    "course-outline": named(EDITORS),
    "visit-lecture": named(ANYBODY),
    "course-copy": named(EDITORS, "post"),
    "section-copy": named(EDITORS, "post"),
    "section-videos": named(EDITORS, "post"),
    "lecture-copy": named(EDITORS, "post"),
    "lecture-menu": named(EDITORS),
    "lecture-preview": named(EDITORS, "post"),
    "lecture-video-menu": named(EDITORS),
    "lecture-text": named(EDITORS),
    "lecture-pictures": named(EDITORS, "post"),
    "lecture-file": named(EDITORS),
    "lecture-file-uploads": named(EDITORS, "post"),
    "lecture-file-download": named(EDITORS, "post"),
    "lecture-embed": named(EDITORS),
    "video-recognition": named(EDITORS, "post"),
    "video-captions": named(EDITORS, "post"),
    "video-caption": named(EDITORS),
    "video-caption-file": named(EDITORS),
    "video-original": named(EDITORS),
    "activity": row(OWNER),
    "settings": row(OWNER),
    "tokens": row(PEOPLE),
    "token-revocation": named(PEOPLE, "post"),
    "inbox": row(ANYBODY),  # here nobody delivers mail and the asker is on this machine; see ops/test_inbox.py
    "inbox-mail": named(ANYBODY),
    "redeem": row(ANYBODY),
    "redeem-continue": row(PEOPLE),
    "redeem-code": row(ANYBODY, foreign=Foreign.SAME, reason="any text may stand in the address; it is only shown"),
    "codes": row(STAFF),
    "code-batch-new": row(STAFF),
    "code-batch": named(STAFF),
    "code-batch-csv": named(STAFF),
    "code-batch-cards": named(STAFF),
    "code-batch-redemptions": named(STAFF),
    "code-batch-redemptions-csv": named(STAFF),
    "code-redemptions": row(STAFF),
    "code-redemptions-csv": row(STAFF),
    "code-batch-revocation": named(STAFF, "post"),
    "code-revocation": named(STAFF, "post"),
    "student-enroll": row(STAFF),
    "start": named(ANYBODY),
    "start-continue": row(PEOPLE),
    "course-admission": named(EDITORS),
    "enrollment": named(STAFF),
    "invitation": row(ANYBODY, foreign=Foreign.SAME, reason="a signed link of one school; elsewhere it is unknown"),
    "invitations": row(STAFF),
    "invitation-new": row(STAFF),
    "invitation-sending": named(STAFF, "post"),
    "invitation-revocation": named(STAFF, "post"),
    "student-import": row(STAFF),
    "student-import-run": row(STAFF, "post", foreign=Foreign.SAME, reason="a list kept for one person at one school"),
    "enrollment-revocation": named(STAFF, "post"),
    "enrollment-restoration": named(STAFF, "post"),
    "students": row(STAFF),
    "student-grid": row(STAFF),
    "students-csv": row(STAFF),
    "student": named(STAFF),
    "learn": row(PEOPLE),
    "learn-course": named(PEOPLE),
    "learn-continue": named(PEOPLE),
    "learn-lecture": named(PEOPLE),
    "learn-progress": named(PEOPLE, "post"),
    "learn-completion": named(PEOPLE, "post"),
    "course-notes": named(PEOPLE),
    "notes-file": named(PEOPLE),
    "lecture-notes": named(PEOPLE),
    "note": Row(PEOPLE, "get", Foreign.NOT_FOUND),  # another person's own is no more there than another school's
    "note-deletion": named(PEOPLE, "post"),
    "learn-certificate": named(PEOPLE),
    "certificate-check": row(ANYBODY),
    "certificate": named(ANYBODY),
    "certificate-pdf": named(ANYBODY),
    "certificate-picture": named(ANYBODY),
    "course-certificate": named(STAFF),
    "course-certificate-end": named(EDITORS, "post"),
    "certificate-revocation": named(STAFF, "post"),
    "certificate-restoration": named(STAFF, "post"),
    "certificate-name": named(STAFF, "post"),
    "learn-stream": named(PEOPLE, "delete"),
    "learn-problems": named(PEOPLE, "post"),
    "quiz-attempts": named(PEOPLE, "post"),
    "quiz-attempt": named(PEOPLE),
    "quiz-attempt-place": named(PEOPLE, "post"),
    "quiz-answer": named(PEOPLE, "put"),
    "quiz-answer-feedback": named(PEOPLE, "post"),
    "quiz-attempt-completion": named(PEOPLE, "post"),
    "quiz": named(EDITORS),
    "quiz-settings": named(EDITORS, "post"),
    "quiz-pictures": named(EDITORS, "post"),
    "quiz-pools": named(EDITORS, "post"),
    "quiz-pool": named(EDITORS, "post"),
    "quiz-pool-deletion": named(EDITORS, "post"),
    "quiz-pool-order": named(EDITORS, "post"),
    "quiz-question-order": named(EDITORS, "post"),
    "quiz-question-new": named(EDITORS),
    "quiz-question": named(EDITORS),
    "quiz-question-copy": named(EDITORS, "post"),
    "quiz-question-deletion": named(EDITORS, "post"),
    "quiz-results": named(STAFF),
    "quiz-results-csv": named(STAFF),
    "quiz-student": named(STAFF),
}

PLATFORM_ROLES = ("anonymous", "creator", "operator")
CREATORS = frozenset({"creator", "operator"})
PLATFORM_ANYBODY = CREATORS | {"anonymous"}
PLATFORM: dict[str, Row] = {
    name: Row(PLATFORM_ANYBODY if shared.who == ANYBODY else CREATORS, shared.method, shared.foreign, shared.reason)
    for name, shared in SHARED.items()
} | {
    "home": row(PLATFORM_ANYBODY),
    "inbox": row(PLATFORM_ANYBODY),
    "inbox-mail": named(PLATFORM_ANYBODY),
    "onboarding": row(CREATORS),
    "onboarding-subdomain": row(CREATORS),
    "schools": row(CREATORS),
    "school-enter": named(CREATORS, "post"),
}

API: dict[str, tuple[frozenset[str], Scope | None]] = {
    "GET /me": (PEOPLE, None),
    "GET /me/courses": (PEOPLE, Scope.LEARNING),
    "GET /me/courses/{course_id}/lectures": (PEOPLE, Scope.LEARNING),
    "POST /lectures/{lecture_id}/playback": (PEOPLE, Scope.LEARNING),
    "POST /lectures/{lecture_id}/progress": (PEOPLE, Scope.LEARNING),
    "PUT /lectures/{lecture_id}/completion": (PEOPLE, Scope.LEARNING),
    "GET /students": (STAFF, Scope.STUDENTS_READ),
    "GET /students/{student_id}/timeline": (STAFF, Scope.STUDENTS_READ),
    "GET /courses/{course_id}/grid": (STAFF, Scope.STUDENTS_READ),
    "PUT /courses/{course_id}/certificate": (EDITORS, Scope.COURSES_WRITE),
    "DELETE /courses/{course_id}/certificate": (EDITORS, Scope.COURSES_WRITE),
    "POST /me/courses/{course_id}/certificate": (PEOPLE, Scope.LEARNING),
    "GET /certificates": (STAFF, Scope.STUDENTS_READ),
    "PATCH /certificates/{certificate_id}": (STAFF, Scope.STUDENTS_WRITE),
    "PUT /certificates/{certificate_id}/revocation": (STAFF, Scope.STUDENTS_WRITE),
    "DELETE /certificates/{certificate_id}/revocation": (STAFF, Scope.STUDENTS_WRITE),
    "GET /me/notes": (PEOPLE, Scope.LEARNING),
    "POST /lectures/{lecture_id}/notes": (PEOPLE, Scope.LEARNING),
    "PUT /notes/{note_id}": (PEOPLE, Scope.LEARNING),
    "DELETE /notes/{note_id}": (PEOPLE, Scope.LEARNING),
    "GET /courses/{course_id}/progress": (STAFF, Scope.STUDENTS_READ),
    "GET /figures": (STAFF, Scope.SCHOOL_READ),
    "GET /school": (STAFF, Scope.SCHOOL_READ),
    "GET /audit-entries": (OWNER, Scope.SCHOOL_READ),
    "GET /courses": (STAFF, Scope.COURSES_READ),
    "POST /courses": (EDITORS, Scope.COURSES_WRITE),
    "GET /courses/{course_id}": (STAFF, Scope.COURSES_READ),
    "PATCH /courses/{course_id}": (EDITORS, Scope.COURSES_WRITE),
    "DELETE /courses/{course_id}": (EDITORS, Scope.COURSES_WRITE),
    "PUT /courses/{course_id}/publication": (EDITORS, Scope.COURSES_WRITE),
    "DELETE /courses/{course_id}/publication": (EDITORS, Scope.COURSES_WRITE),
    "PUT /courses/{course_id}/archive": (EDITORS, Scope.COURSES_WRITE),
    "GET /courses/{course_id}/openings": (STAFF, Scope.COURSES_READ),
    "GET /search": (STAFF, Scope.COURSES_READ),
    "GET /courses/{course_id}/catalogue": (STAFF, Scope.COURSES_READ),
    "PUT /courses/{course_id}/catalogue": (EDITORS, Scope.COURSES_WRITE),
    "GET /me/profile": (EDITORS, Scope.COURSES_READ),
    "PUT /me/profile": (EDITORS, Scope.COURSES_WRITE),
    "GET /me/search": (PEOPLE, Scope.LEARNING),
    "PUT /sections/{section_id}/opening": (EDITORS, Scope.COURSES_WRITE),
    "DELETE /sections/{section_id}/opening": (EDITORS, Scope.COURSES_WRITE),
    "PUT /lectures/{lecture_id}/opening": (EDITORS, Scope.COURSES_WRITE),
    "DELETE /lectures/{lecture_id}/opening": (EDITORS, Scope.COURSES_WRITE),
    "DELETE /courses/{course_id}/archive": (EDITORS, Scope.COURSES_WRITE),
    "POST /courses/{course_id}/thumbnail": (EDITORS, Scope.COURSES_WRITE),
    "POST /courses/{course_id}/sections": (EDITORS, Scope.COURSES_WRITE),
    "PUT /courses/{course_id}/section-order": (EDITORS, Scope.COURSES_WRITE),
    "PATCH /sections/{section_id}": (EDITORS, Scope.COURSES_WRITE),
    "DELETE /sections/{section_id}": (EDITORS, Scope.COURSES_WRITE),
    "POST /sections/{section_id}/lectures": (EDITORS, Scope.COURSES_WRITE),
    "PUT /sections/{section_id}/lecture-order": (EDITORS, Scope.COURSES_WRITE),
    "PATCH /lectures/{lecture_id}": (EDITORS, Scope.COURSES_WRITE),
    "DELETE /lectures/{lecture_id}": (EDITORS, Scope.COURSES_WRITE),
    "PUT /lectures/{lecture_id}/video": (EDITORS, Scope.COURSES_WRITE),
    "DELETE /lectures/{lecture_id}/replacement": (EDITORS, Scope.COURSES_WRITE),
    "POST /courses/{course_id}/copies": (EDITORS, Scope.COURSES_WRITE),
    "POST /sections/{section_id}/copies": (EDITORS, Scope.COURSES_WRITE),
    "POST /sections/{section_id}/videos": (EDITORS, Scope.COURSES_WRITE),
    "POST /lectures/{lecture_id}/copies": (EDITORS, Scope.COURSES_WRITE),
    "GET /lectures/{lecture_id}/text": (STAFF, Scope.COURSES_READ),
    "PUT /lectures/{lecture_id}/text": (EDITORS, Scope.COURSES_WRITE),
    "POST /lectures/{lecture_id}/text/pictures": (EDITORS, Scope.COURSES_WRITE),
    "GET /lectures/{lecture_id}/file": (STAFF, Scope.COURSES_READ),
    "POST /lectures/{lecture_id}/file/uploads": (EDITORS, Scope.COURSES_WRITE),
    "PUT /lectures/{lecture_id}/file": (EDITORS, Scope.COURSES_WRITE),
    "PATCH /lectures/{lecture_id}/file": (EDITORS, Scope.COURSES_WRITE),
    "GET /lectures/{lecture_id}/embed": (STAFF, Scope.COURSES_READ),
    "PUT /lectures/{lecture_id}/embed": (EDITORS, Scope.COURSES_WRITE),
    "POST /courses/{course_id}/exports": (EDITORS, Scope.COURSES_WRITE),
    "GET /exports/{export_id}": (EDITORS, Scope.COURSES_READ),
    "GET /exports/{export_id}/download": (EDITORS, Scope.COURSES_READ),
    "POST /archives": (EDITORS, Scope.COURSES_WRITE),
    "GET /archives/{archive_id}": (EDITORS, Scope.COURSES_READ),
    "DELETE /archives/{archive_id}": (EDITORS, Scope.COURSES_WRITE),
    "GET /archives/{archive_id}/parts": (EDITORS, Scope.COURSES_READ),
    "POST /archives/{archive_id}/parts": (EDITORS, Scope.COURSES_WRITE),
    "POST /archives/{archive_id}/completion": (EDITORS, Scope.COURSES_WRITE),
    "POST /archives/{archive_id}/import": (EDITORS, Scope.COURSES_WRITE),
    "GET /videos": (STAFF, Scope.COURSES_READ),
    "GET /videos/{video_id}": (EDITORS, Scope.COURSES_READ),
    "DELETE /videos/{video_id}": (EDITORS, Scope.COURSES_WRITE),
    "POST /videos/{video_id}/encoding": (EDITORS, Scope.COURSES_WRITE),
    "GET /videos/{video_id}/original": (EDITORS, Scope.COURSES_READ),
    "POST /uploads": (EDITORS, Scope.COURSES_WRITE),
    "GET /uploads/{video_id}": (EDITORS, Scope.COURSES_WRITE),
    "DELETE /uploads/{video_id}": (EDITORS, Scope.COURSES_WRITE),
    "POST /uploads/{video_id}/parts": (EDITORS, Scope.COURSES_WRITE),
    "POST /uploads/{video_id}/completion": (EDITORS, Scope.COURSES_WRITE),
    "GET /videos/{video_id}/captions": (EDITORS, Scope.COURSES_READ),
    "GET /videos/{video_id}/captions/{language}": (EDITORS, Scope.COURSES_READ),
    "PUT /videos/{video_id}/captions/{language}": (EDITORS, Scope.COURSES_WRITE),
    "DELETE /videos/{video_id}/captions/{language}": (EDITORS, Scope.COURSES_WRITE),
    "POST /videos/{video_id}/captions/{language}/recognition": (EDITORS, Scope.COURSES_WRITE),
    "GET /code-batches": (STAFF, Scope.STUDENTS_READ),
    "POST /code-batches": (STAFF, Scope.STUDENTS_WRITE),
    "GET /code-batches/{batch_id}/redemptions": (STAFF, Scope.STUDENTS_READ),
    "GET /code-batches/{batch_id}/codes": (STAFF, Scope.STUDENTS_READ),
    "DELETE /code-batches/{batch_id}/codes": (STAFF, Scope.STUDENTS_WRITE),
    "DELETE /codes/{code_id}": (STAFF, Scope.STUDENTS_WRITE),
    "POST /redemptions": (PEOPLE, Scope.LEARNING),
    "GET /enrollments": (STAFF, Scope.STUDENTS_READ),
    "POST /enrollments": (STAFF, Scope.STUDENTS_WRITE),
    "DELETE /enrollments/{enrollment_id}": (STAFF, Scope.STUDENTS_WRITE),
    "PUT /enrollments/{enrollment_id}/end": (STAFF, Scope.STUDENTS_WRITE),
    "GET /courses/{course_id}/admission": (STAFF, Scope.COURSES_READ),
    "PUT /courses/{course_id}/admission": (EDITORS, Scope.COURSES_WRITE),
    "POST /courses/{course_id}/enrollment": (PEOPLE, Scope.LEARNING),
    "GET /invitations": (STAFF, Scope.STUDENTS_READ),
    "POST /invitations": (STAFF, Scope.STUDENTS_WRITE),
    "POST /invitations/{invitation_id}/sending": (STAFF, Scope.STUDENTS_WRITE),
    "DELETE /invitations/{invitation_id}": (STAFF, Scope.STUDENTS_WRITE),
    "POST /student-imports": (STAFF, Scope.STUDENTS_WRITE),
    "GET /lectures/{lecture_id}/quiz": (EDITORS, Scope.COURSES_READ),
    "PATCH /quizzes/{quiz_id}": (EDITORS, Scope.COURSES_WRITE),
    "POST /quizzes/{quiz_id}/questions": (EDITORS, Scope.COURSES_WRITE),
    "PUT /quizzes/{quiz_id}/question-order": (EDITORS, Scope.COURSES_WRITE),
    "PUT /questions/{question_key}": (EDITORS, Scope.COURSES_WRITE),
    "DELETE /questions/{question_key}": (EDITORS, Scope.COURSES_WRITE),
    "POST /questions/{question_key}/copies": (EDITORS, Scope.COURSES_WRITE),
    "POST /quizzes/{quiz_id}/pools": (EDITORS, Scope.COURSES_WRITE),
    "PUT /pools/{pool_id}": (EDITORS, Scope.COURSES_WRITE),
    "DELETE /pools/{pool_id}": (EDITORS, Scope.COURSES_WRITE),
    "POST /quizzes/{quiz_id}/pictures": (EDITORS, Scope.COURSES_WRITE),
    "POST /lectures/{lecture_id}/attempts": (PEOPLE, Scope.LEARNING),
    "GET /me/attempts/{attempt_id}": (PEOPLE, Scope.LEARNING),
    "PUT /me/attempts/{attempt_id}/answers/{answer_id}": (PEOPLE, Scope.LEARNING),
    "POST /me/attempts/{attempt_id}/answers/{answer_id}/feedback": (PEOPLE, Scope.LEARNING),
    "PUT /me/attempts/{attempt_id}/completion": (PEOPLE, Scope.LEARNING),
    "GET /quizzes/{quiz_id}/results": (STAFF, Scope.STUDENTS_READ),
    "GET /quizzes/{quiz_id}/attempts": (STAFF, Scope.STUDENTS_READ),
}
BODIES: dict[str, dict[str, Any]] = {  # what an operation needs to come as far as asking who wants it
    "POST /courses": {"title": "New"},
    "PATCH /courses/{course_id}": {"title": "Changed"},
    "POST /courses/{course_id}/sections": {"title": "New"},
    "PUT /courses/{course_id}/section-order": {"ids": []},
    "PATCH /sections/{section_id}": {"title": "Changed"},
    "POST /sections/{section_id}/lectures": {"title": "New"},
    "PUT /sections/{section_id}/lecture-order": {"ids": []},
    "PATCH /lectures/{lecture_id}": {"title": "Changed"},
    "PUT /sections/{section_id}/opening": {"days": 1},
    "PUT /courses/{course_id}/catalogue": {},
    "PUT /me/profile": {"name": "A"},
    "PUT /lectures/{lecture_id}/opening": {"days": 1},
    "PUT /lectures/{lecture_id}/video": {"video_id": str(uuid4())},
    "POST /sections/{section_id}/videos": {"filenames": ["a.mp4"]},
    "PUT /lectures/{lecture_id}/text": {"html": "<p>a</p>"},
    "POST /lectures/{lecture_id}/file/uploads": {"filename": "a.pdf", "size": 1},
    "PUT /lectures/{lecture_id}/file": {"ticket": "unknown"},
    "PATCH /lectures/{lecture_id}/file": {"is_downloadable": True},
    "PUT /lectures/{lecture_id}/embed": {"address": "https://youtu.be/aqz-KE-bpKQ"},
    "POST /uploads": {"filename": "a.mp4", "size": 5},
    "POST /archives": {"filename": "a.zip", "size": 5},
    "POST /archives/{archive_id}/parts": {"numbers": [1]},
    "POST /archives/{archive_id}/completion": {"parts": []},
    "POST /uploads/{video_id}/parts": {"numbers": [1]},
    "POST /uploads/{video_id}/completion": {"parts": []},
    "PUT /videos/{video_id}/captions/{language}": {"content": "nonsense"},
    "POST /code-batches": {"quantity": 1, "course_ids": [str(uuid4())]},
    "POST /lectures/{lecture_id}/progress": {"ranges": [], "position": 0},
    "PUT /courses/{course_id}/certificate": {"percent": 80},
    "POST /me/courses/{course_id}/certificate": {"name": "A name"},
    "PATCH /certificates/{certificate_id}": {"name": "A name"},
    "PUT /certificates/{certificate_id}/revocation": {"reason": "A mistake."},
    "POST /lectures/{lecture_id}/notes": {"body": "A note"},
    "PUT /notes/{note_id}": {"body": "A note"},
    "POST /redemptions": {"code": "nonsense"},
    "PUT /enrollments/{enrollment_id}/end": {"expires_at": None},
    "POST /invitations": {"email": "a@example.org", "course_ids": [str(uuid4())]},
    "POST /student-imports": {"csv": "a@example.org"},
    "PUT /courses/{course_id}/admission": {"is_free": False},
    "POST /enrollments": {"course_id": str(uuid4()), "user_id": str(uuid4())},
    "PATCH /quizzes/{quiz_id}": {"passing_score": 60},
    "POST /quizzes/{quiz_id}/questions": {"text": "Quiz?", "content": {"kind": "true_false", "answer": True}},
    "PUT /quizzes/{quiz_id}/question-order": {"keys": []},
    "PUT /questions/{question_key}": {"text": "Quiz?", "content": SINGLE},
    "POST /quizzes/{quiz_id}/pools": {"title": "Quiz"},
    "PUT /pools/{pool_id}": {"title": "Quiz"},
    "PUT /me/attempts/{attempt_id}/answers/{answer_id}": {"given": None},
}


@dataclass
class World:
    """A school with one of everything that an address can name, and a person of each role."""

    school: School
    people: dict[str, User] = field(default_factory=dict)
    names: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def make(cls) -> "World":
        world = cls(factories.school())
        school = world.school
        for role in ROLES[1:]:
            world.people[role] = school.person(role)
        student, owner = world.people["student"], world.people["owner"]
        course = school.course()
        held = school.enroll(student, course)
        video = school.video(state=VideoState.FAILED)
        with school:
            batch, _ = enrollment.make_codes(courses=[course], quantity=1, by=owner)
            section, lecture = Section.objects.get(), Lecture.objects.get()
            code = AccessCode.objects.get()
            Caption.objects.create(video=video, language="en", label="English", source="edited", vtt=VTT, cue_count=1)
            mail = Mail.objects.create(sender="a@example.org", recipients=["b@example.org"], subject="s", text="t")
            enrollment.set_admission(course=course, is_free=True, access_days=None, by=owner)
            invited = enrollment.invite(email="invited@example.org", courses=[course], by=owner)
            CertificateRule.objects.create(course=course, offered_by_id=owner.pk)
            note = Note.objects.create(lecture=lecture, user=student, body="x")
            given = Certificate.objects.create(enrollment=held, user=student, code=new_code(), name="S")
            export = CourseExport.objects.create(course=course, asked_by_id=owner.pk)
            sent = begin_import(filename="a.zip", size=5, fingerprint="", by=owner)
            quiz = make_quiz(school, SINGLE, by=owner, course=course)
            pool = add_pool(quiz=quiz, title="Some", by=owner)
            attempt = begin(quiz, student)
            answer = answer_of(attempt, "single")
        world.names = {
            "export_id": export.pk, "import_id": sent.pk, "archive_id": sent.pk,
            "course_id": course.pk, "slug": course.slug, "section_id": section.pk, "lecture_id": lecture.pk,
            "video_id": video.pk, "batch_id": batch.pk, "code_id": code.pk, "enrollment_id": held.pk,
            "invitation_id": invited.pk, "token": "unknown", "list_id": uuid4(),
            "student_id": student.pk, "mail_id": mail.pk, "path": f"thumbnails/{course.pk}.webp", "secret": "unknown",
            "number": 1, "key": "unknown", "uidb36": "1", "pk": 1, "code": given.code,
            "certificate_id": given.pk, "note_id": note.pk, "tenant_id": school.tenant.pk,
            "language": "en", "form": "vtt", "quiz_id": quiz.pk, "pool_id": pool.pk, "attempt_id": attempt.pk,
            "kind": "single", "answer_id": answer.pk, "question_key": answer.question.key,
        }  # fmt: skip
        return world

    def kwargs(self, names: list[str], role: str) -> dict[str, Any]:
        if "token_id" in names:
            owner = self.people.get(role) or self.people["owner"]
            with self.school:
                token = ApiToken.objects.create(
                    user=owner, name="t", secret_hash=ApiToken.hash_of(ApiToken.new_secret()), scopes=[]
                )
            return {"token_id": token.pk}
        return {name: self.names[name] for name in names}

    def client(self, role: str) -> Client:
        return self.school.client(self.people.get(role))


def patterns(urlconf: str) -> Iterator[tuple[str, str, list[str]]]:
    """(name, route, names of its parts) of every address of a host, but for the API, which has a table of its own."""

    def walk(found: list[Any], before: str, parts: list[str]) -> Iterator[tuple[str, str, list[str]]]:
        for pattern in found:
            route, named = before + str(pattern.pattern), parts + list(pattern.pattern.regex.groupindex)
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns, route, named)
            elif isinstance(pattern, URLPattern) and not route.startswith("api/"):
                yield pattern.name or "", route, named

    yield from walk(get_resolver(urlconf).url_patterns, "", [])


SCHOOL_PATTERNS = {name: parts for name, _, parts in patterns("colonnade.urls")}
PLATFORM_PATTERNS = {name: parts for name, _, parts in patterns("colonnade.platform_urls")}


def address(urlconf: str, name: str, kwargs: dict[str, Any]) -> str:
    return reverse(name, urlconf=urlconf, kwargs=kwargs)


@contextmanager
def undone() -> Iterator[None]:
    """What is done within is taken back: the next role finds what the last one has deleted."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def refused(answer: Any) -> bool:
    """Whether somebody was turned away for who they are."""
    to_sign_in = answer.status_code == 302 and answer["Location"].startswith("/login/?next=")
    return to_sign_in or answer.status_code in (401, 403)


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    assert set(SCHOOL) == set(SCHOOL_PATTERNS)
    assert set(PLATFORM) == set(PLATFORM_PATTERNS)
    operations = {
        f"{method.upper()} {path.removeprefix('/api/v1')}"
        for path, methods in api.get_openapi_schema(path_prefix="/api/v1/")["paths"].items()
        for method in methods
    }
    assert set(API) == operations


@pytest.mark.parametrize("name", SCHOOL)
def test_at_a_school_each_role_gets_what_the_table_says(name: str) -> None:
    rule, parts = SCHOOL[name], SCHOOL_PATTERNS[name]
    world = World.make()
    for role in ROLES:
        with undone():
            url = address("colonnade.urls", name, world.kwargs(parts, role))
            answer = getattr(world.client(role), rule.method)(url)
        assert answer.status_code < 500, (role, answer.status_code)
        assert refused(answer) == (role not in rule.who), f"{role}: {answer.status_code} at {url}"
        if role == "anonymous" and role not in rule.who:
            assert answer.status_code == 302, "a stranger is asked to sign in"


@pytest.mark.parametrize("name", [name for name in SCHOOL if SCHOOL_PATTERNS.get(name)])
def test_what_belongs_to_another_school_is_not_there(name: str) -> None:
    rule, parts = SCHOOL[name], SCHOOL_PATTERNS[name]
    if rule.foreign is Foreign.SAME:
        assert rule.reason
        return
    assert rule.foreign is Foreign.NOT_FOUND
    own, other = World.make(), World.make()
    for role in sorted(rule.who):
        with undone():
            url = address("colonnade.urls", name, other.kwargs(parts, "owner"))
            answer = getattr(own.client(role), rule.method)(url)
        assert answer.status_code == 404, f"{role}: {answer.status_code} at {url}"


@pytest.mark.parametrize("name", [name for name, rule in SCHOOL.items() if "anonymous" not in rule.who])
def test_a_person_of_another_school_is_a_stranger_here(name: str) -> None:
    rule, parts = SCHOOL[name], SCHOOL_PATTERNS[name]
    own, other = World.make(), World.make()
    client = other.client("owner")
    url = address("colonnade.urls", name, own.kwargs(parts, "owner"))
    answer = getattr(client, rule.method)(url, headers={"host": own.school.host})
    assert answer.status_code == 302
    assert answer["Location"].startswith("/login/")


@pytest.mark.parametrize("name", PLATFORM)
def test_at_the_platform_each_role_gets_what_the_table_says(name: str) -> None:
    rule, parts = PLATFORM[name], PLATFORM_PATTERNS[name]
    platform = factories.platform()
    for role in PLATFORM_ROLES:
        person = None if role == "anonymous" else platform.person(role)
        names = World.make().names if parts else {}
        if name == "inbox-mail":
            with platform:
                names["mail_id"] = Mail.objects.create(sender="a@b.c", recipients=["b@b.c"], subject="s", text="t").pk
        url = address("colonnade.platform_urls", name, {part: names[part] for part in parts})
        answer = getattr(platform.client(person), rule.method)(url)
        assert answer.status_code < 500, role
        assert refused(answer) == (role not in rule.who), f"{role}: {answer.status_code} at {url}"
        if rule.foreign is Foreign.NOT_FOUND and role in rule.who and name != "inbox-mail":
            assert answer.status_code == 404, "a school that is not one's own"


def asked(world: World, role: str, operation: str, names: dict[str, Any], scopes: list[str]) -> Any:
    headers = {}
    if role != "anonymous":
        secret = ApiToken.new_secret()
        with world.school:
            ApiToken.objects.create(
                user=world.people[role], name="t", secret_hash=ApiToken.hash_of(secret), scopes=scopes
            )
        headers = {"authorization": f"Bearer {secret}"}
    method, _, path = operation.partition(" ")
    url = "/api/v1" + path.format(**names)
    if operation.endswith(("/thumbnail", "/pictures")):
        file = SimpleUploadedFile("a.png", b"no picture", "image/png")
        return world.school.client(headers=headers).post(url, {"image": file})
    return world.school.client(headers=headers).generic(
        method, url, orjson.dumps(BODIES.get(operation, {})), "application/json"
    )


@pytest.mark.parametrize("operation", API)
def test_in_the_api_each_role_and_scope_gets_what_the_table_says(operation: str) -> None:
    who, scope = API[operation]
    world = World.make()
    for role in ROLES:
        with undone():
            answer = asked(world, role, operation, world.names, Scope.values)
        assert answer.status_code < 500, role
        assert (answer.status_code in (401, 403)) == (role not in who), f"{role}: {answer.status_code}"
    if scope is not None:
        others = [value for value in Scope.values if value != scope]
        answer = asked(world, "owner", operation, world.names, others)
        assert answer.status_code == 403
        assert scope in answer.json()["detail"]


@pytest.mark.parametrize("operation", [operation for operation in API if "{" in operation])
def test_in_the_api_what_belongs_to_another_school_is_not_there(operation: str) -> None:
    own, other = World.make(), World.make()
    answer = asked(own, "owner", operation, other.names, Scope.values)
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"
