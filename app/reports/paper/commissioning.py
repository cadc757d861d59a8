"""The commissioning report as a PDF: cover, settings, what else was read, signatures."""

from zoneinfo import ZoneInfo

from app.model.letterhead import Letterhead
from app.reports.commissioning_data import CommissioningData
from app.reports.filing import canonical, checksum
from app.reports.paper.closing import checksum_block, checksum_place, put_closing
from app.reports.paper.cover import cover
from app.reports.paper.sections import (
    put_alarms,
    put_differences,
    put_documents,
    put_read_outs,
    put_schedules,
)
from app.reports.paper.settingstable import settings_pages
from app.reports.render.frame import Frame, Page, print_pages
from app.reports.render.layout import Flow
from app.reports.render.logo import load_logo
from app.reports.render.style import BODY_TOP_MM
from app.reports.words import Words, zone_letters

_SHORT_PART = 0.5  # of a page: a settings table that ends above it leaves room to go on


def commissioning_pdf(data: CommissioningData, letterhead: Letterhead, words: Words) -> bytes:
    """Return the report as a PDF. Blocks for about a second; any thread."""
    digest = checksum(canonical(data))
    first, rest = cover(data, load_logo(letterhead.logo), words)
    settings = settings_pages(data, words)
    flow, settings = _continued(settings)
    pages: list[Page] = [*first, *settings]
    put_read_outs(flow, rest, data, words)
    put_schedules(flow, data, words)
    put_alarms(flow, data, words)
    put_differences(flow, data, words)
    put_documents(flow, data, words)
    put_closing(flow, data, words)
    pages += flow.pages
    last = [*pages[-1], checksum_place(checksum_block(digest, len(pages), words))]
    return print_pages([*pages[:-1], last], _frame(data, digest, words), words)


def _continued(settings: list[Page]) -> tuple[Flow, list[Page]]:
    """Return where to go on: below the settings, if their last page is mostly empty."""
    flow = Flow(BODY_TOP_MM)
    if not settings:
        return flow, settings
    ((_top, body),) = settings[-1]
    if body.height > _SHORT_PART * flow.page_height:
        return flow, settings
    flow.place(body)
    return flow, settings[:-1]


def _frame(data: CommissioningData, digest: str, _: Words) -> Frame:
    title = _("Commissioning report")
    zone, at = ZoneInfo(data.zone), data.run.ended_at
    middle = " · ".join(
        part for part in (title, data.device.name, _(data.device.label)) if part
    )
    read = _("read {moment} {zone}").format(
        moment=_.moment(at, zone), zone=zone_letters(at, zone)
    )
    return Frame(
        number=data.number,
        digest=digest,
        left=data.utility.name or data.project,
        middle=middle,
        right=read,
        title=f"{data.number} {title} – {data.device.name}",
    )
