"""What may be asked of the core, who asks, and the one place where that is checked."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, wraps
from inspect import iscoroutinefunction, signature
from typing import Any, Concatenate, ParamSpec, TypeVar, get_type_hints

from app.errors import BadInput, NotPermitted, PlantError, SecondPersonNeeded, hidden
from app.model.point import Category
from app.model.reading import DeviceId
from app.model.refusal import Refusal
from app.model.rights import SYSTEM, WRITING, Capability, Grant, Locked, Rights, every_right
from app.model.rightwords import RIGHT_WORDS
from app.model.second import Danger
from app.scoping import Finder, elements, finder, thinned
from app.words import _

__all__ = [
    "Capability",
    "Grant",
    "Viewer",
    "administrator",
    "require",
    "require_second",
    "verb",
    "verbs_of",
]


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who asks: a person at a place, with what they may do by now."""

    login: str
    name: str
    workstation: str
    grant: Grant = field(compare=False)
    second: str = ""  # login of who confirmed what is being done; set by the core alone

    @property
    def rights(self) -> Rights:
        """What this person may do at this moment."""
        return self.grant.rights

    def may(self, capability: Capability, device: DeviceId | None = None) -> bool:
        """Whether this person holds the capability: at all, or for one device."""
        return self.grant.rights.may(capability, device)

    def may_write(self, category: Category, device: DeviceId) -> bool:
        """Whether this person may change settings of a category at a device."""
        return self.grant.rights.may(WRITING[category], device)

    def sees(self, device: DeviceId) -> bool:
        """Whether the device exists for this person."""
        return self.grant.rights.may(Capability.SEE_PLANT, device)


def administrator(login: str, name: str, workstation: str) -> Viewer:
    """Return a viewer who may do everything, such as who makes a project."""
    return Viewer(login, name, workstation, Grant(every_right()))


_P = ParamSpec("_P")
_R = TypeVar("_R")
_S = TypeVar("_S")
_Verb = Callable[Concatenate[_S, Viewer, _P], Coroutine[Any, Any, _R]]


def verb(
    capability: Capability,
    *,
    whole: bool = False,
    reads: bool = False,
    of: Mapping[str, str] | None = None,
    danger: Danger | None = None,
    dangers: tuple[Danger, ...] = (),
    stoppable: bool = False,
) -> Callable[[_Verb[_S, _P, _R]], _Verb[_S, _P, _R]]:
    """Mark a service's coroutine method as a verb that needs ``capability``.

    The method's first argument after ``self`` is the `Viewer`; without the capability
    the call raises `NotPermitted` before anything happens. Every public coroutine of a
    service carries this mark; the channel serves only marked methods.

    Which devices a call speaks of is found from the types of its arguments. One that
    is not assigned to the viewer raises what a device that does not exist raises, and
    an answer that is a list comes without what speaks of others.

    Args:
        capability: What is needed.
        whole: Needed for everything there is: the call is about the plant as one.
        reads: Only looks, so that a session whose writing is locked may ask it, though
            its capability is one of those that change something.
        of: Parameter → kind of thing ("alarm rule", "document"), where an argument
            names something. ``devices_of(kind, argument)`` of the service knows the devices.
        danger: Where the project wants a second person for it, nobody does this alone.
        dangers: The same, but only some arguments are dangerous: the method looks at them
            and calls `require_second`.
        stoppable: It changes nothing, so its work ends as soon as nobody wants the answer.
    """

    def mark(method: _Verb[_S, _P, _R]) -> _Verb[_S, _P, _R]:
        _require_verb(method)
        reach = _Reach(method, capability, of or {}, whole=whole, reads=reads)

        @wraps(method)
        async def checked(
            self: _S, viewer: Viewer, /, *args: _P.args, **kwargs: _P.kwargs
        ) -> _R:
            try:
                everything = await reach.admit(self, viewer, args, kwargs)
                if danger is not None:
                    require_second(viewer, danger)
                answer = await method(self, viewer, *args, **kwargs)
                return answer if everything else await reach.thinned(viewer, answer)
            except PlantError as error:
                reach.note(self, viewer, error, args, kwargs)
                raise

        checked.capability = capability  # type: ignore[attr-defined]
        checked.reach = reach  # type: ignore[attr-defined]
        checked.whole = whole  # type: ignore[attr-defined]
        checked.reads = reads  # type: ignore[attr-defined]
        checked.stoppable = stoppable  # type: ignore[attr-defined]
        checked.dangers = dangers if danger is None else (danger,)  # type: ignore[attr-defined]
        return checked

    return mark


