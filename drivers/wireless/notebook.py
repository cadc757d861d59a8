"""What is known of meters by radio over a restart: their points, and how they were heard.

Each meter's own words are kept under a name of their own, the points of many alike once.
Nothing of it can be read out of a meter's readings but the moment of its clock, which tells
an old telegram that is sent again from a new one.
"""

import hashlib
import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from app.model.pointtext import Points, points_in, points_text
from app.model.undecoded import Cause
from app.ports import Clock, Heard
from drivers.mbus.telegram import BrokenTelegram
from drivers.wireless.ear import Ear
from drivers.wireless.heardmeter import HeardMeter
from drivers.wireless.reception import Ears

FIGURES_EVERY_S = 600.0  # what only counts on is not written more often than that
STAYS = timedelta(days=30)  # what was learned of a meter, after it was heard last
_AT_ONCE = 256  # meters looked at for one part of the news
_METER, _POINTS, _FORMAT = "meter:", "points:", "format:"
_NAME_LETTERS = 24


class _Told(NamedTuple):
    """What was told of a meter last, and when (loop time)."""

    points: str
    heard: int
    at_s: float


class Notebook:
    """Turns an ear's memory into texts and back; lives on the core's loop."""

    def __init__(self, ear: Ear, clock: Clock) -> None:
        """``clock`` tells the moments that are written for those of the loop's clock."""
        self._ear, self._clock = ear, clock
        self._told: dict[str, _Told] = {}
        self._names: dict[tuple[int, ...], tuple[str, Points]] = {}  # by objects, kept alive
        self._known: set[str] = set()  # names of points and formats that were told
        self._gone: list[str] = []
        self._place = 0

    def recall(self, learned: Mapping[str, str], now_s: float) -> Sequence[Heard]:
        """Take what was told before; return the points of meters, without readings.

        A text that makes no sense is forgotten: its meter is learned anew.
        """
        points: dict[str, Points] = {}
        found: list[Heard] = []
        for name, text in learned.items():
            if name.startswith(_FORMAT):
                self._recall_format(name, text)
        for device, meter in ((each.device, each) for each in self._ear.meters.values()):
            with suppress(ValueError, KeyError, TypeError, AttributeError, OverflowError):
                kept = json.loads(learned[_METER + device])
                own = kept["points"]
                if own not in points:
                    points[own] = points_in(learned[_POINTS + own])
                self._recall_meter(meter, kept, points[own], now_s)
                self._known.add(_POINTS + own)
                found.append(_heard_of(meter))
        wanted = self._known | {_METER + each.device for each in found}
        wanted |= _of_removed(learned, self._clock(), {*self._devices()})
        self._gone = [name for name in learned if name not in wanted]
        return found

    def _devices(self) -> Iterator[str]:
        return (_METER + each.device for each in self._ear.meters.values())

    def news(self, now_s: float, *, everything: bool = False) -> Mapping[str, str]:
        """Return a part of what is new since it was asked last, by name."""
        meters = list(self._ear.meters.values())
        start = 0 if everything else self._place
        part = meters[start:] if everything else meters[start : start + _AT_ONCE]
        self._place = start + len(part) if start + len(part) < len(meters) else 0
        told, self._gone = dict.fromkeys(self._gone, ""), []
        for meter in part:
            if meter.points and self._due(meter, now_s, everything=everything):
                self._tell(meter, now_s, told)
        for headings in self._ear.decoder.formats.learned:
            name = _FORMAT + headings.hex()
            if name not in self._known:
                self._known.add(name)
                told[name] = headings.hex()
        return told

    def _due(self, meter: HeardMeter, now_s: float, *, everything: bool) -> bool:
        before = self._told.get(meter.device)
        if before is None or before.points != self._name_of(meter.points):
            return True
        if before.heard == _count(meter):
            return False
        return everything or now_s - before.at_s >= FIGURES_EVERY_S

    def _tell(self, meter: HeardMeter, now_s: float, told: dict[str, str]) -> None:
        own = self._name_of(meter.points)
        if _POINTS + own not in self._known:
            self._known.add(_POINTS + own)
            told[_POINTS + own] = points_text(meter.points)
        self._told[meter.device] = _Told(own, _count(meter), now_s)
        told[_METER + meter.device] = _meter_text(meter, own, self._moments(now_s))

    def _name_of(self, points: Points) -> str:
        """Return a name that is the same for the same points."""
        key = tuple(map(id, points.values()))
        kept = self._names.get(key)
        if kept is None:
            digest = hashlib.sha256(points_text(points).encode()).hexdigest()
            kept = self._names[key] = digest[:_NAME_LETTERS], dict(points)
        return kept[0]

    def _moments(self, now_s: float) -> Callable[[float], str]:
        now = self._clock()
        return lambda at_s: (now - timedelta(seconds=now_s - at_s)).isoformat()

    def _recall_format(self, name: str, text: str) -> None:
        with suppress(ValueError, BrokenTelegram):
            self._ear.decoder.formats.add(bytes.fromhex(text))
            self._known.add(name)

    def _recall_meter(
        self, meter: HeardMeter, kept: Mapping[str, Any], points: Points, now_s: float
    ) -> None:
        """Put a meter back as it was told; raises what malformed texts raise."""
        if kept["number"] != meter.number:
            raise ValueError(meter.number)
        now = self._clock()

        def at_s(moment: str) -> float:
            return now_s - max(0.0, (now - datetime.fromisoformat(moment)).total_seconds())

        reception = meter.reception
        ears = {
            str(name): Ears(int(count), at_s(last), _level(level), _level(best))
            for name, (count, last, level, best) in kept["receivers"].items()
        }
        causes = {Cause(cause): int(count) for cause, count in kept["causes"].items()}
        clock = datetime.fromisoformat(kept["clock"]) if kept["clock"] else None
        before_s = at_s(kept["last"]) if kept["last"] else None
        heard, again, missed = (int(kept[each]) for each in ("heard", "again", "missed"))
        if min(heard, again, missed) < 0:
            raise ValueError(kept)
        interval_s, level = _level(kept["interval_s"]), _level(kept["level_dbm"])
        facts = {str(key): str(value) for key, value in kept["facts"].items()}
        meter.label, meter.keyed, meter.facts = str(kept["label"]), bool(kept["keyed"]), facts
        meter.points, meter.before = dict(points), set(points)
        meter.believe(clock, now_s)
        reception.heard, reception.again, reception.missed = heard, again, missed
        reception.interval_s, reception.best_dbm, reception.before_s = (
            interval_s,
            level,
            before_s,
        )
        reception.by_receiver, reception.causes = ears, causes
        self._told[meter.device] = _Told(kept["points"], _count(meter), now_s)


