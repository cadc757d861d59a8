"""An audit that stays in memory."""

from typing import Any


class FakeAudit(list[dict[str, Any]]):
    """Satisfies ``AuditTrail``; a test reads it as the list it is."""

    def __init__(self, *, full: Exception | None = None) -> None:
        super().__init__()
        self.full = full

    def append(self, **entry: Any) -> int:  # type: ignore[override]
        if self.full is not None:
            raise self.full
        super().append(entry)
        return len(self)
