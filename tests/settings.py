"""The product's settings, with passwords that are quick to hash: staff log in hundreds of times."""

from concierge.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# What the local model may write by itself is tested as well; a house's default is not to let it.
LOCAL_ANSWERS = True
