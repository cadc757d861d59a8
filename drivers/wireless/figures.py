"""What an ear has counted, in the words of the model; loop times become moments."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from statistics import median

from app.model.collector import CollectorFigures, CollectorKind
from app.model.device import LinkId
from app.model.reception import (
    AtReceiver,
    MeterReception,
    RadioFigures,
    ReceiverFigures,
    Stranger,
)
from drivers.wireless.ear import Ear
from drivers.wireless.heardmeter import HeardMeter
from drivers.wireless.traffic import Traffic

_MOST_STRANGERS = 200
_UNHEARD_DBM = -999.0
_MINUTE_S = 60.0
_NONE: Mapping[str, CollectorKind] = {}
_Moment = Callable[[float], datetime]


def figures_of(
    ear: Ear,
    link: LinkId,
    now: datetime,
    now_s: float,
    collectors: Mapping[str, CollectorKind] = _NONE,
) -> RadioFigures:
    """Return an ear's figures; ``now`` is the moment ``now_s`` of the loop's clock.

    ``collectors`` tells which receivers are collectors of which kind.
    """

    def moment(at_s: float) -> datetime:
        return now - timedelta(seconds=now_s - at_s)

    return RadioFigures(
        tuple(
            replace(
                _receiver(link, name, each, moment),
                per_minute=each.per_minute(now_s),
                missed_share=_missed(ear, name),
                unsure=each.unsure,
                collector=_collector(ear, name, each, collectors.get(name)),
            )
            for name, each in ear.traffic.items()
        ),
        tuple(_meter(each, moment) for each in ear.meters.values()),
    )


def _receiver(link: LinkId, name: str, traffic: Traffic, moment: _Moment) -> ReceiverFigures:
    loudest = sorted(
        traffic.heard.values(),
        key=lambda each: (_level(each.level_dbm), each.count),
        reverse=True,
    )
    strangers = tuple(
        Stranger(
            each.number.upper(), each.maker, each.count, each.level_dbm, moment(each.last_s)
        )
        for each in loudest[:_MOST_STRANGERS]
    )
    return ReceiverFigures(
        link,
        name,
        traffic.trouble or traffic.silence,
        traffic.telegrams,
        traffic.own,
        traffic.foreign,
        traffic.damaged,
        traffic.nothing,
        None if traffic.last_s is None else moment(traffic.last_s),
        strangers,
        traffic.fault,
        traffic.expected,
        traffic.judged,
        traffic.stands,
        traffic.again,
        traffic.best_dbm,
        traffic.reopened,
    )


def _collector(
    ear: Ear, receiver: str, traffic: Traffic, kind: CollectorKind | None
) -> CollectorFigures | None:
    """Return how a collector stands; others' meters are told apart up to `MOST_FOREIGN`."""
    if kind is None and traffic.charge is None:
        return None
    each_meter = (meter.reception.by_receiver.get(receiver) for meter in ear.meters.values())
    own = [ears for ears in each_meter if ears is not None]
    intervals_s = [ears.interval_s for ears in own if ears.interval_s is not None]
    often = median(intervals_s) / _MINUTE_S if intervals_s else None
    return CollectorFigures(kind, len(own) + len(traffic.heard), often, traffic.charge)


def _missed(ear: Ear, receiver: str) -> float | None:
    """Return of the meters a receiver hears which share of telegrams nobody heard."""
    heard = [
        each.reception
        for each in ear.meters.values()
        if receiver in each.reception.by_receiver and each.reception.heard > 1
    ]
    sent = sum(each.heard + each.missed for each in heard)
    return sum(each.missed for each in heard) / sent if sent else None


def _meter(meter: HeardMeter, moment: _Moment) -> MeterReception:
    reception = meter.reception
    by_receiver = sorted(
        reception.by_receiver.items(), key=lambda item: _level(item[1].best_dbm), reverse=True
    )
    return MeterReception(
        meter.device,
        meter.number.upper(),
        reception.heard,
        reception.again,
        reception.missed_share,
        reception.interval_s,
        reception.best_dbm,
        None if reception.heard_s is None else moment(reception.heard_s),
        meter.trouble,
        {cause.value: count for cause, count in reception.causes.items()},
        tuple(
            AtReceiver(name, each.count, each.level_dbm, each.best_dbm, moment(each.last_s))
            for name, each in by_receiver
        ),
    )


def _level(level_dbm: float | None) -> float:
    return _UNHEARD_DBM if level_dbm is None else level_dbm
