"""A verb and its arguments put into words that keep: what a second person is asked for."""

import json
from typing import Any

from app.channel.surface import surface
from app.channel.wire import the_wire
from app.model.second import Wish


def wish(call: str, *args: Any, **kwargs: Any) -> Wish:
    """Return the wish to have a verb carried out with these arguments (without the viewer)."""
    return Wish(call, json.dumps(surface()[call].arguments_out(the_wire(), *args, **kwargs)))


def arguments(wished: Wish) -> dict[str, Any]:
    """Return the typed arguments of a wish as it was told: without the passwords in it."""
    call, wire = surface()[wished.call], the_wire()
    raw = json.loads(wished.arguments)
    return {name: wire.structure(value, call.hints[name]) for name, value in raw.items()}


def answer(wished: Wish, told: str) -> Any:
    """Return the typed answer of a wish that was carried out."""
    return the_wire().structure(json.loads(told), surface()[wished.call].hints["return"])
