"""Verbs by their names: what a wish for a second person asks to be carried out."""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import cattrs

from app.asked import Asked
from app.channel.surface import Call, surface
from app.errors import BadInput
from app.model.control import WriteRequest
from app.model.second import Wish
from app.verbs import Viewer

SECRETS = frozenset({"password", "secret"})  # parameters that nobody but the verb may see
_LONGEST_TOLD = 400  # characters of a wish in the audit


@dataclass(frozen=True, slots=True)
class Act:
    """A wish understood: the verb, and its arguments typed."""

    wish: Wish
    call: Call
    method: Callable[..., Awaitable[Any]]
    arguments: Mapping[str, Any]

    async def require(self, viewer: Viewer) -> None:
        """Raise unless the viewer may do this, alone or not."""
        method: Any = self.method
        await method.reach.admit(method.__self__, viewer, (), self.arguments)

    async def carry_out(self, viewer: Viewer, wire: cattrs.Converter, reason: str) -> str:
        """Do it, and return the answer as it crosses the channel.

        ``reason`` is why it was asked for; it stands wherever the wish gives none itself.
        """
        answer = await self.method(viewer, **self._with(reason))
        return json.dumps(wire.unstructure(answer, self.call.hints["return"]))

    def _with(self, reason: str) -> Mapping[str, Any]:
        given = {
            name: replace(value, note=reason)
            if isinstance(value, WriteRequest) and not value.note
            else value
            for name, value in self.arguments.items()
        }
        if "note" in self.call.parameters.parameters and not given.get("note"):
            given["note"] = reason
        return given


def understood(asked: Asked, wish: Wish, wire: cattrs.Converter) -> Act:
    """Return what a wish means; `BadInput` for one that needs nobody else, or is none."""
    call = surface().get(wish.call)
    method: Any = None if call is None else getattr(getattr(asked, call.service), call.verb)
    if call is None or not getattr(method, "dangers", ()):
        raise BadInput(f"{wish.call!r} is nothing a second person is asked for")
    try:
        raw = json.loads(wish.arguments)
    except ValueError as error:
        raise BadInput(f"{wish.call}: its arguments are no JSON: {error}") from error
    return Act(wish, call, method, call.arguments_in(wire, raw))


def without_secrets(wish: Wish) -> Wish:
    """Return a wish as it may be told."""
    raw = json.loads(wish.arguments)
    told = {name: value for name, value in raw.items() if name not in SECRETS}
    return Wish(wish.call, json.dumps(told, ensure_ascii=False))


def told_short(wish: Wish) -> str:
    """Return a wish as the audit holds it."""
    words = f"{wish.call} {without_secrets(wish).arguments}"
    return words if len(words) <= _LONGEST_TOLD else f"{words[:_LONGEST_TOLD]}…"
