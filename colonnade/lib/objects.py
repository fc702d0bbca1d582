"""Objects: one code path, the S3 API, everywhere. Only this module knows boto3.

Two buckets: `uploads` holds what people send (private, written by browsers through presigned parts), `media` what we
made of it. Keys begin with the tenant's id, and every call here takes the key below it, so that a school cannot name
another's object.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast
from urllib.parse import quote, urlsplit
from uuid import UUID

import boto3
import boto3.exceptions
import smart_open.s3
import urllib3
from botocore.config import Config
from botocore.exceptions import ClientError, HTTPClientError, IncompleteReadError, NoCredentialsError
from botocore.exceptions import ConnectionError as NoConnection
from django.conf import settings

from colonnade.lib.presigning import Signer
from colonnade.lib.tenancy import current_tenant_id

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

PART_SIZE_MINIMUM = 5 * 1024 * 1024  # S3's own, for all parts but the last
PARTS_MAXIMUM = 10_000
LARGEST_COPY = 5 * 1024**3  # bytes, of one call


@cache
def client() -> "S3Client":
    """The S3 client of this process; it is safe to share between threads."""
    return _client(settings.S3_ENDPOINT_URL)


@cache
def _public_client() -> "S3Client":
    """Signs for the address that browsers use; it never connects."""
    return _client(settings.S3_PUBLIC_URL)


@cache
def _connections() -> urllib3.PoolManager:
    """To the store, for reading what is played."""
    again = urllib3.Retry(
        total=3, redirect=0, backoff_factor=0.1, status_forcelist=(500, 502, 503), raise_on_status=False
    )
    return urllib3.PoolManager(maxsize=50, timeout=urllib3.Timeout(connect=5, read=60), retries=again)


@cache
def _session() -> boto3.Session:
    return boto3.Session()


def _signer() -> Signer:
    if settings.S3_ACCESS_KEY_ID:
        return Signer(settings.S3_ACCESS_KEY_ID, settings.S3_SECRET_ACCESS_KEY, settings.S3_REGION)
    found = _session().get_credentials()  # the role of the machine; boto3 renews its keys
    if found is None:
        raise NoCredentialsError
    keys = found.get_frozen_credentials()
    return Signer(keys.access_key or "", keys.secret_key or "", settings.S3_REGION, keys.token or "")


def _client(endpoint: str) -> "S3Client":
    return boto3.client(
        "s3",
        endpoint_url=endpoint or None,
        region_name=settings.S3_REGION,
        aws_access_key_id=settings.S3_ACCESS_KEY_ID or None,  # None: the role of the machine, on AWS
        aws_secret_access_key=settings.S3_SECRET_ACCESS_KEY or None,
        config=Config(
            signature_version="s3v4",
            s3={"addressing_style": "path" if endpoint else "auto"},
            retries={"mode": "standard", "max_attempts": 5},
            connect_timeout=5,
            read_timeout=60,
            max_pool_connections=50,
            request_checksum_calculation="when_required",  # presigned parts and other makers' stores know no trailer
            response_checksum_validation="when_required",
        ),
    )


@dataclass(frozen=True)
class Part:
    """A part of a multipart upload; `size` in bytes."""

    number: int
    etag: str
    size: int = 0


class NoSuchObject(LookupError):
    """There is no object, or no upload, under that key."""


class Unchanged(Exception):
    """The object is the one that the asker has."""


class NoSuchRange(ValueError):
    """The object ends before the range begins."""


class StoreFailed(Exception):
    """The store answered with neither the object nor a reason that means anything to the asker."""

    def __init__(self, status: int, path: str) -> None:
        super().__init__(f"The object store answered {status} for {path}.")
        self.status = status


def is_outage(error: BaseException | None) -> bool:
    """Whether the store was out of reach or overloaded, so that the same call may well succeed later."""
    if isinstance(error, ClientError):
        code = error.response.get("Error", {}).get("Code")
        return error.response["ResponseMetadata"]["HTTPStatusCode"] >= 500 or code in ("SlowDown", "RequestTimeout")
    if isinstance(error, boto3.exceptions.S3UploadFailedError):
        return is_outage(error.__context__)
    if isinstance(error, StoreFailed):
        return error.status >= 500
    passing = (
        urllib3.exceptions.HTTPError,
        NoConnection,
        HTTPClientError,
        IncompleteReadError,
        boto3.exceptions.RetriesExceededError,
    )
    return isinstance(error, passing)


class _Heard:
    """A file to write to from the start to the end; boto3 still fetches several parts at a time."""

    def __init__(self, stream: BinaryIO, hear: Callable[[bytes], object]) -> None:
        self._stream, self._hear = stream, hear

    def write(self, data: bytes) -> None:
        self._stream.write(data)
        self._hear(data)


@dataclass(frozen=True)
class Bucket:
    """A bucket as the current tenant sees it."""

    name: str

    def key(self, path: str) -> str:
        """The key in the store of `path` of the current tenant."""
        return f"{current_tenant_id()}/{path}"

    def put(self, path: str, body: bytes | BinaryIO, *, content_type: str, cache_control: str = "") -> None:
        """Write an object whole."""
        headers: dict[str, Any] = {"CacheControl": cache_control} if cache_control else {}
        client().put_object(Bucket=self.name, Key=self.key(path), Body=body, ContentType=content_type, **headers)

    def put_file(self, path: str, file: Path, *, content_type: str, cache_control: str = "") -> None:
        """Write a file of any size, in parts where it is large."""
        extra = {"ContentType": content_type} | ({"CacheControl": cache_control} if cache_control else {})
        client().upload_file(str(file), self.name, self.key(path), ExtraArgs=extra)

    def get(self, path: str) -> bytes:
        """Read an object whole. Raises NoSuchObject."""
        try:
            return bytes(client().get_object(Bucket=self.name, Key=self.key(path))["Body"].read())
        except ClientError as error:
            raise _explained(error, path) from error

    def get_file(self, path: str, file: Path, hear: Callable[[bytes], object] = lambda data: None) -> None:
        """Read an object into a file; `hear` gets its bytes in order. Raises NoSuchObject."""
        try:
            with file.open("wb") as stream:
                client().download_fileobj(self.name, self.key(path), cast("BinaryIO", _Heard(stream, hear)))
        except ClientError as error:
            raise _explained(error, path) from error

    def reader(self, path: str) -> BinaryIO:
        """An object as a file that can be searched; it reads by ranges what is asked for. Raises NoSuchObject."""
        self.size(path)
        return cast("BinaryIO", smart_open.s3.open(self.name, self.key(path), "rb", client=client(), defer_seek=True))

    def writer(self, path: str) -> BinaryIO:
        """A file of any length, sent in parts while it is written. Closed, it is there; after an error it is not."""
        return cast("BinaryIO", smart_open.s3.open(self.name, self.key(path), "wb", client=client()))

    def copy(
        self, path: str, to: str, *, into: "Bucket | None" = None, content_type: str = "", cache_control: str = ""
    ) -> None:
        """Copy an object within the store, at most 5 GB, with all that is said of it, unless a `content_type` is given.

        Raises NoSuchObject.
        """
        source = {"Bucket": self.name, "Key": self.key(path)}
        anew = {"MetadataDirective": "REPLACE", "ContentType": content_type, "CacheControl": cache_control}
        said: Any = anew if content_type else {}
        target = into or self
        try:
            client().copy_object(Bucket=target.name, Key=target.key(to), CopySource=source, **said)  # type: ignore[arg-type]
        except ClientError as error:
            raise _explained(error, path) from error

    def size(self, path: str) -> int:
        """Bytes of an object. Raises NoSuchObject."""
        try:
            return client().head_object(Bucket=self.name, Key=self.key(path))["ContentLength"]
        except ClientError as error:
            raise _explained(error, path) from error

    def paths(self, below: str) -> Iterator[str]:
        """Every object's path that begins with `below`."""
        return (entry.path for entry in self.entries(below))

    def entries(self, below: str) -> Iterator["Entry"]:
        """Every object whose path begins with `below`, in the order of their paths; a thousand at a time."""
        own = len(self.key(""))
        for page in client().get_paginator("list_objects_v2").paginate(Bucket=self.name, Prefix=self.key(below)):
            for each in page.get("Contents", []):
                yield Entry(each["Key"][own:], each["Size"], each["LastModified"], each.get("StorageClass", ""))

    def change_class(self, path: str, storage_class: str, size: int) -> None:
        """Keep an object in another of the store's classes; `size` is its own, in bytes. Raises NoSuchObject."""
        key = self.key(path)
        source: Any = {"Bucket": self.name, "Key": key}
        kept: Any = {"StorageClass": storage_class, "MetadataDirective": "COPY"}
        try:
            if size <= LARGEST_COPY:
                client().copy_object(Bucket=self.name, Key=key, CopySource=source, **kept)
            else:  # in parts, which take over nothing of what is said of the object
                kept = {"StorageClass": storage_class, "ContentType": self._content_type(path)}
                client().copy(source, self.name, key, ExtraArgs=kept)
        except ClientError as error:
            raise _explained(error, path) from error

    def restore(self, path: str, *, days: int, speed: str) -> None:
        """Ask for an archived object to be readable for some days; asking again is no error. Raises NoSuchObject."""
        request: Any = {"Days": days, "GlacierJobParameters": {"Tier": speed}}
        try:
            client().restore_object(Bucket=self.name, Key=self.key(path), RestoreRequest=request)
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") != "RestoreAlreadyInProgress":
                raise _explained(error, path) from error

    def is_restored(self, path: str) -> bool:
        """Whether an archived object can be read by now. Raises NoSuchObject."""
        try:
            told = client().head_object(Bucket=self.name, Key=self.key(path)).get("Restore", "")
        except ClientError as error:
            raise _explained(error, path) from error
        return 'ongoing-request="false"' in told

    def _content_type(self, path: str) -> str:
        return client().head_object(Bucket=self.name, Key=self.key(path))["ContentType"]

    def delete(self, paths: Iterable[str]) -> None:
        """Delete objects; those that are not there are no error. Raises StoreFailed if the store keeps any."""
        keys = [self.key(path) for path in paths]
        for start in range(0, len(keys), 1000):  # S3's limit of one call
            answer = client().delete_objects(
                Bucket=self.name,
                Delete={"Objects": [{"Key": key} for key in keys[start : start + 1000]], "Quiet": True},
            )
            if errors := answer.get("Errors"):
                raise StoreFailed(503, f"{errors[0].get('Key')}, and {len(errors) - 1} more ({errors[0].get('Code')})")

    def begin_upload(self, path: str, *, content_type: str) -> str:
        """Begin a multipart upload; returns its id."""
        made = client().create_multipart_upload(Bucket=self.name, Key=self.key(path), ContentType=content_type)
        return made["UploadId"]

    def part_url(self, path: str, upload_id: str, number: int, *, expires_in: int = 3600) -> str:
        """A presigned address to which a browser can PUT one part; seconds until it expires."""
        return _public_client().generate_presigned_url(
            "upload_part",
            Params={"Bucket": self.name, "Key": self.key(path), "UploadId": upload_id, "PartNumber": number},
            ExpiresIn=expires_in,
        )

    def put_url(self, path: str, *, size: int, expires_in: int) -> str:
        """A presigned address to which a browser can PUT an object of so many bytes; seconds until it expires."""
        return _public_client().generate_presigned_url(
            "put_object",
            Params={"Bucket": self.name, "Key": self.key(path), "ContentLength": size},
            ExpiresIn=expires_in,
        )

    def download_url(self, path: str, *, filename: str, expires_in: int = 3600) -> str:
        """An address that a browser saves under this name; seconds until it expires."""
        disposition = f"attachment; filename*=UTF-8''{quote(filename, safe='')}"
        return _public_client().generate_presigned_url(
            "get_object",
            Params={"Bucket": self.name, "Key": self.key(path), "ResponseContentDisposition": disposition},
            ExpiresIn=expires_in,
        )

    def put_part(self, path: str, upload_id: str, number: int, body: bytes) -> Part:
        """Send one part from our side."""
        made = client().upload_part(
            Bucket=self.name, Key=self.key(path), UploadId=upload_id, PartNumber=number, Body=body
        )
        return Part(number, made["ETag"].strip('"'), len(body))

    def parts(self, path: str, upload_id: str) -> list[Part]:
        """The parts that have arrived, by number. Raises NoSuchObject when the upload is gone."""
        pages = client().get_paginator("list_parts").paginate(Bucket=self.name, Key=self.key(path), UploadId=upload_id)
        try:
            return [
                Part(part["PartNumber"], part["ETag"].strip('"'), part["Size"])
                for page in pages
                for part in page.get("Parts", [])
            ]
        except ClientError as error:
            raise _explained(error, path) from error

    def complete_upload(self, path: str, upload_id: str, parts: Iterable[Part]) -> None:
        """Join the parts into the object. Raises NoSuchObject when the upload is gone, ValueError for wrong parts."""
        listed = [{"PartNumber": part.number, "ETag": part.etag} for part in sorted(parts, key=lambda p: p.number)]
        try:
            client().complete_multipart_upload(
                Bucket=self.name,
                Key=self.key(path),
                UploadId=upload_id,
                MultipartUpload={"Parts": listed},  # type: ignore[typeddict-item]  # the stubs ask for checksums too
            )
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in ("InvalidPart", "InvalidPartOrder", "EntityTooSmall"):
                raise ValueError("The parts named are not the parts that arrived.") from error
            raise _explained(error, path) from error

    def abort_upload(self, path: str, upload_id: str) -> None:
        """Give an upload up and free its parts; one that is gone is no error."""
        try:
            client().abort_multipart_upload(Bucket=self.name, Key=self.key(path), UploadId=upload_id)
        except ClientError as error:
            if not isinstance(_explained(error, path), NoSuchObject):
                raise

    def open(self, path: str, *, byte_range: str = "", known_etag: str = "", body: bool = True) -> "Stored":
        """Open an object for streaming; `byte_range` as in the Range header, `known_etag` as in If-None-Match.

        Without `body` only what HTTP's HEAD tells. Raises NoSuchObject, Unchanged, NoSuchRange. Signed and asked by
        hand, which takes 0.6 of the CPU that boto3 takes (benchmarks/playback.py).
        """
        method = "GET" if body else "HEAD"
        headers = {"Range": byte_range} if byte_range else {}
        headers |= {"If-None-Match": known_etag} if known_etag else {}
        url = self._signed(method, path, settings.S3_ENDPOINT_URL, datetime.now(UTC), 900)
        answer = _connections().request(method, url, headers=headers, preload_content=False, decode_content=False)
        if answer.status not in (200, 206):
            answer.drain_conn()
            raise _refused(answer.status, path)
        return Stored(
            answer.stream(256 * 1024),
            int(answer.headers["Content-Length"]),
            answer.headers.get("Content-Type", ""),
            answer.headers.get("Content-Range", ""),
            answer.headers["ETag"],
            answer.close,
        )

    def public_url(self, path: str, *, at: datetime, seconds: int) -> str:
        """An address from which a browser may read the object from `at` for so many seconds."""
        return self._signed("GET", path, settings.S3_PUBLIC_URL, at, seconds)

    def _signed(self, method: str, path: str, endpoint: str, at: datetime, seconds: int) -> str:
        where = quote(self.key(path), safe="/-_.~")
        # Without an endpoint it is AWS, whose buckets are hosts.
        url = (
            f"{endpoint.rstrip('/')}/{self.name}"
            if endpoint
            else f"https://{self.name}.s3.{settings.S3_REGION}.amazonaws.com"
        )
        return _signer().sign(method, f"{url}/{where}", at=at, seconds=seconds)


