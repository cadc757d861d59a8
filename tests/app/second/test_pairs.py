"""What needs a second person is done by nobody alone, and once when another confirms it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from app.asked import Asked
from app.auditverbs import AuditEntry
from app.channel import wishes
from app.channel.surface import surface
from app.channel.wire import the_wire
from app.errors import BadInput, Conflict, NotPermitted, PlantError, SecondPersonNeeded
from app.model.control import WriteRequest, WriteResult, WriteState
from app.model.customer import AskedBy, ErasureWish
from app.model.device import DeviceConfig, LinkConfig, LinkId
from app.model.person import Person
from app.model.reading import DeviceId
from app.model.rights import Locked, Role
from app.model.second import Danger, PairRequest, SecondRules, Wish, WishState
from app.second.service import PairService
from app.verbs import Viewer
from tests.app.rights.test_matrix import WAYS, method
from tests.app.rights.world import FOREIGN, OWN, PIN, WORD, World, outcome, running_world
from tests.fakes.clock import FakeClock
from tests.journeys.product import wait_for

pytestmark = pytest.mark.timeout(180)
FIRST, OTHER, WITHOUT = "at-administrator", "at-manager", "at-read-only"
RELAY, AUTO, ON = "relay1_override", 0.0, 2.0
NEEDED = "must confirm it"
REASON = "the pump is tested"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with running_world(tmp_path_factory.mktemp("second")) as running:
        yield running


def wish_of(call: str) -> Wish:
    """Return a wish for each verb that may be dangerous; most are refused by what they name."""
    nobody = Person("at-nobody", "At nobody", "read-only", version=-1)
    erasure = ErasureWish("c-0", 1, AskedBy.RESIDENT)
    acts: Mapping[str, Callable[[], Wish]] = {
        "control.write": lambda: forced(ON),
        "control.set_clock": lambda: wishes.wish("control.set_clock", OWN),
        "customers.erase": lambda: wishes.wish("customers.erase", erasure, WORD),
        "people.add_person": lambda: wishes.wish("people.add_person", nobody, "short"),
        "people.change_person": lambda: wishes.wish("people.change_person", nobody),
        "people.put_role": lambda: wishes.wish("people.put_role", Role("", "", 0, {})),
        "people.put_second_rules": lambda: wishes.wish(
            "people.put_second_rules", SecondRules(version=-1)
        ),
        "people.remove_person": lambda: wishes.wish("people.remove_person", "at-nobody"),
        "people.remove_role": lambda: wishes.wish("people.remove_role", "no-role"),
        "people.set_password": lambda: wishes.wish("people.set_password", "at-nobody", WORD),
        "project.put_device": lambda: wishes.wish("project.put_device", the_device()),
        "project.redo": lambda: wishes.wish("project.redo"),
        "project.remove_device": lambda: wishes.wish("project.remove_device", FOREIGN + "x"),
        "project.remove_link": lambda: wishes.wish("project.remove_link", LinkId("no-line")),
        "project.restore": lambda: wishes.wish("project.restore", -1),
        "project.undo": lambda: wishes.wish("project.undo"),
    }
    return acts[call]()


_DEVICES: list[Any] = []


def the_device() -> Any:
    return _DEVICES[0]


def forced(value: float, device: DeviceId = OWN, key: str = RELAY) -> Wish:
    """Return the wish to force a relay."""
    wanted = WriteRequest(device, key, value, uuid4().hex)  # the request's reason is its own
    return wishes.wish("control.write", wanted)


@pytest.fixture(autouse=True)
def settled(world: World) -> Iterator[None]:
    if not _DEVICES:
        views = world.ask(world.asked.plant.devices(world.joined.viewer))
        _DEVICES.extend(view.config for view in views if view.config.id == OWN)
    yield
    pairs_off(world)


def pairs_on(world: World, *dangers: Danger, wait_min: int = 30) -> None:
    """Let the administrator want a second person for these."""
    viewer, people = world.joined.viewer, world.asked.people
    now = world.ask(people.second_rules(viewer))
    wanted = SecondRules(frozenset(dangers), wait_min, now.version)
    world.ask(people.put_second_rules(viewer, wanted))


def pairs_off(world: World) -> None:
    """Want nobody any more, as two people agreed."""
    asked, viewer = world.asked, world.joined.viewer
    now = world.ask(asked.people.second_rules(viewer))
    if now.dangers:
        wanted = wishes.wish("people.put_second_rules", SecondRules(version=now.version))
        told = confirmed(world, asked, viewer, wanted, OTHER)
        assert told.ends[0].error == ""


def alone(world: World, asked: Asked, viewer: Viewer, wished: Wish) -> Any:
    """Do what a wish says without anybody else."""
    prepare(world, wished)
    given = {**wishes.arguments(wished)}
    return outcome(world, method(asked, wished.call)(viewer, **given))


def prepare(world: World, wished: Wish) -> None:
    """Make a change that may be undone, so that nothing else is."""
    if wished.call == "project.undo":
        changed = world.asked.project.describe(world.joined.viewer, utility=uuid4().hex)
        world.ask(changed)


def confirmed(
    world: World, asked: Asked, viewer: Viewer, wished: Wish, login: str, password: str = WORD
) -> Any:
    """Ask for a second person and let somebody be it at this desk; return how it ended."""
    prepare(world, wished)
    try:
        told = world.ask(asked.pairs.ask(viewer, [wished], REASON))
    except PlantError as error:
        return error
    got = outcome(world, asked.pairs.confirm(viewer, told.id, login, password))
    if isinstance(got, PlantError):
        assert found(world, asked, viewer, told.id).state is WishState.WAITING
        world.ask(asked.pairs.withdraw(viewer, told.id))
        return got
    return ended(world, asked, viewer, told.id)


def found(world: World, asked: Asked, viewer: Viewer, request: str) -> PairRequest:
    told: list[PairRequest] = world.ask(asked.pairs.waiting(viewer))
    return next(each for each in told if each.id == request)


def ended(world: World, asked: Asked, viewer: Viewer, request: str) -> PairRequest:
    wait_for(lambda: found(world, asked, viewer, request).state is WishState.DONE, 30)
    return found(world, asked, viewer, request)


def dangerous(world: World) -> list[str]:
    assert world.joined.core is not None
    asked = world.joined.core.asked
    return [name for name in surface() if method(asked, name).dangers]


SECRET = {"customers.erase", "people.add_person", "people.set_password"}  # hold passwords
INSIDE = {"control.set_clock", "project.put_device"}  # dangerous at many devices alone


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.feature("LM-52")
def test_every_dangerous_verb_is_done_by_two_and_by_nobody_alone(
    world: World, way: str
) -> None:
    wrong: list[str] = []
    with world.through(way, FIRST) as (asked, viewer):
        for name in sorted(set(dangerous(world)) - SECRET):
            got = alone(world, asked, viewer, wish_of(name))
            if NEEDED in told(got):
                wrong.append(f"{name}: a second person is wanted though nobody said so")
        pairs_on(world, *Danger)
        wait_for(lambda: viewer.rights.paired == frozenset(Danger), 30)
        for name in dangerous(world):
            wrong += [f"{name}: {said}" for said in unlike(world, asked, viewer, name)]
    assert wrong == []


def unlike(world: World, asked: Asked, viewer: Viewer, name: str) -> Iterator[str]:
    """Yield what is not as it must be for one dangerous verb."""
    if name not in SECRET | INSIDE:
        got = alone(world, asked, viewer, wish_of(name))
        if NEEDED not in told(got):
            yield f"done alone: {got!r}"
    for login in (FIRST, f" {FIRST.upper()} ", WITHOUT):
        got = confirmed(world, asked, viewer, wish_of(name), login)
        if not isinstance(got, NotPermitted):
            yield f"confirmed by {login}: {got!r}"
    got = confirmed(world, asked, viewer, wish_of(name), OTHER)
    if isinstance(got, PlantError):
        yield f"not confirmed by {OTHER}: {got!r}"
        return
    (end,) = got.ends
    if NEEDED in end.answer + end.error or not (end.answer or end.error):
        yield f"not done by two: {got.ends}"


def told(got: Any) -> str:
    """Return what a verb said: its error, or why a write was refused."""
    return got.reason if isinstance(got, WriteResult) else str(got)


def relay(world: World, key: str = RELAY) -> float:
    asked = world.asked.plant.read_now(world.joined.viewer, OWN, [key])
    return float(world.ask(asked)[0].value)


def left_to_the_controller(world: World) -> None:
    """Set the relays to AUTO at the display of the controller itself."""
    for number in NUMBERS.values():
        world.site.simulators[OWN].say(f"set {number} 0")


NUMBERS = {RELAY: 4066, "relay2_override": 4067, "relay6_override": 4071}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.feature("LM-52")
def test_nothing_is_written_before_another_confirms_and_then_once_with_both_names(
    world: World, way: str
) -> None:
    left_to_the_controller(world)
    pairs_on(world, Danger.OVERRIDE)
    before = newest(world)
    with world.through(way, FIRST) as (asked, viewer), world.through(way, OTHER) as other:
        key = {"here": "relay2_override", "channel": "relay6_override"}[way]
        request = world.ask(asked.pairs.ask(viewer, [forced(ON, key=key)], REASON))
        assert relay(world, key) == AUTO
        (seen,) = [r for r in world.ask(other[0].pairs.waiting(other[1])) if r.id == request.id]
        assert seen.mine_to_confirm
        assert (seen.name, seen.reason) == ("At administrator", REASON)
        (own,) = [r for r in world.ask(asked.pairs.waiting(viewer)) if r.id == request.id]
        assert not own.mine_to_confirm
        world.ask(other[0].session.lock(other[1], Locked.SETTINGS))
        got = outcome(world, other[0].pairs.confirm(other[1], request.id, OTHER, WORD))
        assert "settings are locked in this window" in told(got)
        world.ask(other[0].session.open_writing(other[1], WORD))
        for _each in range(2):  # pressed twice
            world.ask(other[0].pairs.confirm(other[1], request.id, OTHER, WORD))
        told_end = ended(world, asked, viewer, request.id)
        result = wishes.answer(request.wishes[0], told_end.ends[0].answer)
        assert (result.state, result.reason) == (WriteState.CONFIRMED, "")
        assert relay(world, key) == ON
        both = "At administrator + At manager"
        last = world.ask(asked.control.last_changes(viewer, OWN))[key]
        assert (last.by, last.new) == (both, ON)
    left = [e for e in entries(world) if e.seq > before and e.verb in ("write", *PAIRS)]
    refused = [e for e in left if e.result == "refused"]  # a flood of them is one entry
    assert {(e.verb, e.login) for e in refused} <= {("pairs.confirm", OTHER)}
    left = [e for e in left if e not in refused]
    assert [(e.verb, e.login, e.name, e.result) for e in reversed(left)] == [
        ("pairs.ask", FIRST, "At administrator", "asked"),
        ("pairs.confirm", OTHER, "At manager", "confirmed"),
        ("write", FIRST, both, "sent"),
        ("write", FIRST, both, "confirmed"),
    ]
    assert {e.reason for e in left} == {REASON}


PAIRS = ("pairs.ask", "pairs.confirm", "pairs.withdraw", "pairs.expire")


def test_a_wrong_password_or_a_pin_confirms_nothing(world: World) -> None:
    left_to_the_controller(world)
    pairs_on(world, Danger.OVERRIDE)
    other = world.enter(OTHER)
    world.ask(world.asked.session.set_pin(other, WORD, PIN))
    with world.through("here", FIRST) as (asked, viewer):
        request = world.ask(asked.pairs.ask(viewer, [forced(ON)], REASON))
        for who, password in ((viewer, PIN), (viewer, "not that word"), (other, PIN)):
            got = outcome(world, asked.pairs.confirm(who, request.id, OTHER, password))
            assert isinstance(got, NotPermitted), got
        third = world.enter("at-site-administrator")
        got = outcome(world, asked.pairs.confirm(third, request.id, OTHER, WORD))
        assert "confirm it as yourself" in str(got)
        world.ask(asked.session.lock(viewer, Locked.DESK))
        got = outcome(world, asked.pairs.confirm(viewer, request.id, OTHER, WORD))
        assert "the desk is locked" in str(got)
        assert found(world, asked, viewer, request.id).state is WishState.WAITING
    assert relay(world) == AUTO
    world.ask(world.asked.session.forget_pin(other))


def test_what_is_taken_back_declined_or_late_is_never_done(world: World) -> None:
    left_to_the_controller(world)
    pairs_on(world, Danger.OVERRIDE, wait_min=1)
    core, viewer, other = world.joined.core, world.enter(FIRST), world.enter(OTHER)
    assert core is not None
    project, clock = core.project, FakeClock()
    pairs = PairService(
        lambda: core.asked,
        core.control,
        project.accounts,
        project.door,
        project.audit,
        project.second.get,
        clock,
        core.services.changes.work,
        lambda _error, _where: "nowhere",
        clock.seconds,
    )
    before = newest(world)
    own, declined, late = (
        world.ask(pairs.ask(viewer, [forced(ON)], REASON)) for _each in range(3)
    )
    assert world.ask(pairs.withdraw(viewer, own.id)).state is WishState.WITHDRAWN
    assert world.ask(pairs.withdraw(other, declined.id)).second == "At manager"
    clock.set_by(-24 * 3600.0)  # a clock that is set back keeps none of them alive
    clock.go(61.0)
    for each in (own, declined, late):
        assert world.ask(pairs.confirm(other, each.id, OTHER, WORD)).state is not (
            WishState.RUNNING
        )
    states = {each.id: each.state for each in world.ask(pairs.waiting(viewer))}
    assert states == {
        own.id: WishState.WITHDRAWN,
        declined.id: WishState.WITHDRAWN,
        late.id: WishState.EXPIRED,
    }
    assert relay(world) == AUTO

    def audited() -> list[tuple[str, str, str]]:
        left = [e for e in entries(world) if e.seq > before and e.verb in PAIRS]
        return [(e.verb, e.login, e.result) for e in reversed(left)]

    wait_for(lambda: len(audited()) == 6, 30)
    assert audited()[3:] == [
        ("pairs.withdraw", FIRST, "withdrawn"),
        ("pairs.withdraw", OTHER, "declined"),
        ("pairs.expire", FIRST, "expired"),
    ]
    clock.go(3600.0 + 61.0)
    assert world.ask(pairs.waiting(viewer)) == []


def test_a_request_is_seen_only_by_who_could_confirm_it_and_tells_no_password(
    world: World,
) -> None:
    pairs_on(world, *Danger)
    with world.through("channel", FIRST) as (asked, viewer):
        secret = world.ask(asked.pairs.ask(viewer, [wish_of("people.set_password")], REASON))
        foreign = world.ask(asked.pairs.ask(viewer, [forced(ON, FOREIGN)], REASON))
        for login, sees in (
            ("at-limited", set()),  # was given the other controller
            (WITHOUT, set()),
            ("at-super-user", {foreign.id}),  # does not manage people
            (OTHER, {secret.id, foreign.id}),
        ):
            with world.through("channel", login) as (theirs, who):
                got = world.ask(theirs.pairs.waiting(who))
                assert {each.id for each in got} & {secret.id, foreign.id} == sees, login
                assert WORD not in repr(the_wire().unstructure(got))
                for request in {secret.id, foreign.id} - sees:
                    said = outcome(world, theirs.pairs.confirm(who, request, login, WORD))
                    assert isinstance(said, PlantError)
                    said = outcome(world, theirs.pairs.withdraw(who, request))
                    assert isinstance(said, PlantError)
        for each in (secret, foreign):
            world.ask(asked.pairs.withdraw(viewer, each.id))
    assert WORD not in repr(entries(world))


def test_a_request_needs_a_reason_a_dangerous_verb_and_a_right_of_ones_own(
    world: World,
) -> None:
    viewer, pairs = world.enter(FIRST), world.asked.pairs
    for wanted, reason in (
        ([forced(ON)], "  "),
        ([], REASON),
        ([Wish("control.nothing", "{}")], REASON),
        ([Wish("pairs.confirm", "{}")], REASON),
        ([wishes.wish("plant.devices")], REASON),
        ([Wish("control.write", "not JSON")], REASON),
        ([Wish("control.write", "{}")], REASON),
    ):
        assert isinstance(outcome(world, pairs.ask(viewer, wanted, reason)), BadInput), wanted
    poor = world.enter(WITHOUT)
    assert isinstance(outcome(world, pairs.ask(poor, [forced(ON)], REASON)), NotPermitted)
    primary = world.enter("at-basic")  # may change primary settings; a relay is limited
    assert isinstance(outcome(world, pairs.ask(primary, [forced(ON)], REASON)), NotPermitted)
    assert isinstance(outcome(world, pairs.withdraw(viewer, "nothing")), BadInput)


def test_only_an_administrator_says_what_needs_two_and_less_needs_two(world: World) -> None:
    people = world.asked.people
    manager, viewer = world.enter(OTHER), world.enter(FIRST)
    now = world.ask(people.second_rules(viewer))
    wanted = SecondRules(frozenset({Danger.BULK}), version=now.version)
    assert "only an administrator" in told(
        outcome(world, people.put_second_rules(manager, wanted))
    )
    kept = world.ask(people.put_second_rules(viewer, wanted))
    assert isinstance(outcome(world, people.put_second_rules(viewer, wanted)), Conflict)
    less = replace(kept, dangers=frozenset())
    assert isinstance(outcome(world, people.put_second_rules(viewer, less)), SecondPersonNeeded)
    too_long = replace(kept, wait_min=100_000)
    assert isinstance(outcome(world, people.put_second_rules(viewer, too_long)), BadInput)
    (entry,) = [e for e in entries(world)[:4] if e.verb == "people.put_second_rules" and e.new]
    assert (entry.old, entry.new) == (
        "nothing; requests wait 30 min",
        "bulk; requests wait 30 min",
    )


def test_many_devices_are_switched_by_two_alone_if_the_project_says_so(world: World) -> None:
    asked, viewer = world.asked, world.enter(FIRST)
    link = LinkConfig(LinkId("spare"), "modbus-tcp", "Spare", {"host": "127.0.0.1", "port": 1})
    world.ask(asked.project.put_link(viewer, link))
    spares = [
        DeviceConfig(DeviceId(f"spare-{n}"), f"Spare {n}", "", link.id, n, "", enabled=False)
        for n in range(1, 6)
    ]
    for each in spares:
        world.ask(asked.project.put_device(viewer, each))
    pairs_on(world, Danger.BULK)
    wanted = [replace(each, enabled=True) for each in spares]
    got = [outcome(world, asked.project.put_device(viewer, each)) for each in wanted]
    assert [isinstance(each, SecondPersonNeeded) for each in got] == [False] * 3 + [True] * 2
    request = world.ask(
        asked.pairs.ask(
            viewer, [wishes.wish("project.put_device", each) for each in wanted[3:]], REASON
        )
    )
    world.ask(asked.pairs.confirm(viewer, request.id, OTHER, WORD))
    assert [each.error for each in ended(world, asked, viewer, request.id).ends] == ["", ""]
    core = world.joined.core
    assert core is not None
    now = [core.services.config.devices[each.id] for each in spares]
    assert {each.enabled for each in now} == {True}
    versions = world.ask(asked.project.versions(viewer))
    assert (versions[0].author, versions[0].note) == ("At administrator + At manager", REASON)


def entries(world: World) -> list[AuditEntry]:
    got: list[AuditEntry] = world.ask(world.asked.audit.entries(world.joined.viewer, 50))
    return got


def newest(world: World) -> int:
    return entries(world)[0].seq
