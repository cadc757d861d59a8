"""What the states of a comparison are called, on a terminal and on the screen."""

from collections.abc import Mapping

from app.compose.handover.comparing import State
from app.model.hardening import said

STATES: Mapping[State, str] = {
    State.NEW: said("New from the laptop"),
    State.CHANGED: said("Changed on the laptop"),
    State.OURS: said("Changed here"),
    State.CONFLICT: said("Conflict"),
    State.STRANGER: said("Another device at that address"),
    State.REMOVED: said("Removed on the laptop"),
}
