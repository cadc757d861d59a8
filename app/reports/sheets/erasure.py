"""The record that somebody was erased, as a table to print and file: it names nobody."""

from collections.abc import Mapping

from app.model.customer import AskedBy, ErasureProof
from app.model.hardening import said
from app.reports.sheets.plaintable import Content, PlainTable
from app.reports.words import Words

ASKED_BY: Mapping[AskedBy, str] = {
    AskedBy.RESIDENT: said("the resident"),
    AskedBy.REPRESENTATIVE: said("the resident’s representative"),
    AskedBy.AUTHORITY: said("an authority"),
    AskedBy.OPERATOR: said("the operator: the time to keep them is over"),
}

WHAT: Mapping[str, str] = {  # what is counted, see `KINDS_OF_TRACES`
    "customer records": said("customer records"),
    "readings": said("readings"),
    "alarm values": said("alarm values"),
    "notes": said("notes"),
    "documents": said("documents"),
    "texts": said("texts"),
    "activity log entries": said("activity log entries"),
    "log lines": said("log lines"),
    "files": said("files"),
    "backup copies": said("backup copies"),
    "damaged history files": said("damaged history files"),
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
            (_("Erased: {what}").format(what=_(WHAT.get(kind, kind))), f"{n}")
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
