"""Limits as the settings write them: "code=60/min,address=600/min"."""

import re
from typing import NamedTuple

from environs import ValidationError

SECONDS = {"sec": 1, "min": 60, "hour": 3600, "day": 86_400}
A_RATE = re.compile(rf"([1-9]\d*)/({'|'.join(SECONDS)})")


class Rate(NamedTuple):
    """So many at once, and so many in `seconds` from then on."""

    size: int
    seconds: int

    @property
    def pace(self) -> float:
        """Seconds until one more may come."""
        return self.seconds / self.size


Limits = dict[str, Rate]
"""Source → how much it may. A source that is missing is not limited."""


def rate(written: str) -> Rate:
    """Raises ValidationError."""
    match = A_RATE.fullmatch(written.strip())
    if match is None:
        raise ValidationError("Must look like 600/min.")
    return Rate(int(match[1]), SECONDS[match[2]])


def limits(written: str, sources: tuple[str, ...]) -> Limits:
    """Of these sources only; nothing written, nothing limited. Raises ValidationError."""
    found = {}
    for each in filter(None, (part.strip() for part in written.split(","))):
        source, separator, its_rate = each.partition("=")
        if not separator or source.strip() not in sources:
            example = ",".join(f"{source}=60/min" for source in sources)
            raise ValidationError(f"Must look like {example}.")
        found[source.strip()] = rate(its_rate)
    return found
