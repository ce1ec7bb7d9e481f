from llm.backends.dummy import DummyBackend


class EnglishOnlyBackend(DummyBackend):
    """It writes English only, as the local model that ships does."""

    languages = frozenset({"en"})
