"""What is known better than a meter told it is stated, listed and taken back by a command."""

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.cli.command import exit_code
from app.cli.statements import run
from app.errors import BadInput, NotPermitted, PlantError
from app.model.person import Person
from app.model.reading import DeviceId
from app.project.config import PlantConfig
from app.project.opening import open_project
from tests.app.project.sites import device, link
from tests.journeys.smallsite import LOGIN, PASSWORD, Site, at_home, create_site

Ask = Callable[..., str]
METER = DeviceId("meter-1")
INDEX, EXPORT = "meter-1.energy_import", "meter-1.energy_export"
MORNING = "2026-01-15T08:00"  # by the plant's clock, 07:00 UTC
WRAPS = "back to 0 after 10000000 of its last digit"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A project with one electricity meter that nobody reaches."""
    home = tmp_path_factory.mktemp("stated")
    with at_home(home):
        made = Site(home)
        create_site(made, ())

        def meter(config: PlantConfig) -> PlantConfig:
            one = device("meter-1", profile="eastron.sdm630", enabled=False)
            return config.with_link(link()).with_device(one)

        now = datetime.now(UTC) - timedelta(seconds=5)
        with closing(open_project(made.folder, now=lambda: now)) as project:
            project.configuration.change("Anna Engineer", "", meter)
            project.accounts.add(
                Person("ole", "Ole Vagt", "read-only", devices=(METER,)), PASSWORD
            )
        (home / "word").write_text(PASSWORD, encoding="utf-8")
        yield made


@pytest.fixture
def ask(site: Site, capsys: pytest.CaptureFixture[str]) -> Ask:
    """Run the command and return what it tells."""

    def asked(*point: str, user: str = LOGIN, **options: object) -> str:
        word = site.home / "word"
        given: dict[str, Any] = {"user": user, "password_file": word, **options}
        run(site.folder, "".join(point), **given)
        return capsys.readouterr().out

    return asked


def made_by(told: str) -> dict[str, object]:
    (line,) = told.splitlines()
    found: dict[str, object] = json.loads(line)
    return found


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (
            {"say": "exchange", "final": "812.40", "initial": "0.30", "guessed": True},
            "exchange 2026-01-15 07:00 UTC: 812.40 (estimated) → 0.30",
        ),
        ({"say": "reset"}, "reset 2026-01-15 07:00 UTC"),
        (
            {"say": "counts-on", "digits": 7, "most_per_hour": "40"},
            f"unit 2026-01-15 07:00 UTC: kWh, 2 decimals, {WRAPS}, at most 40 an hour",
        ),
        (
            {"say": "counts-on", "unit": "MWh", "decimals": 3},
            "unit 2026-01-15 07:00 UTC: MWh, 3 decimals",
        ),
        ({"say": "read", "value": "500.5"}, "entered 2026-01-15 07:00 UTC: 500.5"),
    ],
    ids=lambda each: str(each.get("say")) if isinstance(each, dict) else "",
)
def test_what_happened_at_a_moment_is_stated_listed_and_taken_back(
    ask: Ask, options: dict[str, object], says: str
) -> None:
    made = made_by(ask(INDEX, at=MORNING, reason="noted", as_json=True, **options))
    assert (made["says"], made["author"]) == (says, "Anna Engineer")
    listed = [json.loads(line) for line in ask(INDEX, as_json=True).splitlines()]
    assert listed[-1] == made | {"holds": True}
    ask(INDEX, take_back=made["id"], reason="another meter")
    told = ask(INDEX).splitlines()
    assert told[-2].startswith(f"{made['id']}  {INDEX}  {says}")
    assert told[-2].endswith("(taken back)")
    assert f"taken back {made['id']}" in told[-1]


@pytest.mark.parametrize(
    ("kind", "word"),
    [
        ("withdraw", "withdrawn"),
        ("accept", "accepted"),
        ("spread", "spread even"),
        ("spread-like-week-before", "spread week-before"),
    ],
)
def test_what_holds_for_a_time_is_stated_with_both_its_ends(
    ask: Ask, kind: str, word: str
) -> None:
    span = f"{MORNING}/2026-01-15T10:30+02:00"
    told = ask(EXPORT, say=kind, at=span, reason="noted")
    assert f"{word} 2026-01-15 07:00 UTC – 2026-01-15 08:30 UTC" in told
    assert EXPORT in ask()  # every index of the plant is listed where none is named


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"say": "melt"}, "'melt' cannot be stated; there are exchange, reset,"),
        ({"say": "read", "at": "noon"}, "'noon' is no moment"),
        ({"say": "read", "at": MORNING, "value": "many"}, "'many' is no figure"),
        ({"say": "accept", "at": MORNING}, "write FROM/TO"),
        ({"say": "read", "take_back": "x"}, "one thing at a time"),
        ({"say": "reset", "at": MORNING}, "say why"),
        ({"say": "reset", "at": "2100-01-01", "reason": "x"}, "lies ahead"),
        ({"take_back": "x", "reason": "x"}, "no such statement"),
        ({"say": "counts-on", "at": MORNING, "unit": "l", "reason": "x"}, "different things"),
        ({"say": "reset", "at": MORNING, "reason": "a\0b"}, "cannot be kept"),
    ],
)
def test_what_cannot_be_stated_is_a_sentence(
    ask: Ask, options: dict[str, object], why: str
) -> None:
    with pytest.raises(PlantError, match=why) as refused:
        ask(INDEX, **options)
    assert isinstance(refused.value, BadInput)
    assert exit_code(refused.value) == 2


def test_a_point_is_named_with_its_device(ask: Ask) -> None:
    for options in ({"say": "reset", "at": MORNING, "reason": "x"}, {"take_back": "x"}):
        with pytest.raises(BadInput, match=r"DEVICE\.POINT"):
            ask(**options)
        with pytest.raises(BadInput, match=r"DEVICE\.POINT"):
            ask("energy", **options)
    with pytest.raises(BadInput, match="is no index"):
        ask("meter-1.frequency", say="reset", at=MORNING, reason="x")


def test_who_may_only_look_lists_and_states_nothing(ask: Ask) -> None:
    ask(INDEX, user="ole")
    with pytest.raises(NotPermitted) as refused:
        ask(INDEX, user="ole", say="reset", at=MORNING, reason="x")
    assert exit_code(refused.value) == 3


def test_a_project_without_anybody_to_state_says_so(site: Site, tmp_path: Path) -> None:
    with pytest.raises(BadInput):
        run(tmp_path, user=LOGIN, password_file=site.home / "word")
