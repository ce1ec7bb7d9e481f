"""A photo reaches guests small, upright and without where it was taken, and goes when done."""

import io
import os
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from PIL import Image

from concierge.history import photos as history_photos
from concierge.history.models import Change
from concierge.history.photos import tidy
from menus.models import Item
from properties import photos
from properties.models import Property
from properties.photos import LARGEST_BYTES, LARGEST_PIXELS
from retrieval.tenants import writing
from tests.admin.pages import address, form_values
from tests.history.conftest import Undo
from tests.retrieval.test_two_writers import HEAD_START, LONGEST_WAIT, Writer

ORIENTATION, GPS = 0x0112, 0x8825
RED, BLUE = (220, 30, 30), (30, 30, 220)


@pytest.fixture(autouse=True)
def media(tmp_path: Path) -> Iterator[Path]:
    with override_settings(MEDIA_ROOT=tmp_path):
        yield tmp_path


@pytest.fixture
def curry(hotel: Property) -> Item:
    return Item.objects.get()


def picture(width: int = 2000, height: int = 1000, mode: str = "RGB", **said: Any) -> bytes:
    """Its left half is red, its right half blue."""
    image = Image.new(mode, (width, height), RED if mode == "RGB" else 0)
    if mode == "RGB":
        image.paste(BLUE, (width // 2, 0, width, height))
    content = io.BytesIO()
    image.save(content, said.pop("format", "JPEG"), **said)
    return content.getvalue()


def from_a_kitchen(orientation: int = 1) -> bytes:
    """As a phone takes it: with the position, the camera and the way it was held."""
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    exif[0x010F] = "Kitchen phone"
    exif.get_ifd(GPS)[2] = (47.0, 30.0, 15.0)
    return picture(exif=exif)


def upload(client: Client, item: Item, content: bytes, name: str = "IMG_1234.jpg") -> Any:
    url = address(Item, "change", item.pk)
    sent = SimpleUploadedFile(name, content, "image/jpeg")
    return client.post(url, {**form_values(client, url), "photo": sent})


def errors(response: Any) -> str:
    return " ".join(response.context["adminform"].form.errors["photo"])


def files(media: Path) -> list[str]:
    return sorted(str(each.relative_to(media)) for each in media.rglob("*") if each.is_file())


def opened(item: Item) -> Image.Image:
    item.refresh_from_db()
    with item.photo.open() as file:
        return Image.open(io.BytesIO(file.read()))


def card_of(item: Item) -> dict[str, Any]:
    assert item.document_card
    return item.document_card


def test_what_a_camera_adds_is_gone(office: Client, curry: Item, media: Path) -> None:
    content = from_a_kitchen()
    assert Image.open(io.BytesIO(content)).getexif().get_ifd(GPS)
    assert upload(office, curry, content).status_code == 302
    for name in files(media):
        stored = (media / name).read_bytes()
        assert not Image.open(io.BytesIO(stored)).getexif()
        assert b"EXIF" not in stored
        assert b"Kitchen phone" not in stored
        assert "IMG_1234" not in name


def test_guests_load_the_width_that_they_need(office: Client, curry: Item, media: Path) -> None:
    upload(office, curry, picture())
    curry.refresh_from_db()
    sizes = card_of(curry)["photo_sizes"]
    assert [(each["width"], each["height"]) for each in sizes] == [
        (1280, 640),
        (640, 320),
        (320, 160),
    ]
    assert card_of(curry)["photo"] == sizes[0]["url"]
    for each in sizes:
        stored = (media / each["url"].removeprefix("/media/")).read_bytes()
        assert Image.open(io.BytesIO(stored)).size == (each["width"], each["height"])


@pytest.mark.parametrize(
    "size", [(4000, 2667), (2999, 1999), (1281, 7), (317, 211), (1, 1), (300, 4000)]
)
def test_every_width_that_a_card_names_is_there(
    office: Client, curry: Item, media: Path, size: tuple[int, int]
) -> None:
    upload(office, curry, picture(*size))
    curry.refresh_from_db()
    named = {each["url"].removeprefix("/media/") for each in card_of(curry)["photo_sizes"]}
    assert named == set(files(media))
    assert max(each["width"] for each in card_of(curry)["photo_sizes"]) <= size[0]


@pytest.mark.parametrize(
    ("orientation", "size"), [(1, (1280, 640)), (3, (1280, 640)), (6, (1000, 2000))]
)
def test_a_photo_stands_as_it_was_held(
    office: Client, curry: Item, orientation: int, size: tuple[int, int]
) -> None:
    upload(office, curry, from_a_kitchen(orientation))
    stored = opened(curry).convert("RGB")
    assert stored.size == size
    left_or_top = stored.getpixel((5, 5))
    assert isinstance(left_or_top, tuple)
    assert (left_or_top[0] > left_or_top[2]) == (orientation != 3)


def test_thirty_megabytes_are_refused_with_the_limit(office: Client, curry: Item) -> None:
    content = picture() + b"\0" * 30 * 1024 * 1024
    said = errors(upload(office, curry, content))
    assert "30 MB" in said
    assert f"at most {LARGEST_BYTES // 1024**2} MB" in said


@pytest.mark.parametrize("size", [(8000, 7000), (12000, 9000), (20000, 20000)])
def test_a_decompression_bomb_is_refused(
    office: Client, curry: Item, size: tuple[int, int]
) -> None:
    content = picture(*size, mode="1", format="PNG")
    assert len(content) < 200_000
    said = errors(upload(office, curry, content, "bomb.png"))
    assert f"more than {LARGEST_PIXELS // 1_000_000} million pixels" in said


@pytest.mark.parametrize(
    "content",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"\0\0\0\x18ftypheic\0\0\0\0heicmif1" + b"\0" * 500,
        picture()[:2000],
        picture(format="PNG")[:300],
        picture(format="BMP"),
        b"%PDF-1.7",
        b"GIF89a",
    ],
    ids=["svg", "heic", "cut jpeg", "cut png", "bmp", "pdf", "empty gif"],
)
def test_what_is_no_photo_is_refused_in_words(
    office: Client, curry: Item, media: Path, content: bytes
) -> None:
    assert "save it as JPEG, PNG or WebP" in errors(upload(office, curry, content))
    assert files(media) == []


def test_of_what_moves_the_first_picture_is_kept(office: Client, curry: Item) -> None:
    frames = [Image.new("RGB", (600, 400), colour) for colour in (RED, BLUE)]
    content = io.BytesIO()
    frames[0].save(content, "GIF", save_all=True, append_images=frames[1:])
    upload(office, curry, content.getvalue(), "moving.gif")
    stored = opened(curry)
    assert getattr(stored, "n_frames", 1) == 1
    pixel = stored.convert("RGB").getpixel((300, 200))
    assert isinstance(pixel, tuple)
    assert pixel[0] > 150


def test_what_is_transparent_stays_so(office: Client, curry: Item) -> None:
    content = io.BytesIO()
    Image.new("RGBA", (600, 400), (255, 0, 0, 0)).save(content, "PNG")
    upload(office, curry, content.getvalue(), "logo.png")
    assert opened(curry).mode == "RGBA"


def test_files_that_code_writes_go_the_same_way(curry: Item, media: Path) -> None:
    curry.photo = ContentFile(from_a_kitchen(), "import.jpg")
    curry.save()
    assert len(files(media)) == 3
    assert not any(b"Kitchen" in (media / name).read_bytes() for name in files(media))


def test_a_photo_that_is_not_touched_stays(office: Client, curry: Item, media: Path) -> None:
    upload(office, curry, picture())
    before = files(media)
    url = address(Item, "change", curry.pk)
    office.post(url, {**form_values(office, url), "price": "19.00"})
    curry.refresh_from_db()
    assert curry.photo.name in files(media) == before


# --- How long files stay ------------------------------------------------------------------------


def grow_old(media: Path) -> None:
    long_ago = time.time() - timedelta(days=2).total_seconds()
    for name in files(media):
        os.utime(media / name, (long_ago, long_ago))


def test_a_replaced_photo_goes_when_no_restore_can_want_it(
    office: Client, curry: Item, media: Path, take_back: Undo
) -> None:
    upload(office, curry, picture(600, 400))
    first = files(media)
    upload(office, curry, picture(500, 500))
    grow_old(media)
    tidy()
    assert set(first) < set(files(media))
    take_back()
    assert opened(curry).size == (600, 400)
    Change.objects.all().delete()
    tidy()
    assert files(media) == first


def test_a_deleted_dish_comes_back_with_its_photo(
    office: Client, curry: Item, media: Path, take_back: Undo
) -> None:
    upload(office, curry, picture(600, 400))
    office.post(address(Item, "delete", curry.pk), {"post": "yes"})
    grow_old(media)
    tidy()
    take_back()
    assert opened(curry).size == (600, 400)
    curry.delete()
    Change.objects.all().delete()
    tidy()
    assert list(media.rglob("dishes/*")) == []


@pytest.mark.usefixtures("hotel")
def test_an_upload_whose_row_is_not_committed_yet_stays(media: Path) -> None:
    (media / "dishes/new").mkdir(parents=True)
    (media / "dishes/new/600x400.webp").write_bytes(b"just written")
    tidy()
    assert files(media) == ["dishes/new/600x400.webp"]


@pytest.mark.django_db(transaction=True)
def test_photos_of_earlier_versions_are_made_small_in_place(curry: Item, media: Path) -> None:
    (media / "dishes").mkdir()
    (media / "dishes/IMG_1.jpg").write_bytes(from_a_kitchen(6))
    Item._base_manager.update(photo="dishes/IMG_1.jpg")
    curry.refresh_from_db()
    changes = Change.objects.count()
    assert tidy() == (1, 0)
    curry.refresh_from_db()
    assert opened(curry).size == (1000, 2000)
    assert "dishes/IMG_1.jpg" not in files(media)
    assert card_of(curry)["photo_sizes"][0]["width"] == 1000
    kept = Change.objects.latest("at").rows.get(after__isnull=False)
    assert kept.after
    assert kept.after["photo"] == curry.photo.name, "the history shows the photo by its new name"
    assert Change.objects.count() == changes, "nobody did this, so nobody undoes it"
    assert tidy() == (0, 0)


@pytest.mark.django_db(transaction=True)
def test_photos_are_made_small_while_staff_edit_their_dish(curry: Item, media: Path) -> None:
    store_raw(curry, media)
    locked, go_on = threading.Event(), threading.Event()

    def edit() -> None:
        with writing([curry.property_id]):
            locked.set()
            assert go_on.wait(LONGEST_WAIT)
            Item._base_manager.filter(pk=curry.pk).update(price="19.00")

    staff = Writer(edit)
    assert locked.wait(LONGEST_WAIT)
    worker = Writer(tidy)
    time.sleep(HEAD_START)
    go_on.set()
    staff.finish()
    worker.finish()
    curry.refresh_from_db()
    assert str(curry.price) == "19.00"
    assert opened(curry).size == (1280, 640)


@pytest.mark.django_db(transaction=True)
def test_nobody_waits_for_a_house_while_a_photo_is_made_small(
    office: Client, curry: Item, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    encode, writers = photos.encode, []

    def encode_while_another_writes(upload: Any) -> photos.Photo:
        def write() -> None:
            with writing([curry.property_id]):
                pass

        writers.append(Writer(write))
        writers[-1].join(2)
        assert not writers[-1].is_alive(), "the house is held"
        return encode(upload)

    monkeypatch.setattr(photos, "encode", encode_while_another_writes)
    monkeypatch.setattr(history_photos, "encode", encode_while_another_writes)
    assert upload(office, curry, picture()).status_code == 302
    assert len(writers) == 1
    store_raw(curry, media)
    assert tidy()[0] == 1
    assert len(writers) == 2


def store_raw(item: Item, media: Path) -> None:
    """As before photos were made small."""
    (media / "dishes").mkdir(exist_ok=True)
    (media / "dishes/IMG_1.jpg").write_bytes(picture())
    Item._base_manager.filter(pk=item.pk).update(photo="dishes/IMG_1.jpg")
