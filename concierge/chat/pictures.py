"""QR codes as pictures to print."""

import io
from typing import Literal

import segno

from properties.models import QRCode

Kind = Literal["svg", "png"]
CONTENT_TYPES: dict[Kind, str] = {"svg": "image/svg+xml", "png": "image/png"}

# A quarter of the code may be scratched or under a glass. A printed code leads a hard life.
ERROR_CORRECTION = "q"
# Modules of white around the code, as ISO/IEC 18004 demands.
QUIET_ZONE = 4
# Pixels a module: about 9 cm of sharp print at 300 dpi.
SCALE = 24


def qr_picture(qr_code: QRCode, kind: Kind) -> bytes:
    code = segno.make_qr(qr_code.public_url(), error=ERROR_CORRECTION)
    picture = io.BytesIO()
    if kind == "svg":
        code.save(picture, kind, scale=SCALE, border=QUIET_ZONE, title=str(qr_code), light="white")
    else:
        code.save(picture, kind, scale=SCALE, border=QUIET_ZONE)
    return picture.getvalue()
