"""A PostgreSQL server for a measurement: the one of the tests, where a checkout has them."""

import importlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Protocol, cast

from app.databaseserver import ServerPlace


class NoServer(Exception):
    """There is none; the text says why."""


class OwnServer(Protocol):
    """What a measurement asks of it."""

    password: str

    def new_place(self) -> ServerPlace:
        """Return an empty database of its own."""
        ...


@contextmanager
def own_server(*, fsync: bool = False) -> Iterator[OwnServer]:
    """Run a server until the block ends; with ``fsync`` it keeps its word through a power cut.

    Raises:
        NoServer: The product stands without its tests, or no server's programs are here.
    """
    try:
        # By name: the product itself needs nothing of its tests.
        tests = importlib.import_module("tests.postgres")
    except ModuleNotFoundError as error:
        raise NoServer(
            f"the tests, which start one, are not beside the product: {error}"
        ) from None
    with ExitStack() as ending:
        try:
            server = ending.enter_context(tests.serving(fsync=fsync))
        except tests.NoServer as error:
            raise NoServer(str(error)) from None
        yield cast(OwnServer, server)
