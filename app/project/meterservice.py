"""Statements about indexes as people make them: checked, kept, written into the log."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from math import isfinite

from app.errors import BadInput
from app.model.counter import (
    INDEX_ROLES,
    Broken,
    Edit,
    Entered,
    IndexRules,
    Stated,
    Statement,
    StatementId,
    TakenBack,
    as_listed,
    in_force,
    moments,
    rules_of,
)
from app.model.point import PointSpec
from app.model.reading import PointId, split_point
from app.model.statementtext import in_a_line
from app.model.units import unit
from app.ports import Clock, HistoryStore
from app.project.changes import ChangeDesk
from app.project.opening import Project
from app.verbs import Capability, Viewer, verb
from app.words import _

MOST_POINTS = 20_000  # of a list
_A_MOMENT = timedelta(milliseconds=1)
_AROUND = timedelta(days=2)  # so far from a moment the figure beside it is looked for
_FIRST = datetime(1970, 1, 2, tzinfo=UTC)  # no index was read before
_LONGEST = 15  # digits of a figure: what a sample can hold exactly


class MeterService:
    """A `MeterVerbs`; on the core's loop, its work aside."""

    def __init__(
        self,
        project: Project,
        desk: ChangeDesk,
        spec_of: Callable[[PointId], PointSpec | None],
        sent: HistoryStore,
        now: Clock,
    ) -> None:
        """``spec_of`` knows points, on the core's loop; ``sent`` is what meters told."""
        self._project, self._desk, self._spec_of = project, desk, spec_of
        self._sent, self._now = sent, now

    @verb(Capability.SEE_HISTORY)
    async def statements(self, viewer: Viewer, points: Sequence[PointId]) -> Sequence[Stated]:
        """Return everything ever stated about indexes, in the order it was stated."""
        if len(points) > MOST_POINTS:
            raise BadInput(
                _("at most {count} indexes at a time").format(count=f"{MOST_POINTS:,}")
            )
        book = self._project.statements
        found = await self._desk.work(lambda: book.of(points))
        return [each for point in dict.fromkeys(points) for each in as_listed(found[point])]

    @verb(Capability.EDIT_DEVICES)
    async def state(
        self, viewer: Viewer, point: PointId, says: Edit, reason: str, seen: int | None = None
    ) -> Statement:
        """State something about an index, from now on for every sum.

        Args:
            viewer: Who states it.
            point: The index.
            says: What is known better.
            reason: Why, in the person's words; none, no statement.
            seen: How many statements the person saw: more by now is a conflict.

        Raises:
            BadInput: No index, what is stated cannot be so, or its photo is no document of
                the device.
            Conflict: Somebody else stated something meanwhile.
            StoreBroken: The databases cannot be used.
        """
        spec = self._require_index(point)
        begin = self._require_possible(spec, says)

        def work() -> Statement:
            book = self._project.statements
            _require_figures(says, _rules_at(spec, begin, book.of([point])[point]))
            self._require_photo(point, says)
            old = self._as_sent(point, spec, says)
            made = book.state(point, says, reason, viewer.name, seen)
            self._note(viewer, "meters.state", made, old, in_a_line(says))
            return made

        return await self._desk.deed(work)

    @verb(Capability.EDIT_DEVICES)
    async def take_back(
        self,
        viewer: Viewer,
        point: PointId,
        statement: StatementId,
        reason: str,
        seen: int | None = None,
    ) -> Statement:
        """Take a statement back, as if it had never been made; that can be taken back, too.

        Raises:
            BadInput: There is none, or it was taken back already.
            Conflict: Somebody else stated something meanwhile.
            StoreBroken: The databases cannot be used.
        """

        def work() -> Statement:
            book = self._project.statements
            known = {each.id: each for each in book.of([point])[point]}
            made = book.state(point, TakenBack(statement), reason, viewer.name, seen)
            old = in_a_line(known[statement].says)
            self._note(viewer, "meters.take_back", made, old, in_a_line(made.says))
            return made

        return await self._desk.deed(work)

    def _note(
        self, viewer: Viewer, verb_name: str, made: Statement, old: str, new: str
    ) -> None:
        self._desk.note(
            viewer,
            verb_name,
            made.point,
            old=old,
            new=new,
            result=f"statement {made.id}",
            reason=made.reason,
        )

    def _require_index(self, point: PointId) -> PointSpec:
        spec = self._spec_of(point)
        if spec is None or spec.role not in INDEX_ROLES:
            raise BadInput(
                _("{point} is no index of a meter: nothing is counted there").format(
                    point=point
                )
            )
        return spec

    def _require_possible(self, spec: PointSpec, says: Edit) -> datetime:
        """Return the first moment a statement is about; `BadInput` where it cannot be."""
        begin, end = moments(says)
        if begin.tzinfo is None or end.tzinfo is None:
            raise BadInput("a statement about an index must say its time zone")
        if begin < _FIRST:
            raise BadInput(_("no index was read so long ago"))
        if begin > self._now():
            raise BadInput(_("this lies ahead: say it when it has happened"))
        if isinstance(says, Broken) and says.rules is not None:
            require_kind(spec.unit, says.rules)
        return begin

    def _require_photo(self, point: PointId, says: Edit) -> None:
        """Raise `BadInput` for a photo that is no document of the device."""
        if not isinstance(says, Broken | Entered) or not says.photo:
            return
        device, _key = split_point(point)
        kept = self._project.documents.all(device)
        if says.photo not in {each.id for each in kept}:
            raise BadInput(
                _("there is no document {document} of {device}").format(
                    document=says.photo, device=device
                )
            )

    def _as_sent(self, point: PointId, spec: PointSpec, says: Edit) -> str:
        """Return the figures the meter sent beside what is stated, for the log."""
        begin, end = (min(each, self._now()) for each in moments(says))
        before = self._figures_sent(point, begin - _AROUND, begin + _A_MOMENT)[-1:]
        after = self._figures_sent(point, max(end, begin + _A_MOMENT), end + _AROUND)[:1]
        return " → ".join(
            f"{value:.{spec.decimals}f} {spec.unit} ({at:%Y-%m-%d %H:%M} UTC)"
            for at, value in [*before, *after]
        )

    def _figures_sent(
        self, point: PointId, start: datetime, end: datetime
    ) -> list[tuple[datetime, float]]:
        """Return what the meter sent from a moment to before another."""
        (found,) = self._sent.ranges([point], max(start, _FIRST), end, "quarter")
        sent = zip(found.times_ms.tolist(), found.values.tolist(), strict=True)
        return [
            (datetime.fromtimestamp(time_ms / 1000, UTC), value)
            for time_ms, value in sent
            if isfinite(value)
        ]