def _of_removed(learned: Mapping[str, str], now: datetime, here: Collection[str]) -> set[str]:
    """Return what stays of meters that were removed not long ago: that may be taken back."""
    stays = set[str]()
    for name in learned:
        if name.startswith(_METER) and name not in here:
            with suppress(ValueError, KeyError, TypeError, OverflowError):
                kept = json.loads(learned[name])
                if now - datetime.fromisoformat(kept["last"]) < STAYS and kept["number"]:
                    stays |= {name, _POINTS + str(kept["points"])}
    return stays & learned.keys()


def _count(meter: HeardMeter) -> int:
    """Return what grows with everything that is heard of a meter."""
    reception = meter.reception
    return reception.heard + reception.again + sum(reception.causes.values())


def _heard_of(meter: HeardMeter) -> Heard:
    return Heard(
        meter.device,
        points=dict(meter.points),
        facts=meter.facts,
        label=meter.label,
        interval_s=meter.reception.interval_s,
    )


def _meter_text(meter: HeardMeter, points: str, moment: Callable[[float], str]) -> str:
    reception = meter.reception
    return json.dumps(
        {
            "number": meter.number,
            "points": points,
            "label": meter.label,
            "facts": dict(meter.facts),
            "keyed": meter.keyed,
            "clock": meter.clock.isoformat() if meter.clock else "",
            "heard": reception.heard,
            "again": reception.again,
            "missed": reception.missed,
            "interval_s": reception.interval_s,
            "level_dbm": reception.best_dbm,
            "last": "" if reception.heard_s is None else moment(reception.heard_s),
            "causes": {cause.value: count for cause, count in reception.causes.items()},
            "receivers": {
                name: [each.count, moment(each.last_s), each.level_dbm, each.best_dbm]
                for name, each in reception.by_receiver.items()
            },
        }
    )


def _level(value: object) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(value)
    return float(value)
