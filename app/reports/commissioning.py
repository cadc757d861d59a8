"""The commissioning report: all settings and identification of a device, with signatures."""

from app.model.letterhead import Letterhead
from app.reports.commissioning_data import FORMAT, CommissioningData
from app.reports.filing import restore
from app.reports.reporttype import ReportType
from app.reports.words import Words


def _pdf(data: CommissioningData, letterhead: Letterhead, words: Words) -> bytes:
    from app.reports.paper.commissioning import commissioning_pdf

    return commissioning_pdf(data, letterhead, words)


def _xlsx(data: CommissioningData, _letterhead: Letterhead, words: Words) -> bytes:
    from app.reports.sheets.commissioning import commissioning_xlsx

    return commissioning_xlsx(data, words)


def _csv(data: CommissioningData, letterhead: Letterhead, words: Words) -> bytes:
    from app.reports.sheets.lists import commissioning_csv

    return commissioning_csv(data, letterhead, words)


def _restore(raw: bytes, name: str) -> CommissioningData:
    return restore(CommissioningData, raw, name, FORMAT)


REPORT = ReportType(
    kind="commissioning",
    summary="all settings and identification of a device, with signatures",
    letters="CR",
    document="commissioning-report",
    data="commissioning-data",
    restore=_restore,
    renders={".pdf": _pdf, ".xlsx": _xlsx},
    exports={".csv": _csv},
)
