"""The record that somebody was erased, as a table to print and file: it names nobody."""

from collections.abc import Mapping

from app.model.customer import AskedBy, ErasureProof
from app.reports.sheets.plaintable import Content, PlainTable
from app.reports.words import Words


def _kept(text: str) -> str:
    """Mark a text for the catalogue; it is translated where it is told."""
    return text


ASKED_BY: Mapping[AskedBy, str] = {
    AskedBy.RESIDENT: _kept("the resident"),
    AskedBy.REPRESENTATIVE: _kept("the resident’s representative"),
    AskedBy.AUTHORITY: _kept("an authority"),
    AskedBy.OPERATOR: _kept("the operator: the time to keep them is over"),
}


def erasure_table(proof: ErasureProof, *, zone: str, words: Words) -> PlainTable:
    """Return the record in the language of ``words``; ``zone`` is IANA."""
    _ = words
    rows: list[tuple[Content, ...]] = [
        (_("Erasure"), proof.id),
        (_("Customer"), proof.customer),
        (_("Asked by"), _(ASKED_BY[proof.asked_by])),
        (_("Case"), proof.case or "–"),
        (_("Done by"), proof.done_by),
        (_("Workstation"), proof.workstation),
        (_("Done at (UTC)"), f"{proof.at:%Y-%m-%d %H:%M:%S}"),
        *(
            (_("Erased: {what}").format(what=_(kind)), f"{n}")
            for kind, n in proof.counts.items()
        ),
        (_("Monthly sums of the building, checked and unchanged"), f"{proof.sums_checked}"),
        (_("SHA-256 of these sums"), proof.sums_digest),
        *((_("Could not be cleared"), place) for place in proof.left),
        *((_("Handed out before"), line) for line in proof.exports),
        (_("SHA-256 of this record"), proof.digest),
    ]
    return PlainTable(
        _("Record of an erasure"),
        zone,
        proof.at,
        proof.done_by,
        (_("Fact"), _("Value")),
        rows,
        prose=frozenset({1}),
    )
