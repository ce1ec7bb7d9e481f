"""Photos that staff upload: checked, turned upright, made small, stripped of what cameras add.

A phone's photo holds where it was taken, and weighs megabytes. What is stored is WebP in a few
widths, under a name that nobody guesses. The size stands in the file's name, so a card needs
no look at the file to reserve its room.
"""

import io
import re
import secrets
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, BinaryIO

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.db import models
from django.db.models.fields.files import ImageFieldFile
from PIL import Image, ImageCms, ImageOps
from PIL.Image import DecompressionBombError, DecompressionBombWarning

WIDTHS = (1280, 640, 320)  # a large screen, a phone, a card on it at normal density
LARGEST_BYTES = 20 * 1024 * 1024
LARGEST_PIXELS = 50_000_000  # what phones take at their best; decoded it is 150 MB
QUALITY = 80
# Each decoder that is left out is one less that a forged file can reach.
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
ACCEPT = "image/jpeg,image/png,image/webp,image/gif"
ENCODED = re.compile(r"(?P<folder>.+/)(?P<width>\d+)x(?P<height>\d+)\.webp$")
UNREADABLE = (
    "This is no photo that can be read here: save it as JPEG, PNG or WebP and upload it again. "
    "(An iPhone's HEIC and drawings as SVG are not.)"
)
TOO_MANY_PIXELS = (
    f"This picture has more than {LARGEST_PIXELS // 1_000_000} million pixels: save it smaller and "
    "upload it again."
)
# Pillow's decoders raise what they like.
CUT_OR_FORGED = (OSError, SyntaxError, ValueError, EOFError, IndexError, OverflowError)
HELP = (
    f"As your phone takes it, up to {LARGEST_BYTES // 1024**2} MB: it is made small, and where it "
    "was taken is removed."
)

Size = tuple[int, int]


@dataclass(frozen=True)
class Photo:
    """One photo in its widths: size → WebP."""

    pictures: Mapping[Size, bytes]


def is_encoded(name: str) -> bool:
    return bool(ENCODED.match(name))


class EncodedFile(File):
    """An upload that was checked by a form already, so that it is encoded once."""

    def __init__(self, photo: Photo, name: str) -> None:
        super().__init__(io.BytesIO(), name)
        self.photo = photo


def check_weight(upload: File) -> None:
    """Raises ValidationError."""
    if upload.size > LARGEST_BYTES:
        raise ValidationError(
            f"This file has {upload.size / 1024**2:.0f} MB, and at most "
            f"{LARGEST_BYTES // 1024**2} MB are taken: save the photo smaller and upload it again."
        )


def encode(upload: BinaryIO | File) -> Photo:
    """Raises ValidationError with what to do about it."""
    upload.seek(0)
    try:
        return Photo(_widths(_upright(_opened(upload))))
    except (DecompressionBombError, DecompressionBombWarning):
        raise ValidationError(TOO_MANY_PIXELS) from None
    except CUT_OR_FORGED:
        raise ValidationError(UNREADABLE) from None


def encode_early(uploads: Iterable[Any]) -> None:
    """Before any lock is taken, as it takes a second: forms then find it done."""
    for upload in uploads:
        # What is no photo is said beside its field.
        with suppress(ValidationError):
            encoded(upload)


def encoded(upload: Any) -> Photo:
    """Each upload is encoded once. Raises ValidationError."""
    if not hasattr(upload, "encoded"):
        check_weight(upload)
        upload.encoded = encode(upload)
    return upload.encoded


def _opened(upload: Any) -> Image.Image:
    image = Image.open(upload, formats=FORMATS)
    if image.width * image.height > LARGEST_PIXELS:
        raise ValidationError(TOO_MANY_PIXELS)
    # A JPEG is decoded at a fraction of its size, never below what is kept of it.
    image.draft("RGB", (2 * WIDTHS[0], 2 * WIDTHS[0]))
    return image


def _upright(image: Image.Image) -> Image.Image:
    """As it was held, in the colours that every screen means; of what moves, the first picture."""
    turned = ImageOps.exif_transpose(image)
    mode = "RGBA" if turned.has_transparency_data else "RGB"
    return _in_srgb(turned).convert(mode)


def _in_srgb(image: Image.Image) -> Image.Image:
    """A camera's own colour profile is stripped with the rest, so its colours are converted."""
    profile = image.info.get("icc_profile")
    if not profile or image.mode not in {"RGB", "RGBA", "CMYK", "L"}:
        return image
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        mode = "RGBA" if image.mode == "RGBA" else "RGB"
        target = ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(image, source, target, outputMode=mode) or image
    except (ImageCms.PyCMSError, OSError):
        return image


def sizes_of(width: int, height: int) -> list[Size]:
    """Of a picture of this size, the largest first; never wider than it came."""
    widths = sorted({min(each, width) for each in WIDTHS}, reverse=True)
    return [(each, max(1, round(height * each / width))) for each in widths]


def _widths(image: Image.Image) -> dict[Size, bytes]:
    largest, *_ = sizes_of(image.width, image.height)
    # The smaller ones by the largest, as whoever knows only its name will look for them.
    return {
        size: _webp(image.resize(size, Image.Resampling.LANCZOS)) for size in sizes_of(*largest)
    }


def _webp(image: Image.Image) -> bytes:
    """Nothing is passed on but the pixels: no position, no camera, no preview."""
    image.info.clear()
    content = io.BytesIO()
    image.save(content, "WEBP", quality=QUALITY, method=4)
    return content.getvalue()


class PhotoFile(ImageFieldFile):
    """The largest picture; the others lie beside it."""

    def save(self, name: str, content: Any, save: bool = True) -> None:
        photo = content.photo if isinstance(content, EncodedFile) else encode(content)
        folder = self.field.generate_filename(self.instance, f"{secrets.token_urlsafe(12)}")
        for (width, height), picture in photo.pictures.items():
            self.storage.save(f"{folder}/{width}x{height}.webp", ContentFile(picture))
        width, height = max(photo.pictures)
        self.name = f"{folder}/{width}x{height}.webp"
        setattr(self.instance, self.field.attname, self.name)
        self._committed = True
        if save:
            self.instance.save()


def variants(photo: ImageFieldFile) -> list[dict[str, Any]]:
    """`url`, `width` and `height` of each picture, the largest first; [] for a raw upload."""
    parts = ENCODED.match(photo.name or "")
    if parts is None:
        return []
    return [
        {
            "url": photo.storage.url(f"{parts['folder']}{width}x{height}.webp"),
            "width": width,
            "height": height,
        }
        for width, height in sizes_of(int(parts["width"]), int(parts["height"]))
    ]


class PhotoFormField(forms.FileField):
    def clean(self, data: Any, initial: Any = None) -> Any:
        upload = super().clean(data, initial)
        if not upload or upload is initial:
            return upload
        return EncodedFile(encoded(upload), upload.name)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """A phone that is told so sends its HEIC as JPEG."""
        return {**super().widget_attrs(widget), "accept": ACCEPT}


class PhotoField(models.ImageField):
    """Whatever writes a file through it, form or import, stores what `encode` makes of it."""

    attr_class = PhotoFile

    def formfield(self, **options: Any) -> Any:
        return super().formfield(**{"form_class": PhotoFormField, "help_text": HELP, **options})

    def deconstruct(self) -> Any:
        """For migrations it is the column that it always was."""
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.ImageField", args, kwargs
