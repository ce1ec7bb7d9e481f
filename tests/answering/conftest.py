from tests.connections import _the_threads_connections_are_closed  # noqa: F401  for every test
