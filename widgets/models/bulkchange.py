"""One setting of many devices at once: who has it, what stands there, what would be sent."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from app.asked import DeviceDetail
from app.control.limits import same
from app.errors import BadInput
from app.model.control import WriteResult, WriteState
from app.model.point import PointSpec, ValueKind
from app.model.reading import DeviceId, Reading
from app.sentences import told_sentence
from app.words import _
from widgets.controls.marks import Mark, write_mark, write_word
from widgets.controls.quality import NO_VALUE, exact, number_text
from widgets.models.points import group_text
from widgets.models.rows import Cell, Column, Tone
from widgets.models.staging import parse, problem_of


@dataclass(frozen=True, slots=True)
class Offered:
    """A setting that at least one of the devices has."""

    key: str
    spec: PointSpec  # as the first of the devices has it
    count: int  # of devices that have it

    @property
    def words(self) -> str:
        """Return how the setting is named in a list."""
        parts = (self.spec.name, group_text(self.spec), str(self.spec.number or ""))
        return " · ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Wish:
    """What shall become of the setting at one device."""

    device: DeviceId
    name: str
    spec: PointSpec | None  # None: this device has no such setting
    old: float | None = None  # what stands there, in the point's unit; None: not read
    new: float | None = None
    problem: str = ""  # why nothing can be sent
    unread: str = ""  # why its value is not known
    result: WriteResult | None = None

    @property
    def alike(self) -> bool:
        """Whether the value wished stands there already."""
        known = self.spec is not None and self.old is not None and self.new is not None
        return known and same(self.spec, self.new, self.old)  # type: ignore[arg-type]

    @property
    def ready(self) -> bool:
        """Whether it would be sent."""
        return (
            self.spec is not None
            and self.new is not None
            and not (self.problem or self.alike)
            and self.result is None
        )

    @property
    def returnable(self) -> bool:
        """Whether the value from before can be put back."""
        ended = self.result
        return (
            ended is not None and ended.state is WriteState.CONFIRMED and self.old is not None
        )


class BulkChange:
    """The wishes for one setting at every device chosen, in the devices' order."""

    def __init__(self, devices: Sequence[tuple[DeviceId, str]]) -> None:
        """``devices`` are told by id and name."""
        self._devices = tuple(devices)
        self._details: dict[DeviceId, DeviceDetail] = {}
        self.key = ""
        self.wishes: dict[DeviceId, Wish] = {}

    def describe(self, details: Iterable[DeviceDetail]) -> Sequence[Offered]:
        """Take what the devices are; return the settings they have, the commonest first."""
        self._details = {each.view.config.id: each for each in details}
        found: dict[str, Offered] = {}
        for detail in self._details.values():
            weekly = {key for plan in detail.week_programs for key in plan.times()}
            for spec in detail.points:
                if spec.is_setting and spec.key not in weekly:
                    known = found.get(spec.key, Offered(spec.key, spec, 0))
                    found[spec.key] = replace(known, count=known.count + 1)
        return sorted(found.values(), key=lambda each: -each.count)

    def choose(self, key: str) -> Sequence[DeviceId]:
        """Begin anew with a setting; return the devices that must be asked for it."""
        self.key = key
        self.wishes = {
            device: Wish(device, name, self._spec(device, key))
            for device, name in self._devices
        }
        return [wish.device for wish in self.wishes.values() if wish.spec is not None]

    def take_reading(self, device: DeviceId, reading: Reading | None, why: str = "") -> None:
        """Take what stands there now, or why that is not known."""
        wish = self.wishes.get(device)
        if wish is not None:
            value = reading.value if reading is not None else None
            old = float(value) if isinstance(value, int | float) else None
            self.wishes[device] = replace(wish, old=old, unread="" if old is not None else why)

    def propose(self, text: str) -> str:
        """Wish this value everywhere; return why it is none, "" when it is one.

        Each device judges by its own limits.
        """
        fault = ""
        for device, wish in self.wishes.items():
            if wish.spec is None:
                continue
            ended, old, new, problem = wish.result, wish.old, None, ""
            if ended is not None and ended.state is WriteState.CONFIRMED:
                old = ended.new
            if text.strip():
                try:
                    new = parse(text, wish.spec)
                    problem = problem_of(wish.spec, new, old)
                except BadInput as error:
                    problem = fault = str(error)
            self.wishes[device] = replace(wish, old=old, new=new, problem=problem, result=None)
        return fault

    def put_back(self) -> int:
        """Wish what stood there before at every device that was changed; return how many."""
        returned = 0
        for device, wish in self.wishes.items():
            if wish.spec is None:
                continue
            if wish.returnable and wish.old is not None and wish.new is not None:
                problem = problem_of(wish.spec, wish.old, wish.new)
                wish = replace(wish, old=wish.new, new=wish.old, problem=problem)  # noqa: PLW2901
                returned += 1
            else:
                wish = replace(wish, new=None, problem="")  # noqa: PLW2901 - left as it is
            self.wishes[device] = replace(wish, result=None)
        return returned

    def end(self, result: WriteResult) -> None:
        """Take how the write at one device ended."""
        wish = self.wishes.get(result.device)
        if wish is not None and result.key == self.key:
            self.wishes[result.device] = replace(wish, result=result)

    @property
    def ready(self) -> Sequence[Wish]:
        """What would be sent, in the devices' order."""
        return [wish for wish in self.wishes.values() if wish.ready]

    @property
    def returnable(self) -> int:
        """At how many devices the value from before can be put back."""
        return sum(wish.returnable for wish in self.wishes.values())

    @property
    def dangers(self) -> Sequence[str]:
        """What a person must read and accept first; an empty sentence for a mere consent."""
        rules = [wish.spec.write for wish in self.ready if wish.spec is not None]
        needed = [each for each in rules if each is not None and (each.confirm or each.danger)]
        return list(dict.fromkeys(each.danger for each in needed))

    def ended(self) -> Mapping[WriteState, int]:
        """Return how many writes ended how."""
        states = [wish.result.state for wish in self.wishes.values() if wish.result is not None]
        return {state: states.count(state) for state in WriteState if state in states}

    def _spec(self, device: DeviceId, key: str) -> PointSpec | None:
        detail = self._details.get(device)
        points = detail.points if detail is not None else ()
        return next((spec for spec in points if spec.key == key and spec.is_setting), None)