def _require_verb(method: Callable[..., Any]) -> None:
    if not iscoroutinefunction(method) or list(signature(method).parameters)[1] != "viewer":
        raise TypeError(f"{method.__qualname__} is no verb: async def name(self, viewer, …)")


def require(
    viewer: Viewer,
    capability: Capability,
    device: DeviceId | None = None,
    *,
    whole: bool = False,
) -> None:
    """Raise `NotPermitted` unless the viewer holds the capability: at all, or for a device."""
    rights = viewer.rights
    if rights.ended:
        raise NotPermitted(rights.ended)
    if not rights.may(capability, device) or (whole and not rights.whole(capability)):
        right = RIGHT_WORDS[capability]
        raise NotPermitted(f"{viewer.name} may not do this ({right})")


def require_open(viewer: Viewer, capability: Capability) -> None:
    """Raise `NotPermitted` while the viewer's session is locked for this capability.

    And for what is not done on a phone at all.
    """
    if viewer.grant.on_phone and capability in SYSTEM:
        raise NotPermitted(_("Heatdesk is set up at a computer, not on a phone"))
    locked = viewer.grant.locked
    if capability not in locked.capabilities:
        return
    if locked is Locked.DESK:
        raise NotPermitted(_("the desk is locked: unlock it first"))
    if locked is Locked.SETTINGS:
        raise NotPermitted(
            _("settings are locked in this window: press WRITE-LOCKED and give your password")
        )
    raise NotPermitted(
        _("all writing is locked in this window: press ALL LOCKED and give your password")
    )


def require_second(viewer: Viewer, danger: Danger) -> None:
    """Raise `SecondPersonNeeded` where nobody does this alone and nobody has confirmed it."""
    if danger in viewer.rights.paired and not viewer.second:
        raise SecondPersonNeeded(
            _("nobody does this alone here: a second person who may do it must confirm it")
        )


