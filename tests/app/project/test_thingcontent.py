"""What a version holds is read again as it was; what nobody understands says so."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.asked import Preset
from app.errors import BadInput
from app.model.device import DeviceConfig, LinkConfig
from app.model.person import Person
from app.model.reading import DeviceId
from app.model.rights import Capability, Role, Scope
from app.project.thingcontent import (
    content_of_held,
    content_of_person,
    content_of_preset,
    content_of_role,
    device_from,
    link_from,
    person_from,
    preset_from,
    read_fields,
    role_from,
    rule_from,
)
from app.users.roles import preset_roles
from tests.app.project.sites import device, link, rule

NAMES = st.text(min_size=1, max_size=12)
OPTIONS = st.dictionaries(NAMES, st.none() | st.booleans() | st.integers() | NAMES, max_size=3)
DEVICES = st.builds(
    DeviceConfig,
    id=NAMES.map(DeviceId),
    name=NAMES,
    area=NAMES,
    link=NAMES,
    unit=st.integers(0, 255),
    profile=NAMES,
    enabled=st.booleans(),
    serial=NAMES,
    options=OPTIONS,
)
LINES = st.builds(
    LinkConfig, id=NAMES, kind=NAMES, name=NAMES, options=OPTIONS, enabled=st.booleans()
)
PEOPLE = st.builds(
    Person,
    login=st.just("vera"),
    name=NAMES,
    role=NAMES,
    devices=st.lists(NAMES.map(DeviceId), unique=True).map(lambda each: tuple(sorted(each))),
    areas=st.lists(NAMES, unique=True).map(lambda each: tuple(sorted(each))),
    groups=st.lists(NAMES, unique=True).map(lambda each: tuple(sorted(each))),
    is_guest=st.booleans(),
    ended=st.just("") | NAMES,
)
CELLS = st.dictionaries(
    st.sampled_from(Capability), st.sampled_from((Scope.ASSIGNED, Scope.ALL))
)
ROLES = st.builds(
    Role,
    id=st.just("own"),
    name=NAMES,
    rank=st.integers(0, 100),
    cells=CELLS,
    start_page=NAMES,
    pages=st.lists(NAMES).map(tuple),
)


@given(DEVICES)
def test_a_device_comes_back_as_it_was(known: DeviceConfig) -> None:
    assert device_from(content_of_held(known)) == known


@given(LINES)
def test_a_line_comes_back_as_it_was(known: LinkConfig) -> None:
    assert link_from(content_of_held(known)) == known


def test_a_rule_comes_back_as_it_was() -> None:
    assert rule_from(content_of_held(rule())) == rule()


@given(PEOPLE)
def test_a_person_comes_back_with_what_they_were_given(known: Person) -> None:
    now = Person("vera", "Vera now", "basic", areas=("South",), ended="gone", version=7)
    assert person_from(content_of_person(known), now) == replace(known, version=7)


@given(ROLES)
def test_a_role_comes_back_with_its_rights(known: Role) -> None:
    now = replace(preset_roles()["basic"], id="own", version=3)
    made = role_from(content_of_role(known), now)
    assert (made.id, made.version, made.preset) == ("own", 3, now.preset)
    kept = replace(made, version=0, preset=False, origin="")
    assert kept == known


@given(st.recursive(st.none() | st.booleans() | st.integers() | NAMES, st.lists, max_leaves=5))
def test_a_preset_comes_back_with_its_content(content: object) -> None:
    known = Preset("1f", "chart", "Mine", "ole", shared=True, content=json.dumps(content))
    made = preset_from(content_of_preset(known), "1f")
    assert replace(made, content="") == replace(known, content="")
    assert json.loads(made.content) == content


def test_a_preset_nobody_can_read_is_kept_all_the_same() -> None:
    broken = Preset("1f", "chart", "Mine", "ole", shared=False, content="{")
    assert read_fields(content_of_preset(broken))["content"] == "{"


def test_the_order_of_names_makes_no_version() -> None:
    one = Preset("1f", "chart", "Mine", "ole", shared=False, content='{"a": 1, "b": 2}')
    other = replace(one, content='{ "b":2,"a":1 }')
    assert content_of_preset(one) == content_of_preset(other)
    given_one = Person("v", "V", "basic", devices=(DeviceId("b"), DeviceId("a")))
    given_other = replace(given_one, devices=(DeviceId("a"), DeviceId("b")))
    assert content_of_person(given_one) == content_of_person(given_other)


def test_nothing_of_a_password_or_of_when_is_kept_of_a_person() -> None:
    fields = read_fields(content_of_person(Person("v", "V", "basic")))
    assert set(fields) == {
        "name",
        "role",
        "devices",
        "areas",
        "groups",
        "is_guest",
        "ended",
    }


def test_rights_a_later_program_knew_are_left_out() -> None:
    content = json.dumps({"cells": {"fly": "all", "see-plant": "all", "keep-own": "mine"}})
    made = role_from(content, Role("own", "Own", 5, {}))
    assert made.cells == {Capability.SEE_PLANT: Scope.ALL}
    assert (made.name, made.rank) == ("Own", 5)


@pytest.mark.parametrize("content", ["", "{", "[]", "3", "null", '"words"'])
def test_what_is_no_version_says_so(content: str) -> None:
    with pytest.raises(BadInput, match="this version cannot be read"):
        read_fields(content)
    with pytest.raises(BadInput, match="this version cannot be read"):
        device_from(content)


@pytest.mark.parametrize("change", [{"height_m": 3}, {"id": "x", "odd": None}])
def test_fields_of_a_later_program_are_not_guessed_at(change: dict[str, object]) -> None:
    for made, read in ((device(), device_from), (link(), link_from), (rule(), rule_from)):
        content = json.dumps({**read_fields(content_of_held(made)), **change})
        with pytest.raises(BadInput, match="this version cannot be read"):
            read(content)
