"""What may be asked of the core, who asks, and the one place where that is checked."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from enum import Enum
from functools import wraps
from inspect import iscoroutinefunction, signature
from typing import Any, Concatenate, ParamSpec, TypeVar

from app.errors import NotPermitted


class Capability(Enum):
    """What a person may be allowed to do; every verb names exactly one."""

    SEE_PLANT = "see-plant"
    SEE_HISTORY = "see-history"
    SEE_ALARMS = "see-alarms"
    ACKNOWLEDGE = "acknowledge"
    WRITE_SETTING = "write-setting"
    MAKE_REPORT = "make-report"
    KEEP_NOTES = "keep-notes"  # write notes, file documents
    EDIT_PROJECT = "edit-project"
    SEE_AUDIT = "see-audit"
    MANAGE_USERS = "manage-users"


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who asks: a person at a place, with what they may do."""

    login: str
    name: str
    workstation: str
    capabilities: frozenset[Capability]

    def may(self, capability: Capability) -> bool:
        """Whether this person holds the capability."""
        return capability in self.capabilities


def administrator(login: str, name: str, workstation: str) -> Viewer:
    """Return a viewer who may do everything: this version's one local administrator."""
    return Viewer(login, name, workstation, frozenset(Capability))


_P = ParamSpec("_P")
_R = TypeVar("_R")
_S = TypeVar("_S")
_Verb = Callable[Concatenate[_S, Viewer, _P], Coroutine[Any, Any, _R]]


def verb(
    capability: Capability,
) -> Callable[[_Verb[_S, _P, _R]], _Verb[_S, _P, _R]]:
    """Mark a service's coroutine method as a verb that needs ``capability``.

    The method's first argument after ``self`` is the `Viewer`; without the
    capability the call raises `NotPermitted` before anything happens. Every
    public coroutine of a service carries this mark; the channel serves only
    marked methods.
    """

    def mark(method: _Verb[_S, _P, _R]) -> _Verb[_S, _P, _R]:
        if not iscoroutinefunction(method) or list(signature(method).parameters)[1] != "viewer":
            raise TypeError(
                f"{method.__qualname__} is no verb: async def name(self, viewer, …)"
            )

        @wraps(method)
        async def checked(
            self: _S, viewer: Viewer, /, *args: _P.args, **kwargs: _P.kwargs
        ) -> _R:
            if not viewer.may(capability):
                raise NotPermitted(f"{viewer.name} may not do this ({capability.value})")
            return await method(self, viewer, *args, **kwargs)

        checked.capability = capability  # type: ignore[attr-defined]
        return checked

    return mark


def verbs_of(service: type) -> dict[str, Capability]:
    """Return ``{method name: capability}`` of a service class's verbs."""
    return {
        name: member.capability
        for name in dir(service)
        if not name.startswith("_") and hasattr(member := getattr(service, name), "capability")
    }
