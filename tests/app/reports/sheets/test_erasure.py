"""The record of an erasure: every fact on it, nobody's name, in any language, as any file."""

import csv
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO, StringIO

import openpyxl
import pytest

from app.model.customer import KINDS_OF_TRACES, AskedBy, ErasureProof
from app.model.letterhead import Letterhead
from app.reports.paper.plaintable import plain_pdf
from app.reports.sheets.erasure import erasure_table
from app.reports.sheets.plaintable import plain_csv, plain_xlsx
from app.reports.words import Words
from app.words import LANGUAGES
from tests.app.reports.papers import Paper

ZONE = "Europe/Copenhagen"
PROOF = ErasureProof(
    id="e-17",
    at=datetime(2026, 7, 1, 22, 30, 5, tzinfo=UTC),
    customer="c-5f03a1",
    done_by="Ole Holm",
    workstation="desk-2",
    asked_by=AskedBy.AUTHORITY,
    case="2026-17",
    counts=dict.fromkeys(KINDS_OF_TRACES, 3) | {"readings": 64000},
    sums_checked=24,
    sums_digest="ab" * 32,
    left=("a USB stick in the archive", "last year's paper"),
    exports=("given to the lawyer, 2026-05-02",),
    digest="cd" * 32,
)


def told(proof: ErasureProof = PROOF, language: str = "en") -> list[tuple[str, str]]:
    table = erasure_table(proof, zone=ZONE, words=Words(language))
    return [(str(row[0]), str(row[1])) for row in table.rows]


def test_every_place_left_and_every_file_handed_out_has_a_line_of_its_own() -> None:
    places = [value for fact, value in told() if fact == "Could not be cleared"]
    assert tuple(places) == PROOF.left
    assert ("Handed out before", PROOF.exports[0]) in told()
    clean = replace(PROOF, left=(), exports=())
    assert len(told(clean)) == len(told()) - 3


def test_every_count_stands_in_its_order_also_a_nought() -> None:
    proof = replace(PROOF, counts=dict(PROOF.counts) | {"notes": 0})
    counted = [line for line in told(proof) if line[0].startswith("Erased: ")]
    assert [fact.removeprefix("Erased: ") for fact, _n in counted] == list(KINDS_OF_TRACES)
    assert ("Erased: notes", "0") in counted


def test_a_kind_that_a_newer_program_counts_is_not_left_out() -> None:
    proof = replace(PROOF, counts={"voice messages": 2})
    assert ("Erased: voice messages", "2") in told(proof)


def test_a_case_nobody_named_is_a_dash_and_the_time_is_that_of_the_proof() -> None:
    facts = dict(told(replace(PROOF, case="")))
    assert facts["Case"] == "–"
    assert facts["Done at (UTC)"] == "2026-07-01 22:30:05"


@pytest.mark.parametrize("asked_by", AskedBy)
@pytest.mark.parametrize("language", [each for each in LANGUAGES if each != "en"])
def test_who_asked_and_what_was_counted_is_said_in_the_paper_s_language(
    language: str, asked_by: AskedBy
) -> None:
    proof = replace(PROOF, asked_by=asked_by)
    here, english = told(proof, language), told(proof)
    assert len(here) == len(english)
    assert here[2][1] != english[2][1]
    for mine, other in zip(here, english, strict=True):
        if other[0].startswith("Erased: "):
            assert not mine[0].startswith("Erased: ")
            assert mine[1] == other[1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_paper_and_files_hold_every_fact(language: str) -> None:
    words = Words(language)
    table = erasure_table(PROOF, zone=ZONE, words=words)
    facts = [PROOF.id, PROOF.customer, PROOF.case, "64000", *PROOF.exports]
    printed = " ".join(Paper(plain_pdf(table, Letterhead("Østerby"), words)).words)
    between = ";" if words.decimal_sign == "," else ","
    text = plain_csv(table, words).decode("utf-8-sig")
    filed = list(csv.reader(StringIO(text, newline=""), delimiter=between))
    book = openpyxl.load_workbook(BytesIO(plain_xlsx(table, words)))
    sheet = [cell.value for row in book.worksheets[0].iter_rows() for cell in row]
    for fact in facts:
        assert all(word in printed for word in fact.split()), fact
        assert fact in [row[1] for row in filed]
        assert fact in sheet
    assert len(filed) == len(table.rows) + 1
    for place in PROOF.left:
        assert all(word in printed for word in place.split()), place


def test_a_digest_can_be_read_off_the_paper_whole() -> None:
    """It is longer than a line of a narrow column: broken or not, each letter is there."""
    words = Words("en")
    table = erasure_table(PROOF, zone=ZONE, words=words)
    printed = "".join(Paper(plain_pdf(table, Letterhead("Østerby"), words)).words)
    assert PROOF.digest in printed
    assert PROOF.sums_digest in printed