class _Reach:
    """Whether a verb may be asked, and whose devices its arguments and answer speak of."""

    def __init__(
        self,
        method: Callable[..., Any],
        capability: Capability,
        of: Mapping[str, str],
        *,
        whole: bool,
        reads: bool,
    ) -> None:
        self._whole, self._reads = whole, reads
        self._method = method
        self._signature = signature(method)
        self._capability = capability
        self._of = of

    async def admit(
        self, service: Any, viewer: Viewer, args: tuple[Any, ...], kwargs: Mapping[str, Any]
    ) -> bool:
        """Raise unless the viewer may ask this; return whether all there is is theirs."""
        capability = self._capability
        require(viewer, capability, whole=self._whole)
        if not self._reads:
            require_open(viewer, capability)
        if viewer.rights.whole(capability) and viewer.rights.whole(Capability.SEE_PLANT):
            return True
        await self.require(service, viewer, args, kwargs)
        return False

    @cache  # noqa: B019 - one of these a verb, and verbs last as long as the program
    def kinds(self) -> tuple[Mapping[str, Finder], Any]:
        """Return the finders of the parameters that need one, and the answer's type.

        Looked up late: the types a module names may not all be there while it loads.
        """
        hints = get_type_hints(self._method)
        finders = {
            name: find
            for name in list(self._signature.parameters)[2:]
            if name not in self._of and (find := finder(hints[name])) is not None
        }
        return finders, hints["return"]

    async def require(
        self, service: Any, viewer: Viewer, args: tuple[Any, ...], kwargs: Mapping[str, Any]
    ) -> None:
        """Raise for whatever is not there for this viewer, or not for this capability."""
        finders, _answer = self.kinds()
        bound = self._signature.bind(service, viewer, *args, **kwargs)
        for name, value in list(bound.arguments.items())[2:]:
            if name in self._of:
                await self._require_named(service, viewer, self._of[name], value)
            elif name in finders:
                before: DeviceId | None = None  # points of one device mostly come together
                for nth, device in enumerate(finders[name](value), 1):
                    if nth % _A_TURN == 0:
                        await asyncio.sleep(0)
                    if device == before:
                        continue
                    before = device
                    if not viewer.sees(device):
                        raise hidden("device", device)
                    require(viewer, self._capability, device)

    async def _require_named(self, service: Any, viewer: Viewer, kind: str, value: Any) -> None:
        for each in value if isinstance(value, list | tuple) else (value,):
            devices: Iterable[DeviceId] | None = await service.devices_of(kind, each)
            if devices is None or not all(map(viewer.sees, devices)):
                raise await _not_there(service, viewer, kind, each)
            for device in devices:
                require(viewer, self._capability, device)

    async def thinned(self, viewer: Viewer, answer: Any) -> Any:
        """Return the answer without what is not the viewer's to see."""
        kind = self.kinds()[1]
        if elements(kind) is not None:
            sees = viewer.rights.reach(self._capability)
            if not isinstance(answer, list | tuple) or len(answer) <= _A_TURN:
                return thinned(kind, answer, sees)
            kept: list[Any] = []
            for first in range(0, len(answer), _A_TURN):
                kept += thinned(kind, answer[first : first + _A_TURN], sees)
                await asyncio.sleep(0)
            return tuple(kept) if isinstance(answer, tuple) else kept
        find = finder(kind)
        if find is not None and not all(map(viewer.sees, find(answer))):
            nothing = BadInput("there is nothing of that kind")
            nothing.refusal = True
            raise nothing
        return answer

    def note(
        self,
        service: object,
        viewer: Viewer,
        error: PlantError,
        args: tuple[Any, ...],
        kwargs: Mapping[str, Any],
    ) -> None:
        """Tell who looks after it that somebody asked for what they may not do, once."""
        if error.refusal and not error.in_audit:
            error.in_audit = True  # a verb may ask another one: it is one question
            who = (viewer.login, viewer.name, viewer.workstation)
            what = (self._method.__name__, self.entity(args, kwargs), str(error))
            viewer.grant.refused(Refusal(*who, service, *what))

    def entity(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> str:
        """Return what a question named, for the audit; "" for what is told nowhere.

        Only devices, people and what has an id are named: what else was said may be a
        password.
        """
        try:
            bound = self._signature.bind(None, None, *args, **kwargs)
        except TypeError:
            return ""
        finders, _answer = self.kinds()
        for name, value in list(bound.arguments.items())[2:]:
            if name in self._of:
                first = next(iter(value if isinstance(value, list | tuple) else (value,)), "")
                return _short(f"{self._of[name]} {getattr(first, 'id', first)}")
            if name in finders and (device := next(iter(finders[name](value)), None)):
                return _short(f"device {device}")
            if name in _NAMED:
                return _short(f"{_NAMED[name]} {getattr(value, _NAMING[name], value)}")
        return ""


async def _not_there(service: Any, viewer: Viewer, kind: str, named: Any) -> BadInput:
    """Return what is not there: of a device to be put on a line of others, that line."""
    link = getattr(named, "link", None) if kind == "device" else None
    if link is not None:
        others: Iterable[DeviceId] | None = await service.devices_of("link", link)
        if others is None or not all(map(viewer.sees, others)):
            return hidden("link", link)
    return hidden(kind, getattr(named, "id", named))


# Parameters that name what is asked about, and what of them is its name.
_NAMED: Mapping[str, str] = {"person": "account", "login": "account", "role": "role"}
_NAMING: Mapping[str, str] = {"person": "login", "login": "login", "role": "id"}
_A_TURN = 2000  # devices that are looked at before others on the loop have a turn
_LONGEST_ENTITY = 80  # characters: what was asked for may be any text


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_ENTITY else f"{text[:_LONGEST_ENTITY]}…"


def verbs_of(service: type) -> dict[str, Capability]:
    """Return ``{method name: capability}`` of a service class's verbs."""
    return {
        name: member.capability
        for name in dir(service)
        if not name.startswith("_") and hasattr(member := getattr(service, name), "capability")
    }
