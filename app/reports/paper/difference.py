"""The difference of two commissioning reports as a PDF."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from app.model.letterhead import Letterhead
from app.reports.difference_data import DifferenceData, Kind, SettingDifference, Side
from app.reports.filing import canonical, checksum
from app.reports.form import NOTHING, written
from app.reports.paper.closing import checksum_block, checksum_place
from app.reports.paper.columnheads import columns, table_head
from app.reports.paper.coverfacts import Row
from app.reports.paper.differencetable import (
    DifferenceRow,
    difference_head,
    schedule_rows,
    state_words,
)
from app.reports.paper.figures import Figure
from app.reports.paper.head import Masthead, facts, figure_boxes, masthead
from app.reports.paper.parts import base, row_line, section
from app.reports.reasons import reason_words
from app.reports.render import marks
from app.reports.render.frame import Frame, Page, print_pages
from app.reports.render.layout import Block, Drawn, Flow, Group, Stack
from app.reports.render.logo import load_logo
from app.reports.render.sheet import Sheet, wrap
from app.reports.render.style import BODY, DIM, FOOT, LEFT_MM, ROW_MM, STRONG, TOP_MM
from app.reports.words import Words, zone_letters

_GAP_MM = 4.4
_FACT_MM = (52.0, 62.0, 62.0)  # name, old, new
_LINE_MM = 3.6


def difference_pdf(data: DifferenceData, letterhead: Letterhead, words: Words) -> bytes:
    """Return the difference as a PDF. Blocks for a moment; any thread."""
    digest = checksum(canonical(data))
    flow = Flow(TOP_MM)
    flow.place(masthead(_masthead(data, letterhead, words), words))
    flow.place(facts(_facts(data.older, data, words), _facts(data.newer, data, words)), 1.0)
    flow.place(figure_boxes(difference_figures(data, words)), 3.8)
    _put_identity(flow, data, words)
    _put_settings(flow, data, words)
    for kind in (Kind.NOT_KNOWN, Kind.ONLY_OLDER, Kind.ONLY_NEWER):
        _put_others(flow, data, kind, words)
    flow.place(_legend(data, words))
    pages: list[Page] = [*flow.pages]
    pages[-1] = [
        *pages[-1],
        checksum_place(checksum_block(digest, len(pages), words, signed=False)),
    ]
    return print_pages(pages, _frame(data, digest, words), words)


def _masthead(data: DifferenceData, letterhead: Letterhead, _: Words) -> Masthead:
    zone = ZoneInfo(data.zone)
    names = dict.fromkeys((data.older.name, data.newer.name))
    return Masthead(
        number=data.number,
        utility=data.utility.name,
        address=data.utility.address,
        logo=load_logo(letterhead.logo),
        title=_("Difference of two reports"),
        subtitle=f"{data.older.number} → {data.newer.number} · {' → '.join(names)}",
        remark=_("Settings, schedule times and identification"),
        before=_("compared "),
        moment=f"{_.moment(data.made_at, zone)} {zone_letters(data.made_at, zone)}",
    )


def _facts(side: Side, data: DifferenceData, _: Words) -> list[Row]:
    zone = ZoneInfo(data.zone)
    label = _("Older report") if side is data.older else _("Newer report")
    return [
        Row(label, side.number, strong=True),
        Row(_("Device"), side.name),
        Row(_("Controller"), side.label or NOTHING),
        Row(_("Read"), f"{_.moment(side.read_at, zone)} {zone_letters(side.read_at, zone)}"),
        Row(_("Run by"), side.by),
        Row(_("Data"), f"{side.checksum[:4]} {side.checksum[4:8]} …"),
    ]


def difference_figures(data: DifferenceData, _: Words) -> list[Figure]:
    """Return the figures of the first page; each equals the marks in the tables."""
    follow = len(data.of_kind(Kind.CHANGED)) - data.changed
    followers = _.many("and {n} that follows another", "and {n} that follow another", follow)
    alone = len(data.of_kind(Kind.ONLY_OLDER)), len(data.of_kind(Kind.ONLY_NEWER))
    unknown = len(data.of_kind(Kind.NOT_KNOWN))
    return [
        Figure(
            str(data.changed),
            _.many("setting differs", "settings differ", data.changed),
            followers if follow else "",
            " " + _("of {n}").format(n=data.compared),
        ),
        Figure(
            str(len(data.schedule)),
            _.many("schedule time differs", "schedule times differ", len(data.schedule)),
            of=" " + _("of {n}").format(n=data.times),
        ),
        Figure(
            str(len(data.identity)),
            _.many("fact differs", "facts differ", len(data.identity)),
            _("identification"),
        ),
        Figure(str(unknown), _("not comparable"), _("a value is missing")),
        Figure(
            str(sum(alone)),
            _("only in one"),
            _("older {older}, newer {newer}").format(older=alone[0], newer=alone[1]),
        ),
    ]


@dataclass(frozen=True, slots=True)
class _Fact:
    cells: tuple[tuple[str, ...], ...]

    @property
    def height(self) -> float:
        return ROW_MM + (max(len(cell) for cell in self.cells) - 1) * _LINE_MM

    def draw(self, sheet: Sheet, top: float) -> None:
        row_line(sheet, top, self.height)
        x = LEFT_MM
        styles = (BODY.in_grey(DIM), BODY, STRONG)
        for width, texts, style in zip(_FACT_MM, self.cells, styles, strict=True):
            for index, text in enumerate(texts):
                sheet.text(x, base(top) + index * _LINE_MM, text, style)
            x += width


def _put_identity(flow: Flow, data: DifferenceData, _: Words) -> None:
    title = _("Identification")
    if not data.identity:
        flow.place(section(title, _("the same in both")), _GAP_MM)
        return
    rows = []
    for fact in data.identity:
        name = _(fact.name.replace("_", " ").capitalize())
        texts = (name, fact.old or NOTHING, fact.new or NOTHING)
        cells = [tuple(wrap(t, STRONG, w - 2)) for t, w in zip(texts, _FACT_MM, strict=True)]
        rows.append(_Fact(tuple(cells)))
    heads = zip((_("Fact"), _("Older"), _("Newer")), _FACT_MM, strict=True)
    head = table_head(columns(LEFT_MM, [(text, width, 0.0) for text, width in heads]))
    flow.place_table(Stack((section(title), head)), [Group(tuple(rows))], _GAP_MM)


def _put_settings(flow: Flow, data: DifferenceData, _: Words) -> None:
    rows = [_row(setting, data, _) for setting in data.of_kind(Kind.CHANGED)]
    rows += list(schedule_rows(data.schedule, _))
    told = _("{changed} of {compared} settings differ").format(
        changed=data.changed, compared=data.compared
    )
    head = section(_("Settings"), told)
    if not rows:
        flow.place(head, _GAP_MM)
        return
    blocks = tuple(row.block() for row in rows)
    flow.place_table(Stack((head, difference_head(_))), [Group(blocks)], _GAP_MM)


def _put_others(flow: Flow, data: DifferenceData, kind: Kind, _: Words) -> None:
    found = data.of_kind(kind)
    if not found:
        return
    titles = {
        Kind.NOT_KNOWN: (_("Not comparable"), _("one of the reports has no value")),
        Kind.ONLY_OLDER: (_("Only in the older report"), data.older.number),
        Kind.ONLY_NEWER: (_("Only in the newer report"), data.newer.number),
    }
    blocks = tuple(_row(setting, data, _).block() for setting in found)
    head = Stack((section(*titles[kind]), difference_head(_)))
    flow.place_table(head, [Group(blocks)], _GAP_MM)


def _row(setting: SettingDifference, data: DifferenceData, _: Words) -> DifferenceRow:
    zone, change = ZoneInfo(data.zone), setting.change
    name = _(setting.name) + ("¹" if setting.follows else "")
    return DifferenceRow(
        number=NOTHING if setting.number is None else str(setting.number),
        name=f"{_(setting.group)} · {name}" if setting.group else name,
        old=written(setting.form, setting.old.value if setting.old else None, _),
        new=written(setting.form, setting.new.value if setting.new else None, _),
        unit=_(setting.form.unit),
        circuit="" if setting.circuit is None else str(setting.circuit),
        changed=_.date(change.at, zone) if change else NOTHING,
        by=change.by or NOTHING if change else NOTHING,
        state=_state(setting, data, _),
        counted=setting.kind is Kind.CHANGED and setting.follows is None,
    )


def _state(setting: SettingDifference, data: DifferenceData, _: Words) -> str:
    if setting.kind is Kind.CHANGED:
        if setting.follows is None and not data.same_device:
            return ""
        return state_words(setting.change, _, follows=setting.follows)
    missing = [told for told in (setting.old, setting.new) if told and told.value is None]
    return reason_words(missing[0].reason, _) if missing and missing[0].reason else ""


def _legend(data: DifferenceData, _: Words) -> Block:
    def draw(sheet: Sheet, top: float) -> None:
        line = top + 4.2
        marks.change_bar(sheet, line - 2.1, 2.6, LEFT_MM + 0.3)
        x = LEFT_MM + 2
        x += sheet.text(x, line, _("counted as different: more than half a step apart"), FOOT)
        parts = ["", _("– not known")]
        if any(setting.follows for setting in data.settings):
            parts.append(_("¹ follows another setting, not counted"))
        sheet.text(x, line, "  ·  ".join(parts), FOOT)

    return Drawn(5.4, draw)


def _frame(data: DifferenceData, digest: str, _: Words) -> Frame:
    title = _("Difference of two reports")
    zone = ZoneInfo(data.zone)
    letters = zone_letters(data.made_at, zone)
    return Frame(
        number=data.number,
        digest=digest,
        left=data.utility.name or data.project,
        middle=f"{title} · {data.older.number} → {data.newer.number}",
        right=f"{_.moment(data.made_at, zone)} {letters}",
        title=f"{data.number} {title} {data.older.number} – {data.newer.number}",
        initials=False,
    )
