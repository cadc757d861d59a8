"""What is wrong with a profile, and in which line of which file."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class ProfileError:
    """One fault of a profile file, as a sentence for the engineer who wrote it.

    ``file`` is the file's name as the folder lists it, ``line`` counts from 1.
    """

    file: str
    line: int
    sentence: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.sentence}"


class Faults:
    """Collects the faults of one profile, so that all are told and not only the first."""

    def __init__(self) -> None:
        self._found: list[ProfileError] = []

    def add(self, file: str, line: int, sentence: str) -> None:
        """Note one fault."""
        self._found.append(ProfileError(file, line, sentence))

    def extend(self, errors: Iterable[ProfileError]) -> None:
        """Note several faults found elsewhere."""
        self._found.extend(errors)

    def sorted(self) -> tuple[ProfileError, ...]:
        """Return each fault once, by file and line."""
        return tuple(sorted(set(self._found)))

    def __bool__(self) -> bool:
        return bool(self._found)
