"""How far a long piece of paper or a large file is, and whether anybody still wants it."""

from collections.abc import Callable

_EVERY = 500  # rows between two words about it


class Pace:
    """Asked by the work whether it was given up; told by it how far it is.

    The work runs in one thread and another reads ``done`` and ``of`` (rows or pages) now
    and then; whole numbers need no lock.
    """

    def __init__(self, given_up: Callable[[], bool] = lambda: False) -> None:
        self._given_up = given_up
        self.done, self.of = 0, 0

    def __call__(self) -> bool:
        """Whether the work was given up."""
        return self._given_up()

    def step(self, done: int, of: int) -> None:
        """Say how far the work is."""
        self.done, self.of = done, of


def tell(given_up: Callable[[], bool], done: int, of: int) -> None:
    """Say how far the work is to whoever asked for it and wants to know."""
    if isinstance(given_up, Pace):
        given_up.step(done, of)


def tell_rows(given_up: Callable[[], bool], done: int, of: int) -> None:
    """Say it of rows: not of each, for they are many and quick."""
    if done % _EVERY == 0:
        tell(given_up, done, of)
