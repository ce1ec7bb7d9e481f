"""The product's settings, with passwords that are quick to hash: staff log in hundreds of times."""

from concierge.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
