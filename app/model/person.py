"""A person with an account, as others see them."""

from dataclasses import dataclass
from datetime import datetime

from app.model.reading import DeviceId


@dataclass(frozen=True, slots=True)
class Person:
    """Who may come in, as what, and what they were given."""

    login: str
    name: str
    role: str  # id of a `Role`
    devices: tuple[DeviceId, ...] = ()  # given one by one
    areas: tuple[str, ...] = ()  # with all that lies in them
    groups: tuple[str, ...] = ()  # ids of device groups
    is_guest: bool = False  # belongs to no single company
    ended: str = ""  # why they may not come in any more; "" while they may
    created_at: datetime | None = None  # UTC; None for a new one
    password_at: datetime | None = None  # UTC, when the password was chosen
    version: int = 0  # as it was read; a change that finds another one is a conflict
