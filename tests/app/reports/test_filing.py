"""Filed data come back as they were, their checksum is theirs, and numbers never repeat."""

import hashlib
import json
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import BadInput
from app.reports import commissioning
from app.reports.commissioning_data import CommissioningData
from app.reports.filing import canonical, checksum, grouped, next_number, number_in
from tests.app.reports import sample

COPENHAGEN = ZoneInfo(sample.ZONE)
JANUARY = datetime(2026, 1, 20, 8, tzinfo=UTC)


def restored(raw: bytes) -> CommissioningData:
    data: CommissioningData = commissioning.REPORT.restore(raw, "report.json")
    return data


def test_filed_data_come_back_as_they_were() -> None:
    data = sample.report()
    assert restored(canonical(data)) == data
    assert canonical(restored(canonical(data))) == canonical(data)


def test_the_checksum_is_the_sha_256_of_the_file() -> None:
    raw = canonical(sample.report())
    assert checksum(raw) == hashlib.sha256(raw).hexdigest().upper()
    assert len(grouped(checksum(raw)).split(" ")) == 16


def test_data_are_written_in_one_way_only() -> None:
    raw = canonical(sample.report())
    again = json.dumps(
        json.loads(raw), ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    assert raw.decode() == again
    assert "Østerby" in raw.decode()


def test_one_digit_changes_the_checksum() -> None:
    data = sample.report()
    first, *others = data.settings
    told = replace(first.told, value=51.0)
    changed = replace(data, settings=(replace(first, told=told), *others))
    assert checksum(canonical(changed)) != checksum(canonical(data))


@pytest.mark.parametrize(
    "raw",
    [b"", b"{", b"[]", b"7", b'"x"', b"null", b'{"format":1}', b"\xff\xfe", b'{"format":null}'],
)
def test_what_is_no_report_is_refused_by_name(raw: bytes) -> None:
    with pytest.raises(BadInput, match=r"report\.json"):
        restored(raw)


@given(st.data())
def test_spoilt_data_are_refused_and_never_crash(data: st.DataObject) -> None:
    raw = bytearray(canonical(sample.report()))
    at = data.draw(st.integers(0, len(raw) - 1))
    raw[at] = data.draw(st.integers(0, 255))
    with suppress(BadInput):  # many a changed digit is still a report
        restored(bytes(raw))


def test_data_of_a_later_version_are_not_guessed_at() -> None:
    raw = canonical(sample.report()).replace(b'"format":1', b'"format":2')
    with pytest.raises(BadInput, match="format 2; this program reads 1"):
        restored(raw)


def test_numbers_run_through_the_plants_year() -> None:
    titles = ["CR-2026-0031 Commissioning report", "Application guide", "CR-2025-0099 x"]
    assert next_number("CR", titles, JANUARY, COPENHAGEN) == "CR-2026-0032"
    assert next_number("CD", titles, JANUARY, COPENHAGEN) == "CD-2026-0001"
    assert next_number("CR", [], JANUARY, COPENHAGEN) == "CR-2026-0001"


def test_the_year_is_the_plants_own() -> None:
    new_year = datetime(2025, 12, 31, 23, 30, tzinfo=UTC)
    assert next_number("CR", [], new_year, COPENHAGEN) == "CR-2026-0001"
    assert next_number("CR", [], new_year, ZoneInfo("UTC")) == "CR-2025-0001"


def test_more_than_9999_reports_a_year_go_on_counting() -> None:
    assert next_number("CR", ["CR-2026-9999 x"], JANUARY, COPENHAGEN) == "CR-2026-10000"
    assert next_number("CR", ["CR-2026-10000 x"], JANUARY, COPENHAGEN) == "CR-2026-10001"


def test_a_title_tells_its_number_only_at_its_beginning() -> None:
    assert number_in("CR-2026-0031 Commissioning report") == "CR-2026-0031"
    assert number_in("Copy of CR-2026-0031") == ""
    assert number_in("") == ""
