"""What a request would do, in words: made of what will be carried out, and nothing else."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from app.channel.wishes import arguments
from app.model.reading import point_id
from app.model.second import Danger, PairRequest, SecondRules, Wish, WishState
from app.words import _, ngettext
from widgets.controls.quality import NO_VALUE, number_text
from widgets.directory import Directory

MOST_TOLD = 12


def told_wish(wish: Wish, directory: Directory) -> str:
    """Return one line: "Ahornvej 14: Relay 2: AUTO → ON"."""
    given = arguments(wish)
    teller = _TELLERS.get(wish.call)
    return teller(given, directory) if teller is not None else wish.call


def told_wishes(wishes: Sequence[Wish], directory: Directory) -> list[str]:
    """Return a line for each of the first wishes, and how many more there are."""
    lines = [told_wish(each, directory) for each in wishes[:MOST_TOLD]]
    if (more := len(wishes) - MOST_TOLD) > 0:
        words = ngettext("… and {count} more", "… and {count} more", more)
        lines.append(words.format(count=more))
    return lines


def danger_word(danger: Danger) -> str:
    """Return what a project may let nobody do alone, in words."""
    return {
        Danger.OVERRIDE: _("Force an output or a mode, cut off a supply"),
        Danger.BULK: _("Change the same at more than three devices within ten minutes"),
        Danger.REMOVE: _("Take devices and lines out of the plant"),
        Danger.RESTORE: _("Undo, redo, restore a version of the plant"),
        Danger.ERASE: _("Erase a resident’s data"),
        Danger.PEOPLE: _("Change accounts, passwords of others and roles"),
    }[danger]


def state_word(request: PairRequest) -> str:
    """Return how a request stands, in a sentence."""
    name = request.second
    if request.state is WishState.WITHDRAWN:
        return _("declined by {name}").format(name=name) if name else _("taken back")
    return {
        WishState.WAITING: _("waits for a second person"),
        WishState.RUNNING: _("confirmed by {name}, being carried out").format(name=name),
        WishState.DONE: _("confirmed by {name}, carried out").format(name=name),
        WishState.EXPIRED: _("nobody confirmed it in time"),
    }[request.state]


def _write(given: Mapping[str, Any], directory: Directory) -> str:
    request = given["request"]
    spec = directory.spec(point_id(request.device, request.key))
    name = directory.name(request.device)
    if spec is None:
        return f"{name}: {request.key} → {request.value:g}"
    old = NO_VALUE if request.expected is None else number_text(request.expected, spec)
    return (
        f"{name}: {spec.name}: {old} → {number_text(request.value, spec)} {spec.unit}".strip()
    )


def _device(given: Mapping[str, Any], _directory: Directory) -> str:
    device = given["device"]
    words = _("{device}: put in service") if device.enabled else _("{device}: out of service")
    return words.format(device=device.name)


def _dangers(rules: SecondRules) -> str:
    named = [danger_word(each) for each in Danger if each in rules.dangers]
    return "; ".join(named) or NO_VALUE


_Teller = Callable[[Mapping[str, Any], Directory], str]
_TELLERS: Mapping[str, _Teller] = {
    "control.write": _write,
    "control.set_clock": lambda given, known: _("{device}: set its clock").format(
        device=known.name(given["device"])
    ),
    "project.put_device": _device,
    "project.remove_device": lambda given, known: _(
        "{device}: take it out of the plant"
    ).format(device=known.name(given["device"])),
    "project.remove_link": lambda given, _known: _("Line {link}: take it out").format(
        link=given["link"]
    ),
    "project.undo": lambda _given, _known: _("Undo the newest change of the plant"),
    "project.redo": lambda _given, _known: _("Redo the newest undone change of the plant"),
    "project.restore": lambda given, _known: _(
        "Make the plant as it was in version {number}"
    ).format(number=given["version"]),
    "customers.erase": lambda given, _known: _(
        "Erase all personal data of customer {customer}"
    ).format(customer=given["wish"].customer),
    "people.add_person": lambda given, _known: _("New account {login}: {name}, {role}").format(
        login=given["person"].login, name=given["person"].name, role=given["person"].role
    ),
    "people.change_person": lambda given, _known: _("Account {login}: {name}, {role}").format(
        login=given["person"].login, name=given["person"].name, role=given["person"].role
    ),
    "people.remove_person": lambda given, _known: _("Remove the account {login}").format(
        login=given["login"]
    ),
    "people.set_password": lambda given, _known: _("Another password for {login}").format(
        login=given["login"]
    ),
    "people.put_role": lambda given, _known: _("Save the role {role}").format(
        role=given["role"].name
    ),
    "people.remove_role": lambda given, _known: _("Remove the role {role}").format(
        role=given["role"]
    ),
    "people.put_second_rules": lambda given, _known: _(
        "A second person is wanted for: {dangers}"
    ).format(
        dangers="; ".join(
            danger_word(each) for each in Danger if each in given["rules"].dangers
        )
        or NO_VALUE
    ),
}
