"""The device table as it is shown, ready to be written to a file."""

from collections.abc import Callable

from app.asked import DeviceView
from app.reports.render.book import Fixed
from app.reports.sheets.plaintable import Content, PlainTable
from app.reports.words import Words
from app.words import retold
from widgets.controls.quality import NO_VALUE, Style
from widgets.devicelist.table import DeviceTable
from widgets.models.measured import BY_ID, Measure, Measurements
from widgets.models.rows import Cell
from widgets.pagetype import PageContext


def device_sheet(
    table: DeviceTable, values: Measurements, context: PageContext, words: Words
) -> PlainTable:
    """Return the columns and rows shown, in their order; values as numbers with quality.

    ``words`` are the file's: the screen's, or those of paper in another language. A
    column of values that are not all simply good is followed by one of their flags.
    """
    _ = words
    rows, columns = table.rows_model.rows, table.columns_shown()
    heads: list[str] = []
    filled: list[list[Content]] = []

    def tell(text: str) -> str:
        return retold(text, words.language)

    for column in columns:
        cells = [column.cell(row) for row in rows]
        measure = BY_ID.get(column.id)
        heads.append(tell(column.title()) if measure is None else measure_head(measure, tell))
        if measure is None:
            filled.append([_text(cell, tell) for cell in cells])
            continue
        filled.append([_number(values, row, column.id) for row in rows])
        flags = [_flag(cell) for cell in cells]
        if any(flags):
            heads.append(_("Quality of {name}").format(name=tell(measure.title())))
            filled.append([tell(flag) or None for flag in flags])
    return PlainTable(
        _("Devices"),
        str(getattr(context.zone, "key", "") or "UTC"),
        context.now(),
        context.viewer.name,
        tuple(heads),
        list(zip(*filled, strict=True)) if filled else [],
    )


def measure_head(measure: Measure, tell: Callable[[str], str]) -> str:
    """Return name and unit of a quantity, the name in other words."""
    return measure.head().replace(measure.title(), tell(measure.title()), 1)


def _text(cell: Cell, tell: Callable[[str], str]) -> str | None:
    text = cell.text
    return None if text in ("", NO_VALUE) else tell(text)


def _number(values: Measurements, view: DeviceView, name: str) -> Fixed | None:
    """Return a value as far as the screen shows it: the decimals that its source tells."""
    measure = BY_ID[name]
    value = values.value(view, measure)
    if value is None:
        return None
    decimals = values.decimals(view, measure)
    return Fixed(round(value, decimals), decimals)


def _flag(cell: Cell) -> str:
    """Return what the style of a value says, "" for a good one."""
    told = cell.shown
    if told is None or told.style is Style.PLAIN:
        return ""
    _value, _comma, said = told.spoken.partition(", ")
    return said
