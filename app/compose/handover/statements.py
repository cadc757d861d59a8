"""Statements about indexes that a laptop's project has: compared, and brought where chosen.

They belong to a device by its identity, as everything here does. None is ever lost: where
both sides stated something since and the laptop's shall hold, ours are taken back by one
more statement each, and can be had back.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from sqlalchemy import Engine, insert, select

from app.compose.handover.pairing import Pairing
from app.model.counter import Statement, StatementId, TakenBack, as_listed
from app.model.handover import Difference, State
from app.model.reading import PointId, split_point
from app.model.statementtext import in_a_line
from app.ports import Clock
from app.project.opening import Project
from app.project.statements import SqlStatements
from app.project.tables import StatementRow
from app.verbs import Viewer
from app.words import _

INDEX = "index"


def statement_differences(
    ours: Project, theirs: Project, pairing: Pairing
) -> Iterator[Difference]:
    """Yield the indexes about which the laptop's project states something ours does not."""
    there = theirs.statements.of(theirs.statements.points())
    names = {point: pairing.point(point) for point in there if _is_known(point, pairing)}
    here = ours.statements.of(list(names.values()))
    for point, name in sorted(names.items(), key=lambda each: each[1]):
        fresh, own = _apart(there[point], here[name]), _apart(here[name], there[point])
        if fresh:
            state = State.CHANGED if here[name] else State.NEW
            lines = tuple(in_a_line(each.says) for each in fresh)
            if own:
                state = State.CONFLICT
                lines = (*(f"{in_a_line(each.says)} → –" for each in own), *lines)
            yield Difference(INDEX, name, name, state, lines)


def bring_statements(
    theirs: tuple[Engine, Path],
    ours: tuple[Engine, Path],
    taken: Sequence[Difference],
    pairing: Pairing,
    wanted: set[str],
    viewer: Viewer,
    now: Clock,
) -> int:
    """Add what was taken of the laptop's statements to our staged configuration.

    Returns how many came. Statements about a device that stays on the laptop stay there.
    """
    source, target = SqlStatements(*theirs, now), SqlStatements(*ours, now)
    names = {each.id: each.state for each in taken if each.kind == INDEX}
    note = _("the laptop’s statements hold, as chosen on importing")
    count = 0
    for point in source.points():
        name = pairing.point(point)
        if name not in names or split_point(point)[0] not in wanted:
            continue
        there, here = source.of([point])[point], target.of([name])[name]
        if names[name] is State.CONFLICT:
            for each in _apart(_holding(here), there):
                target.state(name, TakenBack(each.id), note, viewer.name)
        fresh = {each.id for each in _apart(there, here)}
        count += len(fresh)
        _copy(theirs[0], ours[0], fresh, name)
    return count


def _is_known(point: PointId, pairing: Pairing) -> bool:
    return split_point(point)[0] in pairing.devices


def _apart(some: Sequence[Statement], others: Sequence[Statement]) -> list[Statement]:
    known = {each.id for each in others}
    return [each for each in some if each.id not in known]


def _holding(statements: tuple[Statement, ...]) -> list[Statement]:
    return [each.statement for each in as_listed(statements) if each.holds]


def _copy(theirs: Engine, ours: Engine, fresh: set[StatementId], name: PointId) -> None:
    """Copy rows as they are, in the order they were made, under our name of the index."""
    wanted = select(StatementRow.__table__).order_by(StatementRow.number)
    with theirs.connect() as look, ours.begin() as session:
        for row in look.execute(wanted.where(StatementRow.id.in_(fresh))).mappings():
            own = {key: value for key, value in row.items() if key != "number"}
            named = {"point": name, "device": split_point(name)[0]}
            session.execute(insert(StatementRow), own | named)
