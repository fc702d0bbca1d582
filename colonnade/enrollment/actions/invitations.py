"""People are asked in by letter, and come in by showing that they have read it."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from colonnade.accounts.actions import open_account, prove_address
from colonnade.accounts.models import Role, User
from colonnade.audit.models import record
from colonnade.courses.models import Course
from colonnade.enrollment.actions.enrollments import enroll
from colonnade.enrollment.letters import send_letters
from colonnade.enrollment.models import Enrollment, Invitation, InvitationCourse, Source
from colonnade.enrollment.models.invitations import VALID_FOR
from colonnade.enrollment.refusals import InvitationGone
from colonnade.lib.problems import Conflict, Invalid

SENT_AGAIN_AFTER = timedelta(minutes=1)


@transaction.atomic
def invite(
    *, email: str, courses: Iterable[Course], by: User, name: str = "", access_days: int | None = None
) -> Invitation:
    """Ask a mailbox's reader into courses. One that is open already is widened by them, and its letter sent again.

    Raises Conflict where the person is in all the courses, or one is archived; Invalid without a course.
    """
    wanted = list({course.pk: course for course in courses}.values())
    if not wanted:
        raise Invalid("Choose at least one course.")
    for course in wanted:
        if course.is_archived:
            raise Conflict(f"“{course}” is archived: its students keep it, and nobody new gets in.")
    email = email.strip().lower()
    held = Enrollment.objects.active().filter(user__email=email, course__in=wanted).count()
    if held == len(wanted):
        raise Conflict(f"{email} is in already.")
    invitation = _open(email, name, access_days, by)
    links = [InvitationCourse(invitation=invitation, course=course) for course in wanted]
    InvitationCourse.objects.bulk_create(links, ignore_conflicts=True)
    send_letters([invitation])
    record("invitation.sent", invitation, by=by, courses=[course.title for course in wanted])
    return invitation


@transaction.atomic
def send_again(*, invitation: Invitation, by: User) -> Invitation:
    """The same link once more, good for two weeks from now. Raises Conflict if it was answered, or sent just now."""
    now = timezone.now()
    unanswered = Invitation.objects.unanswered().filter(pk=invitation.pk)
    if not unanswered.update(expires_at=now + VALID_FOR):
        raise Conflict(f"The invitation to {invitation} was accepted or taken back already.")
    invitation = Invitation.objects.prefetch_related("courses").get(pk=invitation.pk)
    if invitation.sent_at is not None and now - invitation.sent_at < SENT_AGAIN_AFTER:
        raise Conflict(f"The last letter to {invitation} left less than a minute ago. Give it time to arrive.")
    send_letters([invitation])
    record("invitation.sent-again", invitation, by=by, times=invitation.times_sent)
    return invitation


@transaction.atomic
def revoke_invitation(*, invitation: Invitation, by: User) -> None:
    """Its link opens nothing any more. Raises Conflict if it was answered before."""
    if not Invitation.objects.unanswered().filter(pk=invitation.pk).update(revoked_at=timezone.now()):
        raise Conflict(f"The invitation to {invitation} was accepted or taken back already.")
    record("invitation.revoked", invitation, by=by)


@transaction.atomic
def send_invitations(*, invitation_ids: Iterable[UUID]) -> None:
    """First letters, of those that still wait for theirs: a job that is tried again sends none twice."""
    waiting = Invitation.objects.acceptable().filter(pk__in=list(invitation_ids), sent_at=None)
    send_letters(list(waiting.select_for_update().prefetch_related("courses")))


@transaction.atomic
def accept_invitation(*, invitation: Invitation, by: User) -> list[Enrollment]:
    """Whoever shows its link comes into its courses; returns those that opened. Their mailbox is proven with it.

    Raises InvitationGone if it was answered before, or is too old: of two who accept at once, one does.
    """
    accepted = Invitation.objects.acceptable().filter(pk=invitation.pk)
    if not accepted.update(accepted_at=timezone.now(), accepted_by=by):
        raise InvitationGone("This invitation was used, taken back, or is too old. Ask your school for a new one.")
    if invitation.email == by.email:
        prove_address(user=by)
    inside = Enrollment.objects.active().of(by).values("course")
    closed = invitation.courses.filter(archived_at=None).exclude(pk__in=inside).order_by("title")
    door: dict[str, Any] = {"source": Source.INVITATION, "access_days": invitation.access_days, "by": by}
    opened = [enroll(user=by, course=course, **door) for course in closed]
    record("invitation.accepted", invitation, by=by, courses=[each.course.title for each in opened])
    return opened


@transaction.atomic
def join_by_invitation(*, invitation: Invitation, name: str, password: str) -> tuple[User, list[Enrollment]]:
    """Make the account that the invitation is for, or give a password to one that has none, and accept.

    Raises Conflict where there is an account to sign in with.
    """
    try:
        with transaction.atomic():
            user = _account(invitation, name, password)
    except IntegrityError as error:  # sent twice at once: the other one made the account
        raise Conflict("There is an account with this address already. Sign in with it.") from error
    return user, accept_invitation(invitation=invitation, by=user)


def waits_for_password(user: User) -> bool:
    """Whether the account was made for a student by a list, and nobody has used it yet."""
    return user.role == Role.STUDENT and not user.has_usable_password()


def _account(invitation: Invitation, name: str, password: str) -> User:
    user = User.objects.filter(email=invitation.email).first()
    if user is None:
        return open_account(email=invitation.email, name=name, password=password)
    if not waits_for_password(user):
        raise Conflict("There is an account with this address already. Sign in with it.")
    user.set_password(password)
    user.name = name or user.name
    user.save(update_fields=["password", "name"])
    record("password.set", user, by=user)
    return user


def _open(email: str, name: str, access_days: int | None, by: User) -> Invitation:
    """The mailbox's one open invitation, new or renewed."""
    fields = {"expires_at": timezone.now() + VALID_FOR, "access_days": access_days}
    new = Invitation(email=email, name=name, created_by_id=by.pk, **fields)
    Invitation.objects.bulk_create([new], ignore_conflicts=True)  # two may invite at once: the database keeps the first
    invitation = Invitation.objects.unanswered().select_for_update().get(email=email)
    for field, value in (fields | ({"name": name} if name else {})).items():
        setattr(invitation, field, value)
    invitation.save()
    return invitation
