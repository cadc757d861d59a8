"""Requests and overrides on the command line: listed, confirmed, declined, taken back."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from app.channel import wishes
from app.cli import overrides, requests
from app.errors import BadInput, NotPermitted, PlantError, WriteRefused
from app.model.control import WriteRequest
from app.model.second import Danger, SecondRules, Wish
from tests.app.rights.world import OWN, WORD, World, running_world
from tests.journeys.product import heatdesk, json_lines

pytestmark = pytest.mark.timeout(180)
FIRST, OTHER, WITHOUT = "at-administrator", "at-manager", "at-read-only"
RELAY, ON, AUTO = "relay1_override", 2.0, 0.0
Told = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with running_world(tmp_path_factory.mktemp("commands")) as running:
        people, viewer = running.asked.people, running.joined.viewer
        rules = running.ask(people.second_rules(viewer))
        wanted = SecondRules(frozenset({Danger.OVERRIDE, Danger.RESTORE}), 30, rules.version)
        running.ask(people.put_second_rules(viewer, wanted))
        (running.site.home / "word").write_text(WORD + "\n", encoding="utf-8")
        (running.site.home / "word").chmod(0o600)
        yield running


@pytest.fixture
def say(world: World, capsys: Told) -> Callable[..., list[dict[str, Any]]]:
    """Run a command as somebody, in this process, and return its lines."""

    def said(command: Any, login: str, **options: str) -> list[dict[str, Any]]:
        capsys.readouterr()
        word = world.site.home / "word"
        command.run(world.site.folder, **options, as_json=True, user=login, password_file=word)
        return [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    return said


def asked_for(world: World, wished: Wish, reason: str = "the pump is tested") -> str:
    with world.through("channel", FIRST) as (asked, viewer):
        request: str = world.ask(asked.pairs.ask(viewer, [wished], reason)).id
        return request


def forced() -> Wish:
    return wishes.wish("control.write", WriteRequest(OWN, RELAY, ON, uuid4().hex))


@pytest.mark.feature("LM-52")
def test_a_request_is_confirmed_and_its_override_taken_back(
    world: World, say: Callable[..., list[dict[str, Any]]], capsys: Told
) -> None:
    request = asked_for(world, forced())
    (own,), (theirs,) = say(requests, FIRST), say(requests, OTHER)
    assert (own["id"], own["state"], own["mine_to_confirm"]) == (request, "waiting", False)
    assert (theirs["id"], theirs["mine_to_confirm"]) == (request, True)
    assert theirs["reason"] == "the pump is tested"
    assert RELAY in theirs["wishes"][0]
    assert say(requests, WITHOUT) == [], "who may not do it does not see it"
    with pytest.raises(NotPermitted):
        say(requests, FIRST, confirm=request)
    with pytest.raises(PlantError):
        say(requests, WITHOUT, confirm=request)
    (done,) = say(requests, OTHER, confirm=request)
    assert (done["state"], done["errors"]) == ("done", [""])
    (stands,) = say(overrides, FIRST)
    assert (stands["device"], stands["point"]) == (OWN, RELAY)
    assert (stands["former"], stands["value"]) == (AUTO, ON)
    with pytest.raises(PlantError):
        say(overrides, WITHOUT, take_back=f"{OWN}.{RELAY}")
    (ended,) = say(overrides, FIRST, take_back=f"{OWN}.{RELAY}")
    assert (ended["state"], ended["read_back"]) == ("confirmed", AUTO)
    assert say(overrides, FIRST) == []
    with pytest.raises(WriteRefused, match="no override stands there"):
        say(overrides, FIRST, take_back=f"{OWN}.{RELAY}")


@pytest.mark.feature("LM-52")
def test_a_request_is_declined_by_the_other_and_taken_back_by_its_own(
    world: World, say: Callable[..., list[dict[str, Any]]]
) -> None:
    redo = wishes.wish("project.redo")
    first, second = asked_for(world, redo), asked_for(world, redo)
    with pytest.raises(BadInput, match="your own: --take-back"):
        say(requests, FIRST, decline=first)
    with pytest.raises(BadInput, match="--decline it"):
        say(requests, OTHER, take_back=first)
    (declined,) = say(requests, OTHER, decline=first)
    assert (declined["state"], declined["second"]) == ("withdrawn", "At manager")
    (back,) = say(requests, FIRST, take_back=second)
    assert back["state"] == "withdrawn"
    with pytest.raises(WriteRefused, match="over: nothing was done"):
        say(requests, OTHER, confirm=second)
    with pytest.raises(BadInput, match="there is no request none"):
        say(requests, OTHER, decline="none")
    with pytest.raises(BadInput, match="choose one"):
        say(requests, OTHER, decline=first, confirm=first)
    with pytest.raises(BadInput, match=r"say DEVICE\.SETTING"):
        say(overrides, FIRST, take_back="relay")


@pytest.mark.feature("LM-52")
def test_a_terminal_lists_and_confirms_what_waits(world: World, tmp_path: Path) -> None:
    request = asked_for(world, wishes.wish("project.redo"), "once more")
    site, person = world.site, ("--user", OTHER, "--password-file", world.site.home / "word")
    listed = json_lines(heatdesk(site.home, "requests", site.folder, "--json", *person))
    assert request in {each["id"] for each in listed}
    done = heatdesk(site.home, "requests", site.folder, "--confirm", request, *person)
    assert done.stdout.startswith(f"{request}  done  At administrator  project.redo")
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1), (
        "there was nothing to redo"
    )
    assert "redo" in done.stderr or "taken back" in done.stderr, done.stderr
