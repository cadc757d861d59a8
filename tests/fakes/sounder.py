"""A loudspeaker that writes down what it would have played."""


class FakeSounder:
    """Remembers the priorities played, oldest first."""

    def __init__(self) -> None:
        self.played: list[int] = []

    def play(self, priority: int) -> None:
        self.played.append(priority)
