"""What people did at a running plant is found by every column, and written as it is found."""

import csv
import socket
from collections.abc import Iterator
from datetime import timedelta

import pytest

from app.asked import Note
from app.auditverbs import AuditEntry, AuditQuery, Sought
from app.errors import BadInput
from app.model.control import WriteRequest, WriteState
from app.model.device import Presence
from app.model.person import Person
from app.model.reading import DeviceId
from app.reports.words import Words
from tests.journeys.quicksite import Operator, operator, quick_site
from tests.journeys.smallsite import LOGIN, NAME, Site
from widgets.auditlog.filing import fetched, log_maker

DEVICE = DeviceId("ahornvej-14")
pytestmark = [pytest.mark.timeout(240), pytest.mark.campaign]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with quick_site(tmp_path_factory.mktemp("log"), 1) as site:
        with operator(site) as engineer:
            engineer.wait_for(DEVICE, Presence.ON)
            ask, asked, viewer = engineer.joined.ask, engineer.asked, engineer.viewer
            wish = WriteRequest(DEVICE, "c1_room_comfort", 21.5, "one", note="cold")
            assert ask(asked.control.write(viewer, wish)).state is WriteState.CONFIRMED
            high = WriteRequest(DEVICE, "c1_room_comfort", 99.0, "two")
            assert ask(asked.control.write(viewer, high)).state is WriteState.REFUSED
            ask(asked.project.keep_note(viewer, Note("", DEVICE, "Ventil tjekket på Ø-siden")))
            person = Person("berit", "Berit Lund", "read-only")
            ask(asked.people.add_person(viewer, person, "correct horse battery"))
            with pytest.raises(BadInput):
                ask(asked.people.set_password(viewer, LOGIN, "short"))
        yield site


def found(engineer: Operator, query: AuditQuery) -> list[AuditEntry]:
    ask, audit, viewer = engineer.joined.ask, engineer.asked.audit, engineer.viewer
    numbers = ask(audit.found(viewer, query))
    return list(ask(fetched(audit, viewer, numbers)))


@pytest.mark.feature("RD-58")
def test_every_entry_says_when_what_who_and_at_which_computer(site: Site) -> None:
    with operator(site) as engineer:
        entries = found(engineer, AuditQuery())
        assert [each.seq for each in entries] == list(range(len(entries), 0, -1))
        for entry in entries:
            assert entry.at.utcoffset() == timedelta(0)
            assert entry.verb
            assert entry.entity
            assert (entry.name, entry.login) == (NAME, LOGIN)
            assert entry.workstation == socket.gethostname()
        day = AuditQuery(start=entries[1].at, end=entries[0].at + timedelta(seconds=1))
        assert [each.seq for each in found(engineer, day)] == [e.seq for e in entries[:2]]
        proof = engineer.joined.ask(engineer.asked.audit.proof(engineer.viewer, entries[0].seq))
        assert (proof.fault, len(proof.hash), len(proof.seal)) == ("", 64, 64)


@pytest.mark.feature("LM-49")
def test_the_log_is_sorted_and_filtered_on_each_of_its_columns(site: Site) -> None:
    with operator(site) as engineer:
        everything = found(engineer, AuditQuery())
        for column in ("seq", "at", "who", "workstation", "verb", "entity", "old", "new"):
            for falling in (False, True):
                entries = found(engineer, AuditQuery(order=column, falling=falling))
                assert sorted(e.seq for e in entries) == sorted(e.seq for e in everything)
        verbs = [each.verb for each in found(engineer, AuditQuery(order="verb", falling=False))]
        assert verbs == sorted(verbs)
        written = engineer.joined.ask(
            engineer.asked.audit.written(engineer.viewer, ["verb", "result", "entity"])
        )
        for column, texts in written.items():
            for text in texts:
                chosen = found(engineer, AuditQuery(among={column: (text,)}))
                wanted = [each for each in everything if getattr(each, column) == text]
                assert chosen == wanted
        (note,) = found(engineer, AuditQuery((Sought("PÅ Ø-SIDEN", ("new",)),)))
        assert note.verb == "project.keep_note"
        refused = found(engineer, AuditQuery(among={"result": ("refused",)}))
        assert {each.verb for each in refused} == {"write", "people.set_password"}


def test_a_file_holds_the_entries_asked_for(site: Site) -> None:
    with operator(site) as engineer:
        entries = found(engineer, AuditQuery(among={"verb": ("write",)}, falling=False))
        head = engineer.joined.ask(engineer.asked.reports.letterhead(engineer.viewer))
        made = log_maker(entries, {}, "csv", "Europe/Copenhagen", entries[0].at, NAME)(
            head, lambda: False
        )
        rows = list(csv.reader(made.decode("utf-8-sig").splitlines()))
        assert Words().decimal_sign == "."
        assert [int(row[0]) for row in rows[1:]] == [each.seq for each in entries]
        assert [row[5] for row in rows[1:]] == ["setting changed"] * len(entries)
        assert [row[9] for row in rows[1:]] == ["sent", "confirmed", "refused"]