@dataclass(frozen=True)
class Entry:
    """An object in a list; `size` in bytes, `storage_class` as the store names it, or empty."""

    path: str
    size: int
    modified_at: datetime
    storage_class: str = ""


@dataclass(frozen=True)
class Stored:
    """An opened object: chunks of bytes, size in bytes, and what HTTP wants to know of it.

    `close` it if the chunks are not read to their end: the connection is then given up instead of blocked.
    """

    chunks: Iterator[bytes]
    size: int
    content_type: str
    content_range: str
    etag: str
    close: Callable[[], None] = lambda: None


def store_origin() -> str:
    """Where browsers find the store: scheme and host, of AWS the bucket's own."""
    if not settings.S3_PUBLIC_URL:
        return f"https://{settings.S3_MEDIA_BUCKET}.s3.{settings.S3_REGION}.amazonaws.com"
    return "{0.scheme}://{0.netloc}".format(urlsplit(settings.S3_PUBLIC_URL))


def uploads() -> Bucket:
    """What people send."""
    return Bucket(settings.S3_UPLOADS_BUCKET)


def media() -> Bucket:
    """What is played and shown."""
    return Bucket(settings.S3_MEDIA_BUCKET)


def _explained(error: ClientError, path: str) -> Exception:
    match str(error.response.get("Error", {}).get("Code", "")):
        case "404" | "NoSuchKey" | "NoSuchUpload" | "NotFound":
            return NoSuchObject(path)
        case "304" | "NotModified":
            return Unchanged(path)
        case "416" | "InvalidRange":
            return NoSuchRange(path)
    return error


