"""Finding entries of the audit: by every column, in every order, however many there are."""

import json
import math
import sqlite3
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Engine,
    Text,
    case,
    cast,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction

from app.auditverbs import AuditEntry, AuditQuery, Sought
from app.database import reading, told, understood
from app.errors import BadInput
from app.users.tables import AuditRow

MOST_WRITTEN = 5_000  # different texts of a column that are told
AT_ONCE = 2_000  # entries told together
MOST_NUMBER = 2**63 - 1  # that the database holds
_FIELDS = ("seq", "at", "login", "name", "workstation", "verb", "entity")
FIELDS = (*_FIELDS, "old", "new", "result", "reason")
_COLUMNS: Mapping[str, Any] = {name: getattr(AuditRow, name) for name in FIELDS}
# What people read just as it is written; the others have words of the screen's language.
_AS_WRITTEN = ("who", "login", "workstation", "old", "new", "reason")
_BETWEEN = "\n"


class instr(GenericFunction[int]):  # noqa: N801 - as it is called in the database
    """At which letter of a text another begins, from 1; 0 where it does not stand in it."""

    inherit_cache = True


class json_each(GenericFunction[Any]):  # noqa: N801
    """The elements of a list given as JSON, one a row, in the column "value"."""

    inherit_cache = True


@compiles(instr, "postgresql")
def _instr(element: instr, compiler: SQLCompiler, **kw: Any) -> str:
    return f"strpos({compiler.process(element.clauses, **kw)})"


@compiles(json_each, "postgresql")
def _json_each(element: json_each, compiler: SQLCompiler, **kw: Any) -> str:
    return f"json_array_elements_text({compiler.process(element.clauses, **kw)}::json)"


class AuditSearch:
    """Looks into the audit's database; blocks, any thread. Raises `StoreBroken`."""

    def __init__(self, engine: Engine, file: Path) -> None:
        self._engine, self._file = reading(engine), file

    def found(self, query: AuditQuery) -> list[int]:
        """Return the numbers of the entries asked for, in the order asked for.

        Some tenths of a second for 100,000 entries. Raises `BadInput` for a column
        that does not exist.
        """
        wanted = select(AuditRow.seq).where(*_conditions(query))
        if query.order in ("seq", "at"):
            column = _COLUMNS[query.order]
            order = (column, AuditRow.seq)
            falling = [each.desc() for each in order] if query.falling else list(order)
            with told(self._file), self._engine.connect() as connection:
                _teach(connection)
                return list(connection.scalars(wanted.order_by(*falling)))
        pairs = wanted.add_columns(_column(query.order)).order_by(AuditRow.seq.desc())
        with told(self._file), understood(self._file), self._engine.connect() as connection:
            _teach(connection)
            rows = [(int(number), str(text)) for number, text in connection.execute(pairs)]
        key = _order(query.ranks)
        rows.sort(key=lambda row: key(row[1]), reverse=query.falling)
        return [number for number, _text in rows]

    def numbered(self, numbers: Sequence[int]) -> list[AuditEntry]:
        """Return the entries of some numbers, in their order; `BadInput` for too many."""
        if len(numbers) > AT_ONCE:
            raise BadInput(f"at most {AT_ONCE} entries are told at once")
        wanted = select(*_COLUMNS.values()).where(AuditRow.seq.in_(_listed(numbers)))
        with told(self._file), understood(self._file), self._engine.connect() as connection:
            rows = {row[0]: _entry(row) for row in connection.execute(wanted)}
        return [rows[number] for number in numbers if number in rows]

    def written(self, columns: Collection[str]) -> dict[str, list[str]]:
        """Return what is written in some columns, each text once, the most frequent first."""
        found = {}
        with told(self._file), understood(self._file), self._engine.connect() as connection:
            for name in columns:
                text = _column(name).label("text")
                many = func.count().desc()
                wanted = select(text).group_by(text).order_by(many, text).limit(MOST_WRITTEN)
                found[name] = [str(each) for each in connection.scalars(wanted)]
        return found


def _conditions(query: AuditQuery) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [_seeks(sought) for sought in query.sought]
    conditions += [_column(name).in_(_listed(values)) for name, values in query.among.items()]
    if query.start is not None:
        conditions.append(AuditRow.at >= _utc(query.start))
    if query.end is not None:
        conditions.append(AuditRow.at < _utc(query.end))
    if query.first is not None:
        conditions.append(AuditRow.seq >= literal(_held(query.first), BigInteger))
    if query.last is not None:
        conditions.append(AuditRow.seq <= literal(_held(query.last), BigInteger))
    return conditions


def _held(number: int) -> int:
    """Return a number as the database can hold it: what is further is as far as it goes."""
    return max(-MOST_NUMBER, min(number, MOST_NUMBER))


def _utc(moment: datetime) -> str:
    """Return a moment as entries have it, so that their texts compare like moments."""
    if moment.tzinfo is None:
        raise BadInput("a period needs its time zone")
    return moment.astimezone(UTC).isoformat()


def _seeks(sought: Sought) -> ColumnElement[bool]:
    """Return the condition that some words stand in an entry."""
    ways: list[ColumnElement[bool]] = []
    ways += [_column(name).in_(_listed(texts)) for name, texts in sought.means.items()]
    names = sought.columns or _AS_WRITTEN
    text: ColumnElement[str] = literal("")
    for name in names:
        text = text + _BETWEEN + _column(name)
    ways.append(func.instr(func.folded(text), sought.text.casefold()) > 0)
    return or_(*ways)


def _column(name: str) -> ColumnElement[str]:
    """Return a column as text: as written, or who it was."""
    if name == "who":
        return case((AuditRow.name == "", AuditRow.login), else_=AuditRow.name)
    if name not in _COLUMNS:
        raise BadInput(f"the activity log has no column {name!r}")
    column: ColumnElement[str] = _COLUMNS[name]
    return column


def _listed(values: Iterable[str] | Iterable[int]) -> Any:
    """Return values as one parameter, however many there are."""
    listed = list(values)
    each = func.json_each(json.dumps(listed)).table_valued("value")
    numbers = bool(listed) and isinstance(listed[0], int)
    return select(cast(each.c.value, BigInteger if numbers else Text))


def _teach(connection: Connection) -> None:
    """Let SQLite compare without upper and lower case in every alphabet, not A to Z alone.

    A server was taught the same when the project's databases were made there.
    """
    driver = connection.connection.driver_connection
    if isinstance(driver, sqlite3.Connection):
        driver.create_function("folded", 1, str.casefold, deterministic=True)


def _order(ranks: Sequence[str]) -> Callable[[str], tuple[int, float, str]]:
    """Return by what texts are sorted: their rank, else numbers by size before words."""
    places = {text: nth for nth, text in enumerate(ranks)}

    def key(text: str) -> tuple[int, float, str]:
        place = places.get(text)
        if place is not None:
            return 0, place, ""
        try:
            number = float(text)
        except ValueError:
            return 2, 0.0, text.casefold()
        return (1, number, "") if math.isfinite(number) else (2, 0.0, text.casefold())

    return key


def _entry(row: Any) -> AuditEntry:
    values = dict(zip(FIELDS, row, strict=True))
    return AuditEntry(**(values | {"at": datetime.fromisoformat(values["at"])}))
