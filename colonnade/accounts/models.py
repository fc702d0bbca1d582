"""People. A User belongs to one school and has one role there; the same address at two schools is two people."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from colonnade.lib.tenancy import CurrentTenant, TenantForeignKey, TenantModel, TenantRLS, tenant_row


class Role(models.TextChoices):
    """What a person is at their school; the last two exist at the platform only."""

    OWNER = "owner", "Owner"
    INSTRUCTOR = "instructor", "Instructor"
    ASSISTANT = "assistant", "Assistant"
    STUDENT = "student", "Student"
    CREATOR = "creator", "Creator"
    OPERATOR = "operator", "Operator"


STAFF_ROLES = (Role.OWNER, Role.INSTRUCTOR, Role.ASSISTANT)


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make a person of the current school."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(TenantModel, AbstractBaseUser):
    email = models.EmailField("e-mail address", max_length=254)
    name = models.CharField(max_length=120, blank=True)
    role = models.CharField(max_length=12, choices=Role.choices, default=Role.STUDENT)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    creator_id = models.UUIDField(null=True, editable=False)  # the person at the platform who opened this school

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [
            *tenant_row(),
            models.UniqueConstraint(fields=["tenant", "email"], name="accounts_user_email_once_a_school"),
            models.UniqueConstraint(fields=["tenant", "creator_id"], name="accounts_user_creator_once_a_school"),
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="accounts_user_email_lower"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="accounts_user_role_known"),
        ]
        indexes = [models.Index(fields=["tenant", "role", "-created_at"], name="accounts_user_role")]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def is_staff_member(self) -> bool:
        """Whether the person works at the school, rather than studies there."""
        return self.role in STAFF_ROLES


class Session(AbstractBaseSession):
    """A browser signed in at one school. Under its policy: another school's key is simply not found."""

    tenant = models.ForeignKey(
        "tenants.Tenant", on_delete=models.CASCADE, db_default=CurrentTenant(), editable=False, related_name="+"
    )

    class Meta:
        constraints = [TenantRLS(name="accounts_session_tenant")]

    @classmethod
    def get_session_store_class(cls) -> type[Any]:
        from colonnade.accounts.sessions import SessionStore  # imports this model

        return SessionStore


class Scope(models.TextChoices):
    """What an API token may do."""

    COURSES_READ = "courses:read", "Read courses and videos"
    COURSES_WRITE = "courses:write", "Change courses, upload videos, publish"
    STUDENTS_READ = "students:read", "Read enrollments and progress"
    STUDENTS_WRITE = "students:write", "Make access codes, enroll, revoke"
    LEARNING = "learning", "Redeem codes, watch and record progress as yourself"
    SCHOOL_READ = "school:read", "Read the school's settings, figures and audit log"


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def usable(self) -> "ApiTokenQuerySet":
        return self.filter(revoked_at=None, user__is_active=True)

    def for_secret(self, secret: str) -> "ApiToken | None":
        """The usable token that a request presents, or None."""
        return self.usable().select_related("user").filter(secret_hash=ApiToken.hash_of(secret)).first()


class ApiToken(TenantModel):
    """A person's key to the API: shown once, kept as a hash (it has 256 random bits, so a plain hash is enough)."""

    PREFIX = "col_"
    USE_NOTED_EVERY = timedelta(minutes=1)  # `last_used_at` need not cost a write a request

    user = TenantForeignKey(User, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=80)
    secret_hash = models.BinaryField(max_length=32)
    scopes = ArrayField(models.CharField(max_length=20, choices=Scope.choices))
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        constraints = [
            *tenant_row("user"),
            models.UniqueConstraint(fields=["tenant", "secret_hash"], name="accounts_apitoken_secret"),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def new_secret(cls) -> str:
        return cls.PREFIX + secrets.token_urlsafe(32)

    @staticmethod
    def hash_of(secret: str) -> bytes:
        return hashlib.sha256(secret.encode()).digest()

    def note_use(self, at: datetime) -> None:
        """Remember when the token was last used, to the minute."""
        if self.last_used_at is None or at - self.last_used_at > self.USE_NOTED_EVERY:
            ApiToken.objects.filter(pk=self.pk).update(last_used_at=at)


class HandOff(TenantModel):
    """A signed-in creator's way into a school of theirs: one use, one minute, kept as a hash (of 256 random bits)."""

    VALID_FOR = timedelta(minutes=1)

    user = TenantForeignKey(User, on_delete=models.CASCADE, related_name="+")
    secret_hash = models.BinaryField(max_length=32)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            *tenant_row("user"),
            models.UniqueConstraint(fields=["tenant", "secret_hash"], name="accounts_handoff_secret"),
        ]

    def __str__(self) -> str:
        return f"hand-off of {self.user_id}"


class IdempotentReply(TenantModel):
    """What the API answered to a request with an Idempotency-Key; kept for a day."""

    KEPT_FOR = timedelta(days=1)

    token = TenantForeignKey(ApiToken, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    request_hash = models.BinaryField(max_length=32)
    status = models.SmallIntegerField(default=0)
    body = models.BinaryField(default=b"")
    content_type = models.CharField(max_length=100, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name_plural = "idempotent replies"
        constraints = [
            *tenant_row("token"),
            models.UniqueConstraint(fields=["tenant", "token", "key"], name="accounts_idempotentreply_once"),
        ]
        indexes = [models.Index(fields=["tenant", "created_at"], name="accounts_idempotentreply_age")]

    def __str__(self) -> str:
        return self.key