def require_kind(sign: str, rules: IndexRules) -> None:
    """Raise `BadInput` unless an index told in ``sign`` can go on by these rules."""
    if unit(rules.unit).kind != unit(sign).kind:
        raise BadInput(
            _("{one} and {other} measure different things").format(one=sign, other=rules.unit)
        )
    if rules.most_per_hour is not None and rules.most_per_hour <= 0:
        raise BadInput(_("an index can count something in an hour"))


def _rules_at(spec: PointSpec, at: datetime, known: tuple[Statement, ...]) -> IndexRules:
    """Return how an index counts just before a moment, by its profile and what was stated."""
    stated = [
        each
        for each in in_force(known)
        if isinstance(each, Broken) and each.rules is not None and each.at < at
    ]
    newest = max(stated, key=lambda each: each.at, default=None)
    return rules_of(spec) if newest is None or newest.rules is None else newest.rules


def _require_figures(says: Edit, before: IndexRules) -> None:
    """Raise `BadInput` for a figure the index cannot show."""
    if isinstance(says, Entered):
        _require_figure(says.value, before)
    if isinstance(says, Broken):
        if says.final is not None:
            _require_figure(says.final, before)
        if says.initial is not None:
            _require_figure(says.initial, says.rules or before)


def _require_figure(figure: Decimal, rules: IndexRules) -> None:
    if not figure.is_finite() or figure < 0:
        raise BadInput(_("{figure} is no figure of an index").format(figure=figure))
    most = 10**_LONGEST if rules.wraps_at is None else rules.wraps_at
    if figure.adjusted() > _LONGEST or figure.scaleb(rules.decimals) >= most:
        raise BadInput(_("{figure} has more digits than the index").format(figure=figure))
