"""An audit that stays in memory."""

from typing import Any


class FakeAudit(list[dict[str, Any]]):
    """Satisfies ``AuditTrail``; a test reads it as the list it is."""

    def __init__(
        self, *, full: Exception | None = None, stopped: Exception | None = None
    ) -> None:
        """``full`` is raised by every append, ``stopped`` by every deed that asks first."""
        super().__init__()
        self.full = full
        self.stopped = stopped

    def admit(self) -> None:
        if self.stopped is not None:
            raise self.stopped

    def append(self, **entry: Any) -> int:  # type: ignore[override]
        if self.full is not None:
            raise self.full
        super().append(entry)
        return len(self)

    def keep(self, **entry: Any) -> None:
        super().append(entry)
