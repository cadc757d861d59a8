"""The hardening report: every finding with its grade and advice, as a table to file."""

from collections.abc import Sequence
from datetime import datetime

from app.hardening.words import GRADES, advice_of, place_of, sentence_of
from app.model.hardening import HardeningFinding
from app.reports.sheets.plaintable import PlainTable
from app.reports.words import Words


def hardening_table(
    findings: Sequence[HardeningFinding],
    *,
    zone: str,
    made_at: datetime,
    made_by: str,
    words: Words,
) -> PlainTable:
    """Return the findings in their order, in the language of ``words``; ``zone`` is IANA."""
    _ = words
    return PlainTable(
        _("Hardening report"),
        zone,
        made_at,
        made_by,
        (_("Topic"), _("Grade"), _("Of what"), _("Finding"), _("Advice")),
        [
            (
                _(each.title),
                _(GRADES[each.grade]),
                place_of(each, _),
                sentence_of(each, _),
                advice_of(each, _),
            )
            for each in findings
        ],
        prose=frozenset({3, 4}),
    )
