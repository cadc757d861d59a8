"""The activity log on the command line: found, proved, exported, and made room in."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook

from app.cli.audit import run
from app.cli.command import exit_code
from app.errors import BadInput, NotPermitted, PlantError
from app.model.person import Person
from app.project.opening import open_project
from app.users.keyplaces import Keys
from tests.journeys.smallsite import LOGIN, PASSWORD, Site, at_home, create_site

Ask = Callable[..., str]
LONG_AGO = datetime(2025, 3, 1, 12, tzinfo=UTC)
VALVE, PUMP = "school.valve", "harbour.pump"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A project with a year-old story, a change every day for twenty days."""
    home = tmp_path_factory.mktemp("audited")
    with at_home(home):
        made = Site(home)
        create_site(made, ())
        clock = [LONG_AGO]
        with closing(open_project(made.folder, now=lambda: clock[0])) as project:
            project.accounts.add(Person("ole", "Ole Vagt", "basic"), PASSWORD)
            for day in range(20):
                clock[0] = LONG_AGO + timedelta(days=day)
                project.audit.append(
                    login=LOGIN, name="Anna Engineer", workstation=f"desk-{day % 2}",
                    verb="write", entity=VALVE if day % 4 else PUMP, old="20", new=str(day),
                    result="confirmed", reason="Größe geprüft" if day == 7 else "",
                )  # fmt: skip
        (home / "word").write_text(PASSWORD, encoding="utf-8")
        yield made


@pytest.fixture
def ask(site: Site, capsys: pytest.CaptureFixture[str]) -> Ask:
    """Run the command and return what it tells."""

    def asked(user: str = LOGIN, **options: object) -> str:
        run(site.folder, user=user, password_file=site.home / "word", **options)  # type: ignore[arg-type]
        return capsys.readouterr().out

    return asked


def found(told: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in told.splitlines()]


def test_entries_are_found_by_every_filter(ask: Ask) -> None:
    pumps = found(ask(of="PUMP", as_json=True))
    assert [each["new"] for each in pumps] == ["16", "12", "8", "4", "0"]
    assert found(ask(of="pump", rising=True, limit=1, as_json=True))[0]["new"] == "0"
    days = found(ask(since="2025-03-03", until="2025-03-05", as_json=True))
    assert [each["new"] for each in days] == ["4", "3", "2"]
    both = {"by": "anna", "where": "desk-1", "what": "write", "result": "confirmed"}
    assert len(found(ask(as_json=True, **both))) == 10
    assert [each["new"] for each in found(ask(search=["GRÖSSE", "school"], as_json=True))] == [
        "7"
    ]
    numbers = [each["seq"] for each in found(ask(numbers="3-5", as_json=True))]
    assert numbers == [5, 4, 3]
    assert ask(of="nothing of the kind") == ""


def test_a_list_is_a_line_an_entry_and_says_how_many_more_there_are(ask: Ask) -> None:
    lines = ask(what="write", limit=3).splitlines()
    assert len(lines) == 4
    assert (
        "2025-03-20 13:00:00  Anna Engineer  desk-1  write  school.valve  20 → 19" in lines[0]
    )
    assert lines[3] == "… and 17 more: --limit"


def test_one_entry_is_told_with_what_proves_it_and_the_chain_is_followed(ask: Ask) -> None:
    told = json.loads(ask(entry=4, as_json=True))
    before = json.loads(ask(entry=3, as_json=True))
    assert (told["fault"], told["previous"]) == ("", before["hash"])
    assert "as it was written" in ask(entry=4)
    with pytest.raises(BadInput, match="no entry 9999"):
        ask(entry=9999)
    assert "the chain is whole" in ask(verify=True)


def test_what_was_found_is_written_as_a_table(ask: Ask, tmp_path: Path) -> None:
    for end in ("csv", "xlsx"):
        assert "5 entries written" in ask(of="pump", out=tmp_path / f"log.{end}")
    text = (tmp_path / "log.csv").read_text("utf-8-sig")
    assert text.count(PUMP) == 5
    rows = list(csv.reader(io.StringIO(text), delimiter=";" if ";" in text else ","))
    assert any("Anna Engineer" in row for row in rows)
    book = load_workbook(tmp_path / "log.xlsx")
    cells = [cell.value for row in book.worksheets[0].rows for cell in row]
    assert cells.count(PUMP) == 5
    for name in ("log.png", "log", "log.pdf"):
        with pytest.raises(BadInput, match=r"\.csv or \.xlsx"):
            ask(out=tmp_path / name)


def test_the_room_is_told_and_set_and_stays_set(ask: Ask) -> None:
    assert "of the 1000 MB it may take" in ask(storage=True)
    assert json.loads(ask(limit_mb=250, as_json=True))["limit_bytes"] == 250_000_000
    assert json.loads(ask(storage=True, as_json=True))["limit_bytes"] == 250_000_000
    (entry,) = found(ask(what="audit.limit", as_json=True))
    assert (entry["login"], entry["old"], entry["new"]) == (LOGIN, "1000 MB", "250 MB")
    for wrong in (0, 2_000_000):
        with pytest.raises(BadInput, match="1 to 1000000 MB"):
            ask(limit_mb=wrong)


def test_who_may_not_sees_nothing_and_changes_nothing(ask: Ask, tmp_path: Path) -> None:
    for options in (
        {}, {"entry": 1}, {"verify": True}, {"storage": True}, {"limit_mb": 10},
        {"archive": tmp_path / "a.zip", "before": "2025-03-10"},
    ):  # fmt: skip
        with pytest.raises(NotPermitted) as refused:
            ask(user="ole", **options)
        assert exit_code(refused.value) == 3
    assert not (tmp_path / "a.zip").exists()


def test_the_oldest_part_moves_outside_and_is_missed_when_it_is_lost(
    ask: Ask, site: Site, tmp_path: Path
) -> None:
    file = tmp_path / "2025.zip"
    with pytest.raises(BadInput, match="--before"):
        ask(archive=file)
    told = ask(archive=file, before="2025-03-10")
    assert told.startswith("entries 1 to ")
    assert str(file) in told
    assert [each["new"] for each in found(ask(what="write", as_json=True))][-1] == "9"
    (entry,) = found(ask(what="audit.archive", as_json=True))
    assert str(file) in str(entry["new"])
    assert str(file) in ask(verify=True)
    with pytest.raises(BadInput, match="is there already"):
        ask(archive=file, before="2025-03-12")
    content = file.read_bytes()
    for spoil in (file.unlink, lambda: file.write_bytes(content[:-9] + b"x" * 9)):
        spoil()
        with pytest.raises(PlantError) as lost:
            ask(verify=True)
        assert "entries 1 to" in str(lost.value)
    file.write_bytes(content)
    assert "the chain is whole" in ask(verify=True)
    with closing(open_project(site.folder, keys=Keys.of_this_machine())) as project:
        assert project.audit.verify() == ""


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"since": "yesterday"}, "is no day"),
        ({"numbers": "x-y"}, "10-20"),
        ({"entry": 1, "verify": True}, "one thing at a time"),
    ],
)
def test_what_makes_no_sense_is_one_sentence(
    ask: Ask, options: dict[str, object], words: str
) -> None:
    with pytest.raises(BadInput, match=words):
        ask(**options)