def wish_columns(area: Callable[[DeviceId], str]) -> Sequence[Column[Wish]]:
    """Return the columns of the table: device, what stands there, what is wished, its fate."""
    return (
        Column("device", lambda: _("Device"), lambda wish: Cell(wish.name), 160),
        Column(
            "area",
            lambda: _("Area"),
            lambda wish: Cell(area(wish.device), tone=Tone.QUIET),
            110,
        ),
        Column("old", lambda: _("Now"), _old, 104, right=True),
        Column("new", lambda: _("New"), _new, 104, right=True),
        Column("unit", lambda: _("Unit"), _unit, 48),
        Column("fate", lambda: _("Result"), fate, stretch=True),
    )


def fate(wish: Wish) -> Cell:
    """Return what will become, or became, of a wish; the tip has the whole sentence."""
    result = wish.result
    if result is not None:
        words = write_word(result.state)
        if result.reason:
            words = f"{words}: {told_sentence(result.reason)}"
        return Cell(words, mark=write_mark(result.state), tip=words)
    if wish.spec is None:
        return Cell(_("It has no such setting."), tone=Tone.QUIET)
    if wish.unread:
        return Cell(wish.unread, mark=Mark("warning"), tip=wish.unread)
    if wish.problem:
        return Cell(wish.problem, mark=Mark("write-refused"), tip=wish.problem)
    if wish.alike:
        return Cell(_("It stands so already."), tone=Tone.QUIET)
    return Cell(_("Ready to be sent."), mark=Mark("presence-on")) if wish.ready else Cell()


def _old(wish: Wish) -> Cell:
    if wish.spec is None or wish.old is None:
        return Cell(NO_VALUE, tone=Tone.QUIET)
    return Cell(number_text(wish.old, wish.spec))


def _new(wish: Wish) -> Cell:
    if wish.spec is None or wish.new is None:
        return Cell()
    words = number_text(wish.new, wish.spec)
    if wish.problem and wish.spec.kind is ValueKind.NUMBER:
        words = exact(Decimal(str(wish.new)))  # rounded, what is refused would look right
    return Cell(words, strong=not wish.alike)


def _unit(wish: Wish) -> Cell:
    return Cell(wish.spec.unit if wish.spec is not None else "", tone=Tone.QUIET)
