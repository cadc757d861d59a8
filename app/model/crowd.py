"""Whether somebody is doing the same at many devices: one after the other is many, too."""

from collections import deque

MANY = 3  # devices within the window that one person may change so alone
WINDOW_S = 600.0


class Crowd:
    """Remembers at which devices each person did a thing lately (any steady clock, in s)."""

    def __init__(self) -> None:
        self._done: dict[tuple[str, str], deque[tuple[float, str]]] = {}

    def is_many(self, login: str, what: str, device: str, now_s: float) -> bool:
        """Whether this device would be one too many."""
        done = self._done.get((login, what), deque())
        while done and now_s - done[0][0] > WINDOW_S:
            done.popleft()
        others = {each for _at, each in done if each != device}
        return len(others) >= MANY

    def note(self, login: str, what: str, device: str, now_s: float) -> None:
        """Remember that it was done at a device."""
        self._done.setdefault((login, what), deque()).append((now_s, device))
