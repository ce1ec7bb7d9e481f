"""What a verification was made of: a dish's name and description, as they were that day.

The hash is made in Python where a record is written and in SQL where it is read, so that no way of
editing a dish, not even a raw one, can leave a verification behind that seems to hold.
"""

import hashlib

from django.db.models import TextField, Value
from django.db.models.functions import MD5, Concat


def recipe_of(name: str, description: str) -> str:
    return hashlib.md5(f"{name}\n{description}".encode(), usedforsecurity=False).hexdigest()


def recipe_in_sql() -> MD5:
    """The same, of each row of the dishes."""
    return MD5(Concat("name", Value("\n"), "description", output_field=TextField()))
