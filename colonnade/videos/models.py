"""Videos: what was uploaded, what became of it, and the renditions that play."""

from datetime import timedelta

from django.db import models
from django.utils import timezone

from colonnade.accounts.models import User
from colonnade.lib.multipart import Multipart
from colonnade.lib.objects import uploads
from colonnade.lib.tenancy import TenantForeignKey, TenantModel, tenant_row
from colonnade.videos.clients import ENCODER_VERSION

FORMER_KEPT = timedelta(hours=12)  # longer than an address of the playlist is good for


class VideoState(models.TextChoices):
    UPLOADING = "uploading", "Uploading"
    QUEUED = "queued", "Waiting to be encoded"
    ENCODING = "encoding", "Encoding"
    READY = "ready", "Ready"
    FAILED = "failed", "Failed"


class Tier(models.TextChoices):
    """How a video's objects are kept, from the warmest to the coldest; which class that is, videos/tiers.py says."""

    STANDARD = "standard", "Standard"
    INFREQUENT = "infrequent", "Infrequent access"
    INSTANT = "instant", "Archive, read at once"
    ARCHIVE = "archive", "Archive"  # cannot be read before it has been restored


class VideoQuerySet(models.QuerySet["Video"]):
    def ready(self) -> "VideoQuerySet":
        return self.filter(state=VideoState.READY)

    def abandoned(self) -> "VideoQuerySet":
        """Uploads that nobody has gone on with for a week."""
        return self.filter(state=VideoState.UPLOADING, updated_at__lt=timezone.now() - timedelta(days=7))

    def unfinished(self, *, fingerprint: str, by: User) -> "VideoQuerySet":
        """The upload of this file that the person has begun and not completed, if any."""
        own = self.filter(state=VideoState.UPLOADING, created_by_id=by.pk, fingerprint=fingerprint)
        return own if fingerprint else own.none()

    def underway(self) -> "VideoQuerySet":
        """Those that a job must have in hand."""
        encoding = models.Q(state__in=(VideoState.QUEUED, VideoState.ENCODING))
        return self.filter(encoding | models.Q(renewal_asked_at__isnull=False))

    def outdated(self) -> "VideoQuerySet":
        """Those that an older encoder made, and no job has in hand yet."""
        return self.ready().filter(encoder_version__lt=ENCODER_VERSION, renewal_asked_at=None)

    def equal_to(self, video: "Video", *, recipe: str) -> "VideoQuerySet":
        """Others that the present encoder made of the same file by this recipe."""
        same = self.ready().filter(sha256=video.sha256, size=video.size, encoder_version=ENCODER_VERSION, recipe=recipe)
        return same.exclude(sha256="").exclude(pk=video.pk).exclude(tier=Tier.ARCHIVE)

    def made_of_same_file(self, video: "Video") -> "VideoQuerySet":
        """Others whose worker has found the same file, and is at it."""
        same = self.underway().filter(sha256=video.sha256, size=video.size)
        return same.exclude(sha256="").exclude(making="").exclude(pk=video.pk)

    def at_rest(self) -> "VideoQuerySet":
        """Those that nothing is being done with."""
        return self.ready().filter(renewal_asked_at=None, restore_asked_at=None)

    def coming_back(self) -> "VideoQuerySet":
        """Those that have been asked for from the archive."""
        return self.filter(restore_asked_at__isnull=False)

    def with_spare_original(self) -> "VideoQuerySet":
        """Those that could do without the file that was uploaded."""
        return self.ready().filter(renewal_asked_at=None, original_dropped_at=None)

    def with_former_edition(self) -> "VideoQuerySet":
        """Those whose last edition but one nobody can be watching any more."""
        return self.exclude(former_edition="").filter(ready_at__lt=timezone.now() - FORMER_KEPT)