def _refused(status: int, path: str) -> Exception:
    known: dict[int, type[Exception]] = {304: Unchanged, 404: NoSuchObject, 416: NoSuchRange}
    return known[status](path) if status in known else StoreFailed(status, path)


@dataclass(frozen=True)
class UnfinishedUpload:
    """A multipart upload that is neither completed nor aborted."""

    tenant_id: UUID
    path: str
    upload_id: str
    begun_at: datetime


def unfinished_uploads() -> Iterator[UnfinishedUpload]:
    """Every school's, for the sweep of those that no row knows."""
    for page in client().get_paginator("list_multipart_uploads").paginate(Bucket=settings.S3_UPLOADS_BUCKET):
        for entry in page.get("Uploads", []):
            tenant_id, _, path = entry["Key"].partition("/")
            yield UnfinishedUpload(UUID(tenant_id), path, entry["UploadId"], entry["Initiated"])


def prepare_buckets(origins: list[str]) -> None:
    """Make both buckets where they are missing; let any page upload to one, those of `origins` play from the other.

    That is CORS; an origin may hold one `*`. Both need an address that was signed for them besides.
    """
    for name in (settings.S3_UPLOADS_BUCKET, settings.S3_MEDIA_BUCKET):
        try:
            client().head_bucket(Bucket=name)
        except ClientError:
            client().create_bucket(Bucket=name)
    # The browser reports an upload's ETag back to complete it.
    _let_pages(settings.S3_UPLOADS_BUCKET, ["*"], ["PUT"], exposed=["ETag"])
    _let_pages(settings.S3_MEDIA_BUCKET, origins, ["GET", "HEAD"], exposed=["Content-Length", "Content-Range", "ETag"])


def _let_pages(bucket: str, origins: list[str], methods: list[str], *, exposed: list[str]) -> None:
    client().put_bucket_cors(
        Bucket=bucket,
        CORSConfiguration={
            "CORSRules": [
                {
                    "AllowedOrigins": origins,
                    "AllowedMethods": methods,
                    "AllowedHeaders": ["*"],
                    "ExposeHeaders": exposed,
                    "MaxAgeSeconds": 3600,
                }
            ]
        },
    )
