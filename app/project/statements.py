"""What people stated about indexes, as it is kept: each for ever, none ever changed."""

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, fields
from datetime import datetime
from decimal import Decimal, InvalidOperation
from enum import Enum
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app.database import reading, told, understood
from app.errors import BadInput, Conflict, StoreBroken
from app.model.counter import (
    Accepted,
    Break,
    Broken,
    Edit,
    Entered,
    IndexRules,
    Shape,
    Spread,
    Statement,
    StatementId,
    TakenBack,
    Withdrawn,
    as_listed,
    in_force,
    moments,
)
from app.model.reading import PointId, split_point
from app.model.typed import require_keepable
from app.ports import Clock
from app.project.tables import StatementRow
from app.words import _

_KINDS: Mapping[str, type[Edit | TakenBack]] = {
    "broken": Broken,
    "withdrawn": Withdrawn,
    "entered": Entered,
    "accepted": Accepted,
    "spread": Spread,
    "taken-back": TakenBack,
}
_NAMES = {kind: name for name, kind in _KINDS.items()}
_MOST = 10_000  # of one index


class SqlStatements:
    """The statements in ``config.sqlite``, an `app.ports.StatementBook`; methods block."""

    def __init__(self, engine: Engine, file: Path, now: Clock) -> None:
        self._engine, self._reading, self._file, self._now = engine, reading(engine), file, now

    def points(self) -> list[PointId]:
        """Return every index that anything was ever stated about."""
        with told(self._file), Session(self._reading) as session:
            found = session.scalars(select(StatementRow.point).distinct())
            return sorted(map(PointId, found))

    def of(self, points: Collection[PointId]) -> Mapping[PointId, tuple[Statement, ...]]:
        """Return what was ever stated about the points, in the order it was."""
        found: dict[PointId, list[Statement]] = {point: [] for point in points}
        wanted = select(StatementRow).order_by(StatementRow.number)
        devices = {split_point(point)[0] for point in points}
        with told(self._file), understood(self._file), Session(self._reading) as session:
            for row in session.scalars(wanted.where(StatementRow.device.in_(devices))):
                if row.point in found:
                    found[PointId(row.point)].append(_statement(row))
        return {point: tuple(said) for point, said in found.items()}

    def state(
        self,
        point: PointId,
        says: Edit | TakenBack,
        reason: str,
        author: str,
        seen: int | None = None,
    ) -> Statement:
        """Keep a statement and return it; on return it is on the disk.

        Args:
            point: The index.
            says: What is stated.
            reason: Why.
            author: The name of who states it.
            seen: How many statements about the index its author knew of.

        Raises:
            BadInput: It makes no sense, gives no reason, takes back what does not hold, or
                says what is stated already.
            Conflict: Somebody else stated something meanwhile.
        """
        _require_sense(says)
        require_keepable(reason)
        made = Statement(
            StatementId(uuid4().hex), point, says, reason.strip(), author, self._now()
        )
        with told(self._file), Session(self._engine) as session, session.begin():
            mine = select(StatementRow).where(StatementRow.point == point)
            rows = session.scalars(mine.order_by(StatementRow.number)).all()
            known = tuple(_statement(row) for row in rows)
            if len(known) >= _MOST:
                raise BadInput(_("too much was stated about this index already"))
            if seen is not None and len(known) != seen:
                raise Conflict(
                    _("{name} stated something about this index meanwhile: look again").format(
                        name=known[-1].author if known else author
                    )
                )
            if isinstance(says, TakenBack):
                _require_holds(known, says.statement)
            elif says in in_force(known):
                raise BadInput(_("this is stated already"))
            session.add(
                StatementRow(
                    id=made.id,
                    point=point,
                    device=split_point(point)[0],
                    says=_text(says),
                    reason=made.reason,
                    author=author,
                    at=made.at,
                )
            )
        return made


def _require_sense(says: Edit | TakenBack) -> None:
    if isinstance(says, TakenBack):
        return
    begin, end = moments(says)
    if begin.tzinfo is None or end.tzinfo is None:
        raise BadInput("a statement about an index must say its time zone")
    if end < begin or (end == begin and not isinstance(says, Broken | Entered)):
        raise BadInput(_("this ends before it begins"))
    if isinstance(says, Broken) and says.kind is Break.UNIT and says.rules is None:
        raise BadInput(_("say in which unit the index goes on"))


def _require_holds(known: tuple[Statement, ...], wanted: StatementId) -> None:
    """Raise unless a statement is there and holds: what is taken back is not so twice."""
    if not any(each.statement.id == wanted and each.holds for each in as_listed(known)):
        raise BadInput(_("there is no such statement, or it was taken back already"))


def _text(says: Edit | TakenBack) -> str:
    """Return what is stated as JSON."""
    return json.dumps({"says": _NAMES[type(says)], **asdict(says)}, default=_plain)


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, Enum):
        return value.value
    raise TypeError(f"{value!r} cannot be kept")


def _statement(row: StatementRow) -> Statement:
    try:
        says = _said(json.loads(row.says))
    except (KeyError, TypeError, ValueError, InvalidOperation) as error:
        raise StoreBroken(f"statement {row.id} cannot be read: {error}") from error
    return Statement(
        StatementId(row.id), PointId(row.point), says, row.reason, row.author, row.at
    )


def _said(kept: Mapping[str, Any]) -> Edit | TakenBack:
    """Return what was stated from its JSON; raises for what is none."""
    kind = _KINDS[kept["says"]]
    kept = {"photo": "", **kept}  # what was stated before there were any has none
    given = {each.name: kept[each.name] for each in fields(kind)}
    for name in {"at", "start", "end"} & given.keys():
        given[name] = datetime.fromisoformat(given[name])
    for name in {"final", "initial", "value"} & given.keys():
        given[name] = _decimal(given[name])
    if kind is Broken:
        given["kind"] = Break(given["kind"])
        given["rules"] = None if given["rules"] is None else _rules(given["rules"])
    if kind is Spread:
        given["shape"] = Shape(given["shape"])
    return kind(**given)


def _rules(kept: Mapping[str, Any]) -> IndexRules:
    given = dict(kept)
    given["most_per_hour"] = _decimal(given["most_per_hour"])
    return IndexRules(**given)


def _decimal(kept: object) -> Decimal | None:
    return None if kept is None else Decimal(str(kept))
