"""For what a project wants a second person, as it is kept."""

from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.database import reading, told
from app.errors import BadInput, Conflict
from app.model.second import (
    DEFAULT_WAIT_MIN,
    LEAST_WAIT_MIN,
    MOST_WAIT_MIN,
    Danger,
    SecondRules,
)
from app.users.tables import SafetyRow
from app.words import _

_ROW = "second person"


class SqlSecondRules:
    """The rule in ``config.sqlite``; methods block, any thread. No row: nothing is asked."""

    def __init__(self, engine: Engine, file: Path) -> None:
        self._engine, self._reading, self._file = engine, reading(engine), file

    def get(self) -> SecondRules:
        """Return what holds now; what an older program does not understand is left out."""
        with told(self._file), Session(self._reading) as session:
            row = session.get(SafetyRow, _ROW)
            return SecondRules() if row is None else _rules(row)

    def put(self, rules: SecondRules) -> SecondRules:
        """Keep the rules; `Conflict` when somebody else changed them meanwhile."""
        if not LEAST_WAIT_MIN <= rules.wait_min <= MOST_WAIT_MIN:
            raise BadInput(
                _("a request waits {least} to {most} minutes").format(
                    least=LEAST_WAIT_MIN, most=MOST_WAIT_MIN
                )
            )
        with told(self._file), Session(self._engine) as session, session.begin():
            row = session.get(SafetyRow, _ROW)
            if rules.version != (0 if row is None else row.version):
                raise Conflict(_("somebody else changed for what a second person is needed"))
            if row is None:
                row = SafetyRow(name=_ROW, version=0)
                session.add(row)
            row.content = {
                "dangers": sorted(each.value for each in rules.dangers),
                "wait_min": rules.wait_min,
            }
            row.version += 1
            session.flush()
            return _rules(row)


def _rules(row: SafetyRow) -> SecondRules:
    known = {each.value: each for each in Danger}
    named = row.content.get("dangers", ())
    wait = row.content.get("wait_min", DEFAULT_WAIT_MIN)
    return SecondRules(
        frozenset(known[each] for each in named if each in known), int(wait), row.version
    )
