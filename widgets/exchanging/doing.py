"""What a guided exchange asks the core for, in order; taken back again where a part fails."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np

from app.errors import PlantError
from app.history.readings import to_moment
from app.model.counter import Break, Broken, StatementId
from app.model.device import DeviceConfig
from app.model.exchange import Figures, Sent, exchanged
from app.model.point import PointSpec
from app.model.reading import PointId, point_id
from app.project.filekinds import read_keepable
from app.series import Series
from widgets.pagetype import PageContext

_AROUND = timedelta(days=2)  # so far from the moment, what came is looked at


@dataclass(frozen=True, slots=True)
class Read:
    """What was read of one index of the meter, in its unit; None for what nobody knows."""

    spec: PointSpec
    final: Decimal | None
    initial: Decimal | None


@dataclass(frozen=True, slots=True)
class Visit:
    """An exchange as it was done."""

    at: datetime
    read: Sequence[Read]
    guessed: bool  # the final readings are
    serial: str  # of the new meter, "" for none told
    reason: str  # as it is kept, with what was checked
    photo: Path | None


@dataclass(frozen=True, slots=True)
class Done:
    """What an exchange left, so that it can be taken back."""

    statements: Sequence[tuple[PointId, StatementId]]
    before: DeviceConfig
    after: DeviceConfig


async def beside_sent(
    context: PageContext, device: DeviceConfig, read: Sequence[Read], at: datetime
) -> list[Figures]:
    """Return what was read beside what the meter sent in the two days around."""
    points = [point_id(device.id, each.spec.key) for each in read]
    found = await context.asked.history.quarters(
        context.viewer, points, at - _AROUND, at + _AROUND
    )
    return [_figures(each, series, at) for each, series in zip(read, found, strict=True)]


async def do(context: PageContext, device: DeviceConfig, visit: Visit) -> Done:
    """State the exchange of every index, keep its photo and the new serial number.

    Raises:
        PlantError: Something was refused; what was done before it is taken back.
    """
    asked, viewer = context.asked, context.viewer
    points = [point_id(device.id, each.spec.key) for each in visit.read]
    known = await asked.meters.statements(viewer, points)
    seen = {point: sum(each.statement.point == point for each in known) for point in points}
    photo, made = "", list[tuple[PointId, StatementId]]()
    after = exchanged(device, visit.serial)
    try:
        if visit.photo is not None:
            content = await asyncio.to_thread(read_keepable, visit.photo)
            kept = await asked.project.add_document(
                viewer, device.id, visit.photo.stem, visit.photo.name, content
            )
            photo = kept.id
        for point, each in zip(points, visit.read, strict=True):
            says = Broken(
                visit.at, Break.EXCHANGE, each.final, each.initial, None, visit.guessed, photo
            )
            stated = await asked.meters.state(viewer, point, says, visit.reason, seen[point])
            made.append((point, stated.id))
        if after != device:
            await asked.project.put_device(viewer, after, visit.reason, device)
    except PlantError:
        await _take_back(context, made, visit.reason)
        if photo:
            with suppress(PlantError):
                await asked.project.remove_document(viewer, photo)
        raise
    return Done(made, device, after)


async def undo(context: PageContext, done: Done, reason: str) -> None:
    """Take an exchange back: every sum is what it was; its photo stays with the device.

    Raises:
        PlantError: Somebody changed the device meanwhile, or a statement is taken back.
    """
    if done.before != done.after:
        await context.asked.project.put_device(context.viewer, done.before, reason, done.after)
    for point, statement in reversed(done.statements):
        await context.asked.meters.take_back(context.viewer, point, statement, reason)


async def keep_plan(
    context: PageContext, device: DeviceConfig, wanted: DeviceConfig
) -> DeviceConfig:
    """Keep the plan of an exchange with the device; return the device as it is now."""
    await context.asked.project.put_device(context.viewer, wanted, "", device)
    return wanted


async def _take_back(
    context: PageContext, made: Sequence[tuple[PointId, StatementId]], reason: str
) -> None:
    for point, statement in reversed(made):
        with suppress(PlantError):  # what refused the rest may refuse this: it is listed
            await context.asked.meters.take_back(context.viewer, point, statement, reason)


def _figures(read: Read, series: Series, at: datetime) -> Figures:
    spec, at_ms = read.spec, round(at.timestamp() * 1000)
    there = np.isfinite(series.values)
    early = np.flatnonzero(there & (series.times_ms <= at_ms))
    late = np.flatnonzero(there & (series.times_ms > at_ms))
    most = None if spec.most_per_hour is None else Decimal(str(spec.most_per_hour))
    told = Figures(spec.name, spec.unit, read.final, read.initial, most_per_hour=most)
    if len(early):
        told = replace(
            told, before=(_sent(series, early[0], spec), _sent(series, early[-1], spec))
        )
    return replace(told, after=_sent(series, late[0], spec)) if len(late) else told


def _sent(series: Series, nth: "np.intp", spec: PointSpec) -> Sent:
    at = to_moment(int(series.times_ms[nth]))
    return at, Decimal(f"{series.values[nth]:.{spec.decimals}f}")
