"""``heatdesk statements``: what is known better than a meter told it, and stating it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from app.cli.command import Command
from app.cli.options import AsJson, PasswordFile, Project, User
from app.cli.person import who
from app.compose.joining import Joined, join
from app.compose.terminal import tell, tell_json
from app.errors import BadInput, PlantError
from app.model.counter import (
    INDEX_ROLES,
    Accepted,
    Break,
    Broken,
    Edit,
    Entered,
    IndexRules,
    Shape,
    Spread,
    Stated,
    Statement,
    StatementId,
    Withdrawn,
    rules_of,
    wraps_after,
)
from app.model.point import PointSpec
from app.model.reading import PointId, point_id, split_point
from app.model.statementtext import in_a_line
from app.project.filekinds import read_keepable
from app.words import _

_BREAKS = {"exchange": Break.EXCHANGE, "reset": Break.RESET, "counts-on": Break.UNIT}
_SPREADS = {"spread": Shape.EVEN, "spread-like-week-before": Shape.WEEK_BEFORE}
_PERIODS: Mapping[str, type[Withdrawn | Accepted]] = {"withdraw": Withdrawn, "accept": Accepted}
_KINDS = (*_BREAKS, "read", *_PERIODS, *_SPREADS)

Say = Annotated[
    str,
    typer.Option(
        help=_(
            "State something: exchange, reset, counts-on (with another unit, decimals or "
            "digits), read, withdraw, accept, spread, spread-like-week-before."
        )
    ),
]
At = Annotated[
    str, typer.Option("--at", help=_("When, as 2026-02-28T14:30; of a time FROM/TO."))
]
Figure = Annotated[
    str, typer.Option("--value", help=_("The figure that was read, with --say read."))
]
Final = Annotated[str, typer.Option(help=_("What the old one showed then."))]
Initial = Annotated[str, typer.Option(help=_("What the new one began with."))]
Guessed = Annotated[bool, typer.Option("--guessed", help=_("The final figure is a guess."))]
Photo = Annotated[
    Path | None,
    typer.Option(
        help=_("A picture of what the meter showed; it is kept with the device’s documents.")
    ),
]
Unit = Annotated[str, typer.Option(help=_("The unit from then on."))]
Decimals = Annotated[
    int | None, typer.Option(min=0, max=6, help=_("The decimals from then on."))
]
Digits = Annotated[
    int | None,
    typer.Option(min=2, max=15, help=_("All digits from then on, decimals included.")),
]
Most = Annotated[
    str, typer.Option(help=_("What it can count in an hour at most, from then on."))
]


@dataclass(frozen=True, slots=True)
class _Wish:
    """What a person typed, before it is understood."""

    kind: str
    at: str
    value: str
    final: str
    initial: str
    unit: str
    most_per_hour: str
    decimals: int | None
    digits: int | None
    guessed: bool


def run(
    project: Project,
    point: Annotated[
        str, typer.Argument(help=_("The index: DEVICE.POINT; left out, every index there is."))
    ] = "",
    say: Say = "",
    at: At = "",
    value: Figure = "",
    final: Final = "",
    initial: Initial = "",
    guessed: Guessed = False,
    photo: Photo = None,
    unit: Unit = "",
    decimals: Decimals = None,
    digits: Digits = None,
    most_per_hour: Most = "",
    take_back: Annotated[str, typer.Option(help=_("Take back the statement of this id."))] = "",
    reason: Annotated[str, typer.Option(help=_("Why; nothing is stated without."))] = "",
    as_json: AsJson = False,
    user: User = None,
    password_file: PasswordFile = None,
) -> None:
    """List what was stated about the indexes of meters, state something, or take it back."""
    if say and take_back:
        raise BadInput(_("state one thing at a time"))
    if say and say not in _KINDS:
        raise BadInput(
            _("{kind!r} cannot be stated; there are {kinds}").format(
                kind=say, kinds=", ".join(_KINDS)
            )
        )
    if (say or take_back or point) and "." not in point:
        raise BadInput(_("say about which index: DEVICE.POINT"))
    wish = _Wish(say, at, value, final, initial, unit, most_per_hour, decimals, digits, guessed)
    with join(project, *who(project, user, password_file)) as joined:
        if take_back:
            named = PointId(point), StatementId(take_back)
            back = joined.asked.meters.take_back(joined.viewer, *named, reason)
            _tell_made(joined.ask(back), as_json=as_json)
        elif say:
            says = _understood(joined, PointId(point), wish)
            made = _stated(joined, PointId(point), says, reason, photo)
            _tell_made(made, as_json=as_json)
        else:
            _list(joined, point, as_json=as_json)


COMMAND = Command("statements", run, 74)


def _stated(
    joined: Joined, point: PointId, says: Edit, reason: str, photo: Path | None
) -> Statement:
    """State something; a picture is kept first, and not kept where nothing comes of it."""
    asked, viewer = joined.asked, joined.viewer
    if photo is None:
        return joined.ask(asked.meters.state(viewer, point, says, reason))
    if not isinstance(says, Broken | Entered):
        raise BadInput(_("a picture shows an exchange, a reset or a reading, nothing else"))
    device, _key = split_point(point)
    content = read_keepable(photo)
    kept = joined.ask(
        asked.project.add_document(viewer, device, photo.stem, photo.name, content)
    )
    try:
        shown = replace(says, photo=kept.id)
        return joined.ask(asked.meters.state(viewer, point, shown, reason))
    except PlantError:
        joined.ask(asked.project.remove_document(viewer, kept.id))
        raise


class _Clock:
    """Moments as a person types them: by the plant's clock unless they say their zone."""

    def __init__(self, joined: Joined) -> None:
        self._zone = ZoneInfo(joined.ask(joined.asked.plant.zone_name(joined.viewer)))

    def moment(self, text: str) -> datetime:
        try:
            at = datetime.fromisoformat(text)
        except ValueError:
            raise BadInput(
                _("{moment!r} is no moment: write 2026-02-28T14:30").format(moment=text)
            ) from None
        return at if at.tzinfo else at.replace(tzinfo=self._zone)

    def span(self, text: str) -> tuple[datetime, datetime]:
        begin, slash, end = text.partition("/")
        if not slash:
            raise BadInput(_("{span!r}: write FROM/TO").format(span=text))
        return self.moment(begin), self.moment(end)


