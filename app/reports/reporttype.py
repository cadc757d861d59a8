"""How a kind of report introduces itself: one module of app/reports each, named ``REPORT``."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app.model.letterhead import Letterhead
from app.reports.words import Words

Render = Callable[[Any, Letterhead, Words], bytes]  # data of the report → a file


@dataclass(frozen=True, slots=True)
class ReportType:
    """A kind of report: its data decide everything, a file is made from them at any time.

    ``restore`` reads filed data (canonical JSON; the name is for its sentence), raising
    `BadInput`. ``renders`` makes the files that are filed, by ending (".pdf", ".xlsx"),
    ``exports`` those that are made only when somebody wants them (".csv"); all block.
    """

    kind: str  # as on the command line: "commissioning"
    summary: str  # in English; shown through the translation
    letters: str  # of its numbers: "CR" in CR-2026-0031
    document: str  # kind of the documents filed: "commissioning-report"
    data: str  # kind of the data file beside them
    restore: Callable[[bytes, str], Any]
    renders: Mapping[str, Render]
    exports: Mapping[str, Render]
    of_period: bool = False  # else it tells of the moment it is made
