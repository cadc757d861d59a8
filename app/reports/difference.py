"""The difference of two commissioning reports: what was changed, by whom, in what state."""

from app.model.letterhead import Letterhead
from app.reports.difference_data import FORMAT, DifferenceData
from app.reports.filing import restore
from app.reports.reporttype import ReportType
from app.reports.words import Words


def _pdf(data: DifferenceData, letterhead: Letterhead, words: Words) -> bytes:
    from app.reports.paper.difference import difference_pdf

    return difference_pdf(data, letterhead, words)


def _xlsx(data: DifferenceData, _letterhead: Letterhead, words: Words) -> bytes:
    from app.reports.sheets.difference import difference_xlsx

    return difference_xlsx(data, words)


def _csv(data: DifferenceData, letterhead: Letterhead, words: Words) -> bytes:
    from app.reports.sheets.lists import difference_csv

    return difference_csv(data, letterhead, words)


def _restore(raw: bytes, name: str) -> DifferenceData:
    return restore(DifferenceData, raw, name, FORMAT)


REPORT = ReportType(
    kind="difference",
    summary="what differs between two commissioning reports",
    letters="CD",
    document="difference-report",
    data="difference-data",
    restore=_restore,
    renders={".pdf": _pdf, ".xlsx": _xlsx},
    exports={".csv": _csv},
)
