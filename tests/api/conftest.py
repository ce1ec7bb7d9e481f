from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from django.test import AsyncClient

from properties.models import Property

Ask = Callable[..., Awaitable[Any]]


@pytest.fixture
def ask(hotel: Property) -> Ask:
    """Post a body to the hotel's address, as JSON unless it is text already."""

    async def posted(
        body: Any,
        *,
        slug: str = hotel.slug,
        accept: str = "*/*",
        content_type: str = "application/json",
    ) -> Any:
        return await AsyncClient().post(
            f"/api/v1/properties/{slug}/ask",
            body,
            content_type=content_type,
            headers={"accept": accept},
        )

    return posted


@pytest.fixture
def broken_search(settings: Any) -> None:
    """No embedder is there: a real fault of an installation, early in every answer."""
    settings.EMBEDDER = "lost"