def _understood(joined: Joined, point: PointId, wish: _Wish) -> Edit:
    """Return what is stated; `BadInput` for what cannot be understood."""
    clock = _Clock(joined)
    if wish.kind == "read":
        return Entered(clock.moment(wish.at), _figure(wish.value))
    if wish.kind in _PERIODS:
        return _PERIODS[wish.kind](*clock.span(wish.at))
    if wish.kind in _SPREADS:
        return Spread(*clock.span(wish.at), _SPREADS[wish.kind])
    return Broken(
        clock.moment(wish.at),
        _BREAKS[wish.kind],
        _figure(wish.final) if wish.final else None,
        _figure(wish.initial) if wish.initial else None,
        _rules(joined, point, wish),
        wish.guessed,
    )


def _rules(joined: Joined, point: PointId, wish: _Wish) -> IndexRules | None:
    """Return how the index counts from then on; None where nothing of it was said."""
    said = (wish.unit, wish.most_per_hour, wish.decimals, wish.digits)
    if said == ("", "", None, None):
        return None
    known = rules_of(_spec(joined, point))
    most = _figure(wish.most_per_hour) if wish.most_per_hour else known.most_per_hour
    return replace(
        known,
        unit=wish.unit or known.unit,
        decimals=known.decimals if wish.decimals is None else wish.decimals,
        wraps_at=known.wraps_at if wish.digits is None else wraps_after(wish.digits),
        most_per_hour=most,
    )


def _spec(joined: Joined, point: PointId) -> PointSpec:
    device, key = split_point(point)
    for spec in joined.ask(joined.asked.plant.device(joined.viewer, device)).points:
        if spec.key == key:
            return spec
    raise BadInput(_("there is no point {point}").format(point=point))


def _figure(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise BadInput(_("{figure!r} is no figure of an index").format(figure=text)) from None


def _list(joined: Joined, point: str, *, as_json: bool) -> None:
    points = [PointId(point)] if point else _indexes(joined)
    for each in joined.ask(joined.asked.meters.statements(joined.viewer, points)):
        if as_json:
            tell_json(_plain(each.statement) | {"holds": each.holds})
        else:
            tell(_line(each))


def _indexes(joined: Joined) -> Sequence[PointId]:
    plant, viewer = joined.asked.plant, joined.viewer
    return [
        point_id(view.config.id, spec.key)
        for view in joined.ask(plant.devices(viewer))
        for spec in joined.ask(plant.device(viewer, view.config.id)).points
        if spec.role in INDEX_ROLES
    ]


def _tell_made(made: Statement, *, as_json: bool) -> None:
    if as_json:
        tell_json(_plain(made))
    else:
        tell(_line(Stated(made, holds=True)))


def _line(stated: Stated) -> str:
    made = stated.statement
    said = f"{made.id}  {made.point}  {in_a_line(made.says)}  {made.author}  {made.reason}"
    return said if stated.holds else f"{said}  {_('(taken back)')}"


def _plain(made: Statement) -> dict[str, object]:
    return {
        "id": made.id,
        "point": made.point,
        "says": in_a_line(made.says),
        "reason": made.reason,
        "author": made.author,
        "at": made.at.isoformat(),
    }
