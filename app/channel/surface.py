"""What the channel carries: the verbs of `Asked`, found from their types alone."""

import inspect
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from typing import Any, get_type_hints

import cattrs

from app.asked import Asked
from app.errors import BadInput

EVENTS = ("readings", "alarms", "devices", "rights")


@dataclass(frozen=True, slots=True)
class Call:
    """One verb as it crosses: its parameters (after viewer) and its answer's type."""

    service: str
    verb: str
    parameters: inspect.Signature
    hints: Mapping[str, Any]

    def arguments_out(
        self, wire: cattrs.Converter, *args: Any, **kwargs: Any
    ) -> dict[str, Any]:
        """Return the arguments as plain JSON values by name."""
        bound = self.parameters.bind(*args, **kwargs)
        return {
            name: wire.unstructure(value, self.hints[name])
            for name, value in bound.arguments.items()
        }

    def arguments_in(self, wire: cattrs.Converter, raw: object) -> dict[str, Any]:
        """Return typed arguments; `BadInput` when they do not fit the verb."""
        if not isinstance(raw, dict) or not set(raw) <= set(self.parameters.parameters):
            raise BadInput(f"local channel: {self.service}.{self.verb} takes other arguments")
        try:
            typed = {
                name: wire.structure(value, self.hints[name]) for name, value in raw.items()
            }
            self.parameters.bind(**typed)
        except (cattrs.BaseValidationError, TypeError, ValueError, KeyError) as error:
            raise BadInput(f"local channel: {self.service}.{self.verb}: {error}") from error
        return typed


@cache
def surface() -> dict[str, Call]:
    """Return ``{"plant.devices": Call(…), …}`` for every verb of every service."""
    calls: dict[str, Call] = {}
    hints = get_type_hints(Asked)
    for field in fields(Asked):
        protocol = hints[field.name]
        if not isinstance(protocol, type):
            continue  # the watch_… callables travel as events
        for verb, function in inspect.getmembers(protocol, inspect.iscoroutinefunction):
            signature = inspect.signature(function)
            own = [p for n, p in signature.parameters.items() if n not in ("self", "viewer")]
            calls[f"{field.name}.{verb}"] = Call(
                field.name, verb, inspect.Signature(own), get_type_hints(function)
            )
    return calls
