"""Signed reading: as AWS signs, and as botocore does."""

from datetime import UTC, datetime

import boto3
import pytest
from botocore.config import Config

from colonnade.lib.presigning import Signer

KEY, SECRET = "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"


def test_the_example_of_the_documentation_comes_out() -> None:
    """docs.aws.amazon.com: Authenticating Requests: Using Query Parameters."""
    at = datetime(2013, 5, 24, tzinfo=UTC)
    signed = Signer(KEY, SECRET, "us-east-1").sign(
        "GET", "https://examplebucket.s3.amazonaws.com/test.txt", at=at, seconds=86400
    )
    assert signed.endswith("&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404")


@pytest.mark.parametrize("token", ["", "passing+keys/of a role=="])
@pytest.mark.parametrize(
    "endpoint", ["http://127.0.0.1:9000", "https://store.example.org", "https://store.example.org:443"]
)
def test_it_is_what_botocore_signs(endpoint: str, token: str) -> None:
    client = boto3.client(
        "s3", endpoint_url=endpoint, region_name="eu-central-1", aws_access_key_id=KEY, aws_secret_access_key=SECRET,
        aws_session_token=token or None, config=Config(signature_version="s3v4", s3={"addressing_style": "path"}),
    )  # fmt: skip
    theirs = client.generate_presigned_url(
        "get_object", Params={"Bucket": "media", "Key": "a-b/c_d/1080p/00001.m4s"}, ExpiresIn=360
    )
    fields = dict(pair.split("=", 1) for pair in theirs.partition("?")[2].split("&"))
    at = datetime.strptime(fields["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    url = f"{endpoint}/media/a-b/c_d/1080p/00001.m4s"
    ours = Signer(KEY, SECRET, "eu-central-1", token).sign("GET", url, at=at, seconds=360)
    own = dict(pair.split("=", 1) for pair in ours.partition("?")[2].split("&"))
    assert own == fields