class Video(TenantModel):
    """One upload. Objects lie under `videos/<id>/`: the original in `uploads`, what plays in `media`.

    Each encoding writes into a folder of its own, `making`. Once whole it becomes the `edition` that plays,
    by a write to the database alone; whoever is watching the former one can go on for FORMER_KEPT. A ready video is
    encoded anew while it plays: it stays *ready*, whatever becomes of that.
    """

    filename = models.CharField(max_length=255)
    content_type = models.CharField(max_length=120)
    size = models.BigIntegerField()  # bytes, as announced; what arrived is checked against it
    fingerprint = models.CharField(max_length=300, blank=True)  # name, size, date: finds an interrupted upload again
    part_size = models.IntegerField()  # bytes
    upload_id = models.CharField(max_length=1024, blank=True)  # the store's; empty once complete
    sha256 = models.CharField(max_length=64, blank=True)  # of the original, once a worker has read it
    created_by_id = models.UUIDField()
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    state = models.CharField(max_length=10, choices=VideoState.choices, default=VideoState.UPLOADING)
    progress = models.SmallIntegerField(default=0)  # percent of the encoding
    edition = models.CharField(max_length=16, blank=True)  # the one that plays
    making = models.CharField(max_length=16, blank=True)  # of the newest start: an older one that still runs gives way
    former_edition = models.CharField(max_length=16, blank=True)  # played until `ready_at`, removed FORMER_KEPT later
    encoder_version = models.SmallIntegerField(default=0)  # of what made the edition; 0: before it was kept
    recipe = models.CharField(max_length=16, blank=True)  # by which it did: Recipe.fingerprint
    renewal_asked_at = models.DateTimeField(null=True)  # until the new edition plays, or cannot be made
    starts = models.SmallIntegerField(default=0)  # of the encoding; one that ends no worker's way is given up
    failure_code = models.CharField(max_length=40, blank=True)
    failure = models.CharField(max_length=400, blank=True)  # a sentence; of a ready video, why it has no newer edition
    uploaded_at = models.DateTimeField(null=True)
    playable_at = models.DateTimeField(null=True)  # when viewers could begin, while it was being made
    tier = models.CharField(max_length=10, choices=Tier.choices, default=Tier.STANDARD)
    tiered_at = models.DateTimeField(null=True)  # when it came into its tier; null: from the beginning
    restore_asked_at = models.DateTimeField(null=True)  # until it is back from the archive
    original_dropped_at = models.DateTimeField(null=True)  # as the school's settings say
    ready_at = models.DateTimeField(null=True)

    duration = models.FloatField(null=True)  # seconds
    width = models.IntegerField(null=True)  # pixels as shown, after rotation
    height = models.IntegerField(null=True)
    has_audio = models.BooleanField(default=False)
    warnings = models.JSONField(default=list)
    chapters = models.JSONField(default=list)  # {"start", "end": seconds, "title"}, in order: see chapters.py
    media_bytes = models.BigIntegerField(default=0)  # all renditions together
    media_objects = models.IntegerField(default=0)  # files of the edition; 0: not counted

    is_resumed = False  # set by begin_upload() for whoever answers: an earlier upload goes on

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
            models.CheckConstraint(
                condition=models.Q(playable_at=None) | models.Q(duration__isnull=False),
                name="videos_video_playable_has_duration",
            ),
            models.CheckConstraint(condition=models.Q(size__gt=0), name="videos_video_size_positive"),
            models.UniqueConstraint(
                fields=["tenant", "created_by_id", "fingerprint"],
                condition=models.Q(state="uploading") & ~models.Q(fingerprint=""),
                name="videos_video_one_unfinished_upload",
            ),
            models.CheckConstraint(
                condition=models.Q(renewal_asked_at=None) | models.Q(state="ready"), name="videos_video_renews_ready"
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "state", "updated_at"], name="videos_video_state"),
            models.Index(
                fields=["tenant", "restore_asked_at"],
                condition=models.Q(restore_asked_at__isnull=False),
                name="videos_video_coming_back",
            ),
            models.Index(fields=["tenant", "sha256"], condition=~models.Q(sha256=""), name="videos_video_same_file"),
            models.Index(
                fields=["tenant", "ready_at"], condition=~models.Q(former_edition=""), name="videos_video_former"
            ),
        ]

    def __str__(self) -> str:
        return self.filename

    @property
    def original_path(self) -> str:
        return f"videos/{self.pk}/original"

    @property
    def media_path(self) -> str:
        """Where the editions lie, with a slash at the end."""
        return f"videos/{self.pk}/"

    @property
    def playlist(self) -> str:
        """What a player begins with, below `media_path`. It lay beside the edition before versions were kept."""
        beside = self.is_ready and not self.encoder_version
        return "master.m3u8" if beside else f"{self.shown_edition}/master.m3u8"

    @property
    def shown_edition(self) -> str:
        """The one that plays; while the first is being made, that one, as far as it goes."""
        return self.edition or self.making

    @property
    def length(self) -> str:
        """The duration as clocks show it: 0:07, 12:03, 1:02:03."""
        minutes, seconds = divmod(round(self.duration or 0), 60)
        hours, minutes = divmod(minutes, 60)
        return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"

    @property
    def is_final(self) -> bool:
        """Whether nothing more happens by itself."""
        return self.state in (VideoState.READY, VideoState.FAILED)

    @property
    def upload(self) -> Multipart:
        """Of the original."""
        return Multipart(uploads(), self.original_path, self.upload_id, self.size, self.part_size)

    @property
    def part_count(self) -> int:
        return len(self.upload.numbers)

    @property
    def is_ready(self) -> bool:
        return self.state == VideoState.READY

    @property
    def is_playable(self) -> bool:
        """Whether viewers can begin: it is ready, or its beginning is there and the rest on its way."""
        return self.is_ready or self.playable_at is not None

    @property
    def is_renewing(self) -> bool:
        """Whether a newer edition waits to be made, or is."""
        return self.renewal_asked_at is not None

    @property
    def is_away(self) -> bool:
        """Whether it has to be fetched from the archive before it plays."""
        return self.tier == Tier.ARCHIVE

    @property
    def is_outdated(self) -> bool:
        """Whether an older encoder made what plays."""
        return self.is_ready and self.encoder_version < ENCODER_VERSION


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


