"""Videos: what was uploaded, what became of it, and the renditions that play."""

from datetime import timedelta

from django.db import models
from django.utils import timezone

from colonnade.lib.tenancy import TenantForeignKey, TenantModel, tenant_row


class VideoState(models.TextChoices):
    UPLOADING = "uploading", "Uploading"
    QUEUED = "queued", "Waiting to be encoded"
    ENCODING = "encoding", "Encoding"
    READY = "ready", "Ready"
    FAILED = "failed", "Failed"


class VideoQuerySet(models.QuerySet["Video"]):
    def ready(self) -> "VideoQuerySet":
        return self.filter(state=VideoState.READY)

    def abandoned(self) -> "VideoQuerySet":
        """Uploads that nobody has gone on with for a week."""
        return self.filter(state=VideoState.UPLOADING, updated_at__lt=timezone.now() - timedelta(days=7))


class Video(TenantModel):
    """One upload. Objects lie under `videos/<id>/`: the original in `uploads`, what plays in `media`."""

    filename = models.CharField(max_length=255)
    content_type = models.CharField(max_length=120)
    size = models.BigIntegerField()  # bytes, as announced; what arrived is checked against it
    fingerprint = models.CharField(max_length=300, blank=True)  # name, size, date: finds an interrupted upload again
    part_size = models.IntegerField()  # bytes
    upload_id = models.CharField(max_length=1024, blank=True)  # the store's; empty once complete
    created_by_id = models.UUIDField()
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    state = models.CharField(max_length=10, choices=VideoState.choices, default=VideoState.UPLOADING)
    progress = models.SmallIntegerField(default=0)  # percent of the encoding
    failure_code = models.CharField(max_length=40, blank=True)
    failure = models.CharField(max_length=400, blank=True)  # a sentence the instructor can act on
    uploaded_at = models.DateTimeField(null=True)
    ready_at = models.DateTimeField(null=True)

    duration = models.FloatField(null=True)  # seconds
    width = models.IntegerField(null=True)  # pixels as shown, after rotation
    height = models.IntegerField(null=True)
    has_audio = models.BooleanField(default=False)
    warnings = models.JSONField(default=list)
    media_bytes = models.BigIntegerField(default=0)  # all renditions together

    objects = VideoQuerySet.as_manager()

    class Meta:
        constraints = [
            *tenant_row(),
            models.CheckConstraint(
                condition=~models.Q(state="ready") | models.Q(ready_at__isnull=False, duration__isnull=False),
                name="videos_video_ready_has_facts",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="failed") | ~models.Q(failure=""), name="videos_video_failed_says_why"
            ),
            models.CheckConstraint(condition=models.Q(size__gt=0), name="videos_video_size_positive"),
        ]
        indexes = [models.Index(fields=["tenant", "state", "updated_at"], name="videos_video_state")]

    def __str__(self) -> str:
        return self.filename

    @property
    def original_path(self) -> str:
        return f"videos/{self.pk}/original"

    @property
    def media_path(self) -> str:
        """Where the playlists and segments lie, with a slash at the end."""
        return f"videos/{self.pk}/"

    @property
    def part_count(self) -> int:
        return -(-self.size // self.part_size)

    @property
    def is_ready(self) -> bool:
        return self.state == VideoState.READY


class Rendition(TenantModel):
    """One size of a video. Rates in bits per second."""

    video = TenantForeignKey(Video, on_delete=models.CASCADE, related_name="renditions")
    name = models.CharField(max_length=20)
    width = models.IntegerField()
    height = models.IntegerField()
    codec = models.CharField(max_length=40)
    average_rate = models.IntegerField()
    peak_rate = models.IntegerField()

    class Meta:
        constraints = [
            *tenant_row("video"),
            models.UniqueConstraint(fields=["tenant", "video", "name"], name="videos_rendition_once"),
        ]
        ordering = ["-height"]

    def __str__(self) -> str:
        return f"{self.width}×{self.height}"
