"""The consumption report: what a meter counted in each day of a period."""

from app.model.letterhead import Letterhead
from app.reports.consumption_data import FORMAT, ConsumptionData
from app.reports.filing import restore
from app.reports.reporttype import ReportType
from app.reports.words import Words


def _pdf(data: ConsumptionData, letterhead: Letterhead, words: Words) -> bytes:
    from app.reports.paper.plaintable import plain_pdf
    from app.reports.sheets.consumption import consumption_table

    return plain_pdf(consumption_table(data, words), letterhead, words)


def _xlsx(data: ConsumptionData, _letterhead: Letterhead, words: Words) -> bytes:
    from app.reports.sheets.consumption import consumption_table
    from app.reports.sheets.plaintable import plain_xlsx

    return plain_xlsx(consumption_table(data, words), words)


def _csv(data: ConsumptionData, _letterhead: Letterhead, words: Words) -> bytes:
    from app.reports.sheets.consumption import consumption_table
    from app.reports.sheets.plaintable import plain_csv

    return plain_csv(consumption_table(data, words), words)


def _restore(raw: bytes, name: str) -> ConsumptionData:
    return restore(ConsumptionData, raw, name, FORMAT)


REPORT = ReportType(
    kind="consumption",
    summary="what a meter counted in each day of a period",
    letters="CO",
    document="consumption-report",
    data="consumption-data",
    restore=_restore,
    renders={".pdf": _pdf, ".xlsx": _xlsx},
    exports={".csv": _csv},
    of_period=True,
)