class EditionKey(TenantModel):
    """What the segments of an edition are encrypted with, where they are: see videos/secrecy.py.

    It lies here and not in the store, so that a copy of the store alone plays nothing; and not under SECRET_KEY, whose
    change would lose it.
    """

    video = TenantForeignKey(Video, on_delete=models.CASCADE, related_name="edition_keys")
    edition = models.CharField(max_length=16)
    key = models.BinaryField(max_length=16)

    class Meta:
        constraints = [
            *tenant_row("video"),
            models.UniqueConstraint(fields=["tenant", "video", "edition"], name="videos_editionkey_once"),
        ]

    def __str__(self) -> str:
        return f"{self.video_id} {self.edition}"


class SharedEncoding(TenantModel):
    """A long video that several workers are making, until it is whole. Its chunks are in the order of need."""

    video = TenantForeignKey(Video, on_delete=models.CASCADE, related_name="shared_encodings")
    making = models.CharField(max_length=16)  # the edition: of another start of the video this is no more
    division = models.JSONField()  # clients.division.Division
    begun_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            *tenant_row("video"),
            models.UniqueConstraint(fields=["tenant", "video"], name="videos_sharedencoding_once"),
        ]

    def __str__(self) -> str:
        return f"{self.video_id} {self.making}"


class EncodingChunk(TenantModel):
    """A stretch of the picture, or a sound track: what one worker makes at a time, and all that its death costs."""

    encoding = TenantForeignKey(SharedEncoding, on_delete=models.CASCADE, related_name="chunks")
    name = models.CharField(max_length=40)
    number = models.IntegerField()
    weight = models.FloatField()  # about how much work it is, compared with the others
    part = models.FloatField(default=0)  # how much of it is done, from 0 to 1
    made = models.JSONField(null=True)  # clients.chunk.Chunk, as far as it has been stored
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            *tenant_row("encoding"),
            models.UniqueConstraint(fields=["tenant", "encoding", "name"], name="videos_encodingchunk_once"),
            models.CheckConstraint(
                condition=models.Q(done_at=None) | models.Q(made__isnull=False),
                name="videos_encodingchunk_done_is_made",
            ),
        ]
        ordering = ["number"]

    def __str__(self) -> str:
        return self.name


class CaptionSource(models.TextChoices):
    UPLOADED = "uploaded", "Uploaded"
    EDITED = "edited", "Edited here"
    EMBEDDED = "embedded", "From the video file"
    RECOGNISED = "recognised", "Recognised by computer"


class CaptionQuerySet(models.QuerySet["Caption"]):
    def shown(self) -> "CaptionQuerySet":
        """Those that viewers get, without their text."""
        return self.filter(published_at__isnull=False).defer("vtt", "text")


class Caption(TenantModel):
    """The captions of a video in one language. A draft has not been published: nobody has read it over yet.

    `vtt` is what was checked and cleaned. Players read it from the object `path`, whose name says what is in it.
    """

    video = TenantForeignKey(Video, on_delete=models.CASCADE, related_name="captions")
    language = models.CharField(max_length=35)  # a BCP 47 tag
    label = models.CharField(max_length=80)  # in the player's menu
    source = models.CharField(max_length=10, choices=CaptionSource.choices)
    vtt = models.TextField()
    text = models.TextField()  # what is said, a line a cue, for search
    cue_count = models.IntegerField()
    version = models.IntegerField(default=1)  # a change names the one that it is of, so that none gets lost
    file = models.CharField(max_length=100, blank=True)  # below the video's `media_path`; none of a draft
    published_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now)
    updated_by_id = models.UUIDField(null=True)  # null: the platform itself

    doubts: list[str] = []  # set by the action for whoever answers: what was allowed, but is seldom meant

    objects = CaptionQuerySet.as_manager()

    class Meta:
        constraints = [
            *tenant_row("video"),
            models.UniqueConstraint(fields=["tenant", "video", "language"], name="videos_caption_once"),
            models.CheckConstraint(
                condition=models.Q(published_at=None) | ~models.Q(file=""), name="videos_caption_published_has_file"
            ),
        ]
        ordering = ["language"]

    def __str__(self) -> str:
        return f"{self.label} ({self.language})"

    @property
    def is_draft(self) -> bool:
        return self.published_at is None
