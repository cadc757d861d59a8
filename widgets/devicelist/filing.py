"""The device table as it is shown, ready to be written to a file."""

from app.asked import DeviceView
from app.reports.render.book import Fixed
from app.reports.sheets.plaintable import Content, PlainTable
from app.words import _
from widgets.controls.quality import NO_VALUE, Style
from widgets.devicelist.table import DeviceTable
from widgets.models.measured import BY_ID, Measurements
from widgets.models.rows import Cell
from widgets.pagetype import PageContext


def device_sheet(table: DeviceTable, values: Measurements, context: PageContext) -> PlainTable:
    """Return the columns and rows shown, in their order; values as numbers with quality.

    A column of values that are not all simply good is followed by one of their flags.
    """
    rows, columns = table.rows_model.rows, table.columns_shown()
    heads: list[str] = []
    filled: list[list[Content]] = []
    for column in columns:
        cells = [column.cell(row) for row in rows]
        heads.append(column.title())
        measure = BY_ID.get(column.id)
        if measure is None:
            filled.append([_text(cell) for cell in cells])
            continue
        filled.append([_number(values, row, column.id) for row in rows])
        flags = [_flag(cell) for cell in cells]
        if any(flags):
            heads.append(_("Quality of {name}").format(name=measure.title()))
            filled.append([flag or None for flag in flags])
    return PlainTable(
        _("Devices"),
        str(getattr(context.zone, "key", "") or "UTC"),
        context.now(),
        context.viewer.name,
        tuple(heads),
        list(zip(*filled, strict=True)) if filled else [],
    )


def _text(cell: Cell) -> str | None:
    text = cell.text
    return None if text in ("", NO_VALUE) else text


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
