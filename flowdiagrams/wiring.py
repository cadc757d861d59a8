"""Ties each live element of a picture to the readings that change it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import singledispatch
from typing import Any

from PyQt6.QtCore import QRectF

from flowdiagrams.binding import Binding
from flowdiagrams.elements import Bar, Curve, Element, Field, Symbol, Title, Value
from flowdiagrams.ink import Ink
from flowdiagrams.items import BarItem, FieldItem, Live, RowItem
from flowdiagrams.looks import (
    bar_look,
    curve_look,
    field_look,
    reference,
    row_look,
    symbol_look,
    title_look,
)
from flowdiagrams.manifest import Manifest
from flowdiagrams.symbolart import SymbolArt
from flowdiagrams.symbolitems import CurveItem, SymbolItem, TitleItem
from widgets.controls.standing import Standing

Update = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Around:
    """What the elements of one picture share."""

    binding: Binding
    manifests: Mapping[str, Manifest]
    ink: Ink
    art: SymbolArt
    now: Callable[[], datetime]
    alarm: Callable[[Iterable[str]], Standing | None]  # the worst on the slots
    redraw: Callable[[QRectF], None]  # the still part of an area has changed


@dataclass(frozen=True, slots=True)
class Wired:
    """A live element: its item, and which slots call for which update."""

    item: Live[Any]
    updates: tuple[tuple[tuple[str, ...], Update], ...]
    name: str = ""  # how the corner calls its value
    measured: tuple[str, ...] = ()  # the slots whose age the corner tells


@singledispatch
def wire(element: Element, around: Around) -> Wired | None:  # noqa: ARG001 - no live part
    """Return the live part of an element; None when nothing of it changes."""
    return None


@wire.register
def _field(field: Field, around: Around) -> Wired:
    binding = around.binding
    binding.round_to(field.decimals, (field.slot,))
    unit = binding.spec(field.slot).unit
    item = FieldItem(field, binding.decimals(field.slot), unit, around.ink)

    def show() -> None:
        rows = item.two_rows
        alarm = around.alarm((field.slot,))
        item.show_look(field_look(field, binding, around.now(), alarm))
        if item.two_rows is not rows:
            around.redraw(item.plate_rect())

    def judge() -> None:
        against = reference(field, binding)
        if against != item.against:
            item.against = against
            around.redraw(item.plate_rect())
        show()

    others = tuple(slot for slot in field.slots() if slot != field.slot)
    name = field.tag or field.name
    return Wired(item, (((field.slot,), show), (others, judge)), name, (field.slot,))


@wire.register
def _row(value: Value, around: Around) -> Wired:
    around.binding.round_to(value.decimals, value.shows)
    item = RowItem(value, around.ink)

    def show() -> None:
        alarm = around.alarm(value.shows)
        item.show_look(row_look(value, around.binding, around.now(), alarm))

    name = value.tag or value.name
    return Wired(item, ((value.shows, show),), name, value.shows)


@wire.register
def _bar(bar: Bar, around: Around) -> Wired:
    item = BarItem(bar, around.ink)

    def show() -> None:
        alarm = around.alarm((bar.slot,))
        item.show_look(bar_look(bar, around.binding, around.now(), alarm))

    return Wired(item, (((bar.slot,), show),), "", (bar.slot,))


@wire.register
def _title(title: Title, around: Around) -> Wired:
    slot = _first_bound((title.mode, title.status), around.binding)
    item = TitleItem(title, slot, around.ink)

    def show() -> None:
        item.show_look(title_look(title, around.binding, around.now()))

    return Wired(item, ((title.slots(), show),), "", (title.status,))


@wire.register
def _curve(curve: Curve, around: Around) -> Wired:
    around.binding.round_to(curve.decimals, (curve.y,))
    item = CurveItem(curve, around.ink)
    return Wired(
        item, ((curve.slots(), lambda: item.show_look(curve_look(curve, around.binding))),)
    )


@wire.register
def _symbol(symbol: Symbol, around: Around) -> Wired | None:
    manifest = around.manifests[symbol.symbol]
    if not manifest.inputs:
        return None
    slots = dict(symbol.inputs)
    measured = tuple(slots[name] for name in manifest.inputs if name in slots)
    trusted = tuple(slots[name] for name in manifest.judged if name in slots)
    item = SymbolItem(
        symbol, manifest, _first_bound(trusted, around.binding), around.ink, around.art
    )

    def show() -> None:
        alarm = around.alarm(measured)
        item.show_look(symbol_look(symbol, manifest, around.binding, around.now(), alarm))

    return Wired(item, ((symbol.slots(), show),), symbol.label, trusted)


def _first_bound(slots: Iterable[str], binding: Binding) -> str:
    return next((slot for slot in slots if slot and binding.bound((slot,))), "")
