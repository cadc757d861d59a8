"""Residents on the command line: what is told of them, and when one is erased for good."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from app.cli.customers import erase_one, tell_all
from app.compose.joining import Joined
from app.corethread import CoreThread
from app.errors import BadInput, NotPermitted
from app.model.customer import AskedBy, ErasureWish
from tests.fakes.asked import VIEWER, FakeServices
from tests.fakes.customers import PASSWORD

MADS = ErasureWish("c-5f03a1", 2, AskedBy.RESIDENT, "2026-17")
Told = pytest.CaptureFixture[str]


@pytest.fixture
def services() -> FakeServices:
    return FakeServices()


@pytest.fixture
def joined(services: FakeServices) -> Iterator[Joined]:
    thread = CoreThread()
    thread.start()
    yield Joined(thread, services.asked, VIEWER, None)
    thread.stop()


def erase(
    joined: Joined, confirm: str, password: str = PASSWORD, out: Path | None = None
) -> None:
    erase_one(joined, MADS, confirm, password, out, "en")


def test_who_is_named_once_is_not_erased_and_what_would_go_is_told(
    joined: Joined, services: FakeServices, capsys: Told
) -> None:
    for confirm in ("", "c-77e2b0", "C-5F03A1"):
        with pytest.raises(BadInput, match="say it twice: --confirm c-5f03a1"):
            erase(joined, confirm)
        lines = capsys.readouterr().out.splitlines()
        assert "   64000 readings" in lines
        assert any(line.startswith("handed out before: 2026-01-10") for line in lines)
    assert services.customers.wishes == []


def test_a_wrong_password_erases_nobody(joined: Joined, services: FakeServices) -> None:
    with pytest.raises(NotPermitted, match="not your password"):
        erase(joined, MADS.customer, "somebody else's")
    assert len(services.customers.known) == 2


def test_an_erasure_is_told_with_the_digest_of_its_record_and_printed(
    joined: Joined, services: FakeServices, tmp_path: Path, capsys: Told
) -> None:
    out = tmp_path / "record.pdf"
    erase(joined, MADS.customer, out=out)
    assert out.read_bytes().startswith(b"%PDF")
    assert f"erased; record {services.customers.made[0].digest}" in capsys.readouterr().out
    assert services.customers.wishes == [MADS]


def test_a_record_that_cannot_be_written_does_not_hide_that_somebody_was_erased(
    joined: Joined, services: FakeServices, tmp_path: Path, capsys: Told
) -> None:
    with pytest.raises(BadInput, match="cannot be written"):
        erase(joined, MADS.customer, out=tmp_path / "no such folder" / "record.pdf")
    assert "erased; record " in capsys.readouterr().out
    assert [each.id for each in services.customers.known] == ["c-77e2b0"]


def test_residents_are_told_as_json_that_a_program_reads(
    joined: Joined, services: FakeServices, capsys: Told
) -> None:
    tell_all(joined, as_json=True)
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len(told) == len(services.customers.known)
    assert any(each["meters"] for each in told)
    for line, kept in zip(told, services.customers.known, strict=True):
        assert [each["meter"] for each in line["meters"]] == [m.meter for m in kept.meters]
        for each, held in zip(line["meters"], kept.meters, strict=True):
            assert datetime.fromisoformat(each["since"]) == held.since
            assert (each["until"] is None) is (held.until is None)


def test_who_was_erased_is_listed_by_the_id_that_says_nothing(
    joined: Joined, services: FakeServices, capsys: Told
) -> None:
    erase(joined, MADS.customer)
    capsys.readouterr()
    tell_all(joined, as_json=False)
    told = capsys.readouterr().out
    assert (
        f"erased: {MADS.customer}, by K. Lund, record {services.customers.made[0].digest}"
        in told
    )
    assert "Mads Riis" not in told
    assert "Ingrid Holm" in told


def test_everything_is_told_a_json_line_each_erasures_too(
    joined: Joined, services: FakeServices, capsys: Told
) -> None:
    erase(joined, MADS.customer)
    capsys.readouterr()
    tell_all(joined, as_json=True)
    resident, erased = map(json.loads, capsys.readouterr().out.splitlines())
    assert resident["name"] == "Ingrid Holm"
    assert len(resident["meters"]) == 1
    assert erased["erased"] == MADS.customer
    assert erased["record"] == services.customers.made[0].digest
    assert "Mads Riis" not in json.dumps(erased)


def test_who_has_no_number_and_no_meter_is_told_with_dashes(
    joined: Joined, services: FakeServices, capsys: Told
) -> None:
    services.customers.known = [replace(services.customers.known[1], meters=())]
    tell_all(joined, as_json=False)
    assert capsys.readouterr().out == "c-77e2b0  Ingrid Holm  –  –\n"
