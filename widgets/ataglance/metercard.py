"""The figures of a meter under their names, two abreast; what is not known says why."""

from functools import partial

from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.model.point import PointSpec
from app.model.profile import UnknownMap
from app.words import _
from widgets.controls.card import PAD, Card, Elided
from widgets.controls.plain import button, sentence
from widgets.controls.value_label import ValueLabel
from widgets.devicetabs.tabtype import Subject
from widgets.models.meterunits import in_trade_units
from widgets.pagetype import Show
from widgets.valuedoor import Door, open_by

_MOST = 8
_METER = "meter."


def meter_points(subject: Subject) -> list[PointSpec]:
    """Return the figures of a meter among a device's points."""
    return [spec for spec in subject.live_points() if spec.role.startswith(_METER)][:_MOST]


def missing_meter(subject: Subject) -> UnknownMap | None:
    """Return what keeps a controller's meters unread, None when nothing does."""
    for each in subject.detail.unknown:
        if "meter" in each.key:
            return each
    return None


def meter_card(subject: Subject) -> Card | None:
    """Return the card of the device's meter, None when it has nothing to do with one."""
    points = meter_points(subject)
    if points:
        return _figures(subject, points)
    missing = missing_meter(subject)
    return None if missing is None else _unknown(subject, missing)


def _figures(subject: Subject, points: list[PointSpec]) -> Card:
    context = subject.context
    serial = subject.detail.identity.get("serial") or subject.detail.view.config.serial
    card = Card(_("Meter"), _("serial number {number}").format(number=serial) if serial else "")
    inside = QWidget()
    grid = QGridLayout(inside)
    grid.setContentsMargins(PAD, 8, PAD, 8)
    grid.setHorizontalSpacing(PAD)
    grid.setVerticalSpacing(8)
    for at, spec in enumerate(points):
        row, side = divmod(at, 2)
        turned = in_trade_units(spec)
        value = ValueLabel(
            subject.point(spec),
            turned.spec,
            context.feed,
            context.look,
            context.now,
            zone=context.zone,
            turn=turned.reading,
        )
        open_by(value, context, partial(_door, value, Door(subject.point(spec), spec)))
        pair = QVBoxLayout()
        pair.setSpacing(0)
        pair.addWidget(Elided(spec.name, "quiet"))
        pair.addWidget(value, 0, Qt.AlignmentFlag.AlignLeft)
        grid.addLayout(pair, row, side)
    for side in (0, 1):
        grid.setColumnStretch(side, 1)
    card.body.addWidget(inside)
    return card


def _unknown(subject: Subject, missing: UnknownMap) -> Card:
    card = Card(_("Heat meter"), _("not known yet"))
    inside = QVBoxLayout()
    inside.setContentsMargins(PAD, 8, PAD, PAD)
    inside.setSpacing(8)
    inside.addWidget(sentence(missing.title, ""))
    foot = QHBoxLayout()
    foot.addStretch(1)
    show = Show("device", subject.device, part="communication")
    foot.addWidget(button(_("Why, and what to set"), lambda: subject.context.show(show)))
    inside.addLayout(foot)
    card.body.addLayout(inside)
    return card


def _door(value: QWidget, door: Door, at: QPoint | None) -> tuple[Door, QPoint]:
    """Return the one value of a label, and where its menu belongs."""
    return door, value.mapToGlobal(at or value.rect().center())
