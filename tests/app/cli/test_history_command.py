"""What ``heatdesk history`` says of a file that was brought, and what it refuses to begin."""

import json
from pathlib import Path

import pytest
from typer.main import get_command

from app.cli.history import COMMAND, _plain, _tell
from app.cli.main import build, run
from app.compose.samplefiles import Brought
from app.history.exchange.rows import Fault
from app.sampleverbs import Verdict

FAULTS = (
    Fault(3, 6, "value", "'=1+1' is no number"),
    Fault(9, 1, "", "the row has 2 cells, the head has 4"),
)
COUNTED = (
    "250 rows: 100 new, 20 in the place of others, 20 there already, 6 left out "
    "because what is kept is better"
)
BROUGHT = Brought(250, 104, FAULTS, Verdict(100, 20, 20, 6), "ab" * 32, kept=False)


def test_each_part_of_it_is_a_command_with_its_own_options() -> None:
    program = get_command(build())
    group = program.get_command(None, "history")  # type: ignore[attr-defined]
    assert set(group.commands) == {part.name for part in COMMAND.parts}
    assert set(group.commands) == {
        "export",
        "import",
        "stats",
        "retention",
        "schedule",
        "distribute",
    }
    named = {
        name: {option for each in command.params for option in each.opts}
        for name, command in group.commands.items()
    }
    common = {"--json", "--user", "--password-file"}
    assert all(common <= options for options in named.values())
    assert {"--out", "--devices", "--points", "--since", "--until"} <= named["export"]
    assert {"--dry-run", "--skip-bad", "--encoding", "--decimal"} <= named["import"]
    assert all(command.help for command in group.commands.values())


def test_programs_get_every_count_and_every_fault() -> None:
    told = json.loads(json.dumps(_plain(BROUGHT)))
    assert told["errors"][0] == {
        "line": 3,
        "column": 6,
        "head": "value",
        "says": "'=1+1' is no number",
    }
    counts = {key: told[key] for key in ("rows", "bad", "fresh", "changed", "same", "spared")}
    assert list(counts.values()) == [250, 104, 100, 20, 20, 6]
    assert told["taken_in"] is False
    assert len(told["sha256"]) == 64


def test_people_are_told_line_and_column_and_how_many_more(
    capsys: pytest.CaptureFixture[str],
) -> None:
    _tell(Path("somewhere") / "in.csv", BROUGHT)
    lines = capsys.readouterr().out.splitlines()
    assert lines == [
        "in.csv, line 3, column 6 (value): '=1+1' is no number",
        "in.csv, line 9, column 1: the row has 2 cells, the head has 4",
        "… and 102 more",
        COUNTED,
        "nothing was taken in",
    ]


def test_one_row_is_told_as_one(capsys: pytest.CaptureFixture[str]) -> None:
    _tell(Path("in.csv"), Brought(1, 0, (), Verdict(1, 0, 0, 0), "ab" * 32, kept=True))
    assert capsys.readouterr().out.splitlines() == [
        (
            "1 row: 1 new, 0 in the place of others, 0 there already, 0 left out "
            "because what is kept is better"
        ),
        "taken in",
    ]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("export", "--out", "x.txt"), "it must end with .csv or .parquet"),
        (("export", "--out", "x.csv", "--decimal", "x"), "'x' is no decimal sign"),
        (("export", "--out", "x.csv", "--separator", "|"), "'|' cannot part the cells"),
        (("export", "--out", "x.csv", "--decimal", ","), "',' cannot part the cells"),
        (("export", "--out", "x.csv", "--devices", ""), "--devices names nothing"),
        (("export", "--out", "x.csv", "--points", " , "), "--points names nothing"),
        (("import", "x.csv", "--decimal", "'"), "is no decimal sign"),
    ],
)
def test_what_cannot_be_is_refused_before_anybody_is_asked_for_a_password(
    words: tuple[str, ...], says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    part, *rest = words
    assert run(["history", part, str(tmp_path), *rest]) == 2
    said = capsys.readouterr()
    assert says in said.err
    assert said.out == ""
    assert not list(tmp_path.iterdir())
