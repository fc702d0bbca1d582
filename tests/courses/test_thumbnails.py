"""Pictures are what they say, come out small and clean, and go when the next one comes."""

import tracemalloc
from io import BytesIO

import pytest
from PIL import Image, ImageCms
from procrastinate.contrib.django.models import ProcrastinateJob

from colonnade.accounts.models import User
from colonnade.audit.models import AuditEntry
from colonnade.courses import actions, jobs
from colonnade.courses.drawing import drawn
from colonnade.courses.models import Course, drawn_picture, small
from colonnade.courses.pictures import BYTES_MAXIMUM, thumbnail
from colonnade.lib.objects import NoSuchObject, media
from colonnade.lib.problems import Invalid
from colonnade.lib.tenancy import current_tenant_id
from tests.courses.images import bomb, picture, saved
from tests.factories import School

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="800" height="600"><script>alert(1)</script></svg>'


def opened(body: bytes) -> Image.Image:
    return Image.open(BytesIO(body))


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "GIF", "AVIF"])
def test_a_picture_becomes_two_webp_files_in_16_to_9(format: str) -> None:
    made = thumbnail(picture((1600, 1000), format=format))
    large, little = opened(made.large), opened(made.small)
    assert (large.format, large.size) == ("WEBP", (1280, 720))
    assert (little.format, little.size) == ("WEBP", (480, 270))
    left, right = large.getpixel((100, 360)), large.getpixel((1180, 360))
    assert isinstance(left, tuple)
    assert isinstance(right, tuple)
    assert left[0] < 60
    assert right[0] > 200


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_every_kind_of_pixel_comes_out_as_colours(mode: str) -> None:
    image = (
        Image.new("I;16", (800, 600), 40_000) if mode == "I;16" else opened(picture((800, 600)).read()).convert(mode)
    )
    assert opened(thumbnail(saved(image, "PNG")).large).mode == "RGB"


def test_transparency_lies_on_white_and_small_pictures_are_not_enlarged() -> None:
    clear = Image.new("RGBA", (400, 300), (0, 0, 0, 0))
    large = opened(thumbnail(saved(clear, "PNG")).large)
    assert large.size == (400, 225)
    assert large.getpixel((5, 5)) == (255, 255, 255)


def test_a_phones_picture_stands_upright_and_tells_no_place() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held upright: turn it by 90° to the right
    exif.get_ifd(0x8825)[1] = "N"
    sideways = picture((1800, 1000), format="JPEG", exif=exif)  # dark left becomes dark top
    large = opened(thumbnail(sideways).large)
    assert large.size == (1000, 562)
    top, bottom = large.getpixel((500, 5)), large.getpixel((500, 557))
    assert isinstance(top, tuple)
    assert isinstance(bottom, tuple)
    assert top[0] < bottom[0]
    assert not large.getexif()
    assert "exif" not in large.info


def test_colours_of_another_profile_are_brought_into_srgb_and_a_broken_profile_is_no_obstacle() -> None:
    red = Image.new("RGB", (800, 600), (200, 60, 60))
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for profile in (lab, b"not a profile"):
        large = opened(thumbnail(saved(red, "PNG", icc_profile=profile)).large)
        pixel = large.getpixel((300, 300))
        assert isinstance(pixel, tuple)
        assert abs(pixel[0] - 200) < 8
        assert "icc_profile" not in large.info


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (BytesIO(b""), "empty"),
        (BytesIO(b"I am a text in a file called picture.png"), "not a picture"),
        (BytesIO(SVG), "not a picture"),
        (BytesIO(b"\x89PNG\r\n\x1a\n" + b"\0" * (20 * 1024 * 1024)), "larger than 10 MB"),
        (picture(format="TIFF"), "not a picture"),
        (bomb(30_000, 30_000), "million pixels"),
        (bomb(10_000, 9_500), "million pixels"),
        (bomb(1_000, 800), "damaged"),
        (BytesIO(picture(format="JPEG", quality=95).getvalue()[:6_000]), "damaged"),
        (picture((40, 30)), "at least 320 × 180"),
        (picture((4000, 100)), "at least 320 × 180"),
    ],
)
def test_what_is_no_fit_picture_is_told(file: BytesIO, sentence: str) -> None:
    file.seek(0)
    with pytest.raises(Invalid, match=sentence):
        thumbnail(file)


def test_a_bomb_is_refused_before_its_pixels_are_made() -> None:
    tracemalloc.start()
    with pytest.raises(Invalid):
        thumbnail(bomb(30_000, 30_000))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5_000_000


def test_of_an_endless_file_no_more_is_read_than_can_be_used() -> None:
    class Endless(BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            assert size is not None
            assert 0 < size <= BYTES_MAXIMUM + 1
            return b"\0" * size

    with pytest.raises(Invalid, match="larger than 10 MB"):
        thumbnail(Endless())


def test_a_picture_is_kept_and_the_former_one_goes_after_the_commit(school: School, owner: User) -> None:
    course = school.course()
    with school:
        first = actions.set_thumbnail(course=course, image=picture(), by=owner).thumbnail
        second = actions.set_thumbnail(course=course, image=picture(), by=owner).thumbnail
        assert first != second, "a name never stands for another picture"
        assert media().get(first), "still there: the change is not committed yet"
        assert _deletions() == [first]
        jobs.delete_thumbnail(path=first)
        for path in (first, small(first)):
            with pytest.raises(NoSuchObject):
                media().get(path)
        for path in (second, small(second)):
            assert opened(media().get(path)).format == "WEBP"
        course = actions.remove_thumbnail(course=course, by=owner)
        assert course.thumbnail == ""
        assert _deletions() == [first, second]
        actions.remove_thumbnail(course=course, by=owner)
        assert AuditEntry.objects.filter(action="course.thumbnail_set").count() == 2
        assert AuditEntry.objects.filter(action="course.thumbnail_removed").count() == 1


def test_deleting_a_course_deletes_its_picture(school: School, owner: User) -> None:
    course = school.course()
    with school:
        path = actions.set_thumbnail(course=course, image=picture(), by=owner).thumbnail
        actions.delete_course(course=Course.objects.get(pk=course.pk), by=owner)
        assert _deletions() == [path]


def test_a_bad_picture_leaves_the_present_one(school: School, owner: User) -> None:
    course = school.course()
    with school:
        path = actions.set_thumbnail(course=course, image=picture(), by=owner).thumbnail
        with pytest.raises(Invalid):
            actions.set_thumbnail(course=course, image=BytesIO(SVG), by=owner)
        assert Course.objects.get(pk=course.pk).thumbnail == path


def test_a_course_without_a_picture_has_a_drawn_one_of_its_title() -> None:
    greek, latin = Course(title="Greek"), Course(title="Latin")
    assert greek.picture == greek.small_picture == drawn_picture("Greek")
    assert greek.picture != latin.picture
    svg = drawn("01234567")
    assert svg == drawn("01234567")
    assert svg != drawn("89abcdef")
    assert "script" not in svg


def _deletions() -> list[str]:
    """The pictures that jobs will delete, in the order asked for; of this school alone, in this transaction."""
    found = ProcrastinateJob.objects.filter(
        task_name__endswith="delete_thumbnail", args__tenant_id=str(current_tenant_id())
    )
    return list(found.order_by("pk").values_list("args__path", flat=True))
