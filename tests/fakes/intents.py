"""Sent wishes in memory; another control service over the same ones is a restart."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from app.model.control import WriteRequest, WriteResult, WriteState


class FakeIntents:
    """Keeps what was sent until it is told how it ended."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], WriteResult] = {}
        self.under_way: list[tuple[str, str, str, str]] = []

    def known(self, login: str, intent: str) -> WriteResult | None:
        return self.kept.get((login, intent))

    def begin(
        self, login: str, name: str, workstation: str, request: WriteRequest, old: float | None
    ) -> None:
        self.under_way.append((login, name, workstation, request.intent))
        self.kept[login, request.intent] = WriteResult(
            request.device,
            request.key,
            old,
            request.value,
            None,
            WriteState.UNCONFIRMED,
            "",
            datetime.now(UTC),
            by=name,
        )

    def end(self, login: str, intent: str, result: WriteResult) -> None:
        self.under_way = [e for e in self.under_way if (e[0], e[3]) != (login, intent)]
        self.kept[login, intent] = replace(result, by=self.kept[login, intent].by)

    def cut_off(self, reason: str) -> Sequence[tuple[str, str, str, WriteResult]]:
        cut, self.under_way = self.under_way, []
        for login, _name, _place, intent in cut:
            self.kept[login, intent] = replace(self.kept[login, intent], reason=reason)
        return [(login, name, place, self.kept[login, i]) for login, name, place, i in cut]
