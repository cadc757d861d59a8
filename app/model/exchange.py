"""The exchange of a meter as it is planned and done on a visit, and what looks odd about it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from app.errors import BadInput
from app.model.counter import LONGEST_REASON
from app.model.device import DeviceConfig, Option
from app.words import _

_AT, _SERIAL, _REASON = "exchange_at", "exchange_serial", "exchange_reason"
_OWN = (_AT, _SERIAL, _REASON)
_MANY_TIMES = 4  # what an index counted as usual, before it is told as much
_S_PER_HOUR = 3600
LONGEST_SERIAL = 60  # characters

Sent = tuple[datetime, Decimal]  # when the meter told a figure, and that


@dataclass(frozen=True, slots=True)
class Plan:
    """An exchange still to come; it lies with the device, for whoever makes the visit."""

    at: datetime
    serial: str  # of the new meter; "" where nobody knows it yet
    reason: str


@dataclass(frozen=True, slots=True)
class Figures:
    """What was read of one index: on the old meter at its end, on the new one at its start.

    ``before`` is what the meter sent around then: the first and the last figure of the days
    before, ``after`` the first one since. None for what nobody knows.
    """

    name: str
    unit: str
    final: Decimal | None
    initial: Decimal | None
    before: tuple[Sent, Sent] | None = None
    after: Sent | None = None
    most_per_hour: Decimal | None = None


def plan_of(device: DeviceConfig) -> Plan | None:
    """Return the exchange that is planned for a device; None without one."""
    at, serial, reason = (str(device.options.get(each) or "") for each in _OWN)
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        return None
    return None if moment.tzinfo is None else Plan(moment, serial, reason)


def planned(device: DeviceConfig, plan: Plan | None) -> DeviceConfig:
    """Return the device with this plan and no other; None takes the one it has away."""
    others = {key: value for key, value in device.options.items() if key not in _OWN}
    said: Mapping[str, Option] = {}
    if plan is not None:
        said = {_AT: plan.at.isoformat(), _SERIAL: plan.serial, _REASON: plan.reason}
    return replace(device, options={**others, **{k: v for k, v in said.items() if v}})


def exchanged(device: DeviceConfig, serial: str) -> DeviceConfig:
    """Return the device after its exchange: the new serial number where one is told."""
    return replace(planned(device, None), serial=serial or device.serial)


def reason_words(reason: str, serial: str, checked: Sequence[str]) -> str:
    """Return why, by which meter, and what was checked, as it stands in the activity log.

    Raises:
        BadInput: No reason, or more than can be kept.
    """
    if not reason.strip():
        raise BadInput(_("say why: a figure is not changed without a reason"))
    parts = [reason.strip()]
    if serial:
        parts.append(_("new meter {serial}").format(serial=serial))
    if checked:
        parts.append(_("checked: {list}").format(list=", ".join(checked)))
    words = "; ".join(parts)
    if len(words) > LONGEST_REASON:
        raise BadInput(
            _("a reason takes at most {count} characters").format(count=LONGEST_REASON)
        )
    return words


def doubts(
    figures: Sequence[Figures], at: datetime, tell: Callable[[Decimal], str] = str
) -> list[str]:
    """Return a sentence for each thing that looks odd; none of them is refused.

    ``tell`` writes a figure as the person reads figures.
    """
    return [
        words
        for each in figures
        for words in (*_of_final(each, at, tell), *_of_start(each, at, tell))
    ]


def _of_final(told: Figures, at: datetime, tell: Callable[[Decimal], str]) -> list[str]:
    """Look at the final reading beside what the old meter sent."""
    if told.final is None:
        words = _("{name}: without a final reading its last hours stay unknown.")
        return [words.format(name=told.name)]
    if told.before is None:
        words = _("{name}: nothing came in the days before, so nothing tells whether it fits.")
        return [words.format(name=told.name)]
    last_at, last = told.before[1]
    if told.final < last:
        words = _("{name}: the final reading {final} is lower than {last} {unit}, which came.")
        final = tell(told.final)
        return [words.format(name=told.name, final=final, last=tell(last), unit=told.unit)]
    return _too_much(told, tell, told.final - last, (last_at, at))


def _of_start(told: Figures, at: datetime, tell: Callable[[Decimal], str]) -> list[str]:
    """Look at the start of the new meter beside the first that it sent."""
    if told.initial is None:
        words = _("{name}: without its start, what the new meter counted first stays unknown.")
        return [words.format(name=told.name)]
    if told.after is None:
        return []  # it has not spoken yet
    first_at, first = told.after
    if first < told.initial:
        words = _("{name}: the start {start} is higher than {first} {unit}, which came after.")
        start = tell(told.initial)
        return [words.format(name=told.name, start=start, first=tell(first), unit=told.unit)]
    return _too_much(told, tell, first - told.initial, (at, first_at))


def _too_much(
    told: Figures,
    tell: Callable[[Decimal], str],
    counted: Decimal,
    span: tuple[datetime, datetime],
) -> list[str]:
    """Look whether so much can be counted in that time, or is many times the usual."""
    hours = Decimal(round((span[1] - span[0]).total_seconds())) / _S_PER_HOUR + 1
    usual = _usual_per_hour(told)
    most = told.most_per_hour if usual is None else usual * _MANY_TIMES
    if most is None or counted <= most * hours:
        return []
    words = _("{name}: {amount} {unit} in {hours} h is far more than it usually counts.")
    amount = tell(counted)
    return [words.format(name=told.name, amount=amount, unit=told.unit, hours=round(hours - 1))]


def _usual_per_hour(told: Figures) -> Decimal | None:
    if told.before is None:
        return None
    (first_at, first), (last_at, last) = told.before
    seconds = Decimal(round((last_at - first_at).total_seconds()))
    return None if seconds <= 0 or last <= first else (last - first) * _S_PER_HOUR / seconds
