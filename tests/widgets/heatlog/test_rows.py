"""Two entries of the activity log are one request: sent, and how it ended."""

import csv
from dataclasses import replace
from datetime import datetime, timedelta
from io import StringIO

from app.auditverbs import AuditEntry
from app.model.reading import DeviceId
from app.reports.sheets.plaintable import plain_csv
from app.reports.words import Words
from tests.fakes.smallplant import NOON
from widgets.heatlog.rows import (
    Standing,
    request_columns,
    request_sheet,
    request_word,
    requests_in,
    standing_word,
    supply_word,
)

CELLAR = DeviceId("cellar")


def entry(
    seq: int,
    result: str,
    new: str = "0",
    *,
    login: str = "lund",
    device: str = CELLAR,
    reason: str = "",
    verb: str = "write",
) -> AuditEntry:
    """Return an entry about the supply of heat, a minute after the one before it."""
    at: datetime = NOON + timedelta(minutes=seq)
    entity, old = f"{device}.heat_supply", "1" if new == "0" else "0"
    return AuditEntry(
        seq, at, login, login.title(), "desk-1", verb, entity, old, new, result, reason
    )


def name_of(device: DeviceId) -> str:
    return f"Meter {device}"


def test_a_request_is_one_row_from_when_it_was_sent_with_how_it_ended() -> None:
    (row,) = requests_in([entry(1, "sent"), entry(2, "confirmed", reason="in arrears")])
    assert (row.seq, row.at) == (1, NOON + timedelta(minutes=1))
    assert (row.device, row.wanted, row.before) == (CELLAR, "0", "1")
    assert (row.person, row.workstation) == ("Lund", "desk-1")
    assert (row.standing, row.reason) == (Standing.CONFIRMED, "in arrears")
    assert row.is_done


def test_what_was_only_sent_is_under_way() -> None:
    (row,) = requests_in([entry(1, "sent")])
    assert row.standing is Standing.UNDER_WAY
    assert not row.is_done


def test_requests_of_two_people_and_two_meters_are_not_mixed_up() -> None:
    rows = requests_in(
        [
            entry(1, "sent"),
            entry(2, "sent", login="berg"),
            entry(3, "sent", device="attic"),
            entry(4, "unconfirmed", login="berg"),
            entry(5, "confirmed", device="attic"),
            entry(6, "confirmed"),
        ]
    )
    assert [(each.person, each.device, each.standing) for each in rows] == [
        ("Lund", "attic", Standing.CONFIRMED),
        ("Berg", CELLAR, Standing.UNCONFIRMED),
        ("Lund", CELLAR, Standing.CONFIRMED),
    ]


def test_the_same_wish_again_is_another_request() -> None:
    log = [entry(1, "sent"), entry(2, "confirmed"), entry(3, "sent"), entry(4, "unconfirmed")]
    assert [each.standing for each in requests_in(log)] == [
        Standing.UNCONFIRMED,
        Standing.CONFIRMED,
    ]


def test_what_never_was_sent_stands_as_refused() -> None:
    denied = entry(2, "not allowed", verb="session.refused", login="guest")
    rows = requests_in([entry(1, "refused", reason="frost guard"), denied])
    assert [each.standing for each in rows] == [Standing.REFUSED] * 2
    assert rows[1].reason == "frost guard"


def test_other_entries_are_none_of_it() -> None:
    other = replace(entry(1, "confirmed"), entity="cellar.heat_supply_2")
    assert requests_in([other]) == []


def test_words_of_requests_and_of_what_nobody_knows() -> None:
    assert [request_word(each) for each in ("0", "1", "7")] == ["disconnect", "reconnect", "7"]
    assert [supply_word(each) for each in ("0", "1", "")] == ["disconnected", "connected", ""]
    assert len({standing_word(each) for each in Standing}) == len(Standing)


def test_every_column_tells_something_and_the_file_has_the_same_rows() -> None:
    rows = requests_in([entry(1, "sent"), entry(2, "unconfirmed", reason="no answer")])
    shown = [each.cell(rows[0]).text for each in request_columns(name_of, None)]
    assert shown[1:] == [
        *("Meter cellar", "disconnect", "connected", "unconfirmed"),
        *("Lund", "desk-1", "no answer"),
    ]
    table = request_sheet(rows, name_of, (NOON, "K. Lund"), None, Words("en"))
    text = plain_csv(table, Words("en")).decode("utf-8-sig")
    heads, told = csv.reader(StringIO(text))
    assert heads[2:] == [
        *("Device", "Request", "Before", "Result", "Who", "Where", "Reason"),
    ]
    assert told[2:] == shown[1:]
