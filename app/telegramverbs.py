"""What may be asked about telegrams somebody has at hand: a part of `app.asked`."""

from typing import Protocol

from app.model.anatomy import Anatomy
from app.verbs import Viewer


class TelegramVerbs(Protocol):
    """Telegrams taken apart; nothing of them is kept."""

    async def inspect(self, viewer: Viewer, telegram: str, key: str = "") -> Anatomy:
        """Take a telegram in hexadecimal digits apart, opened with ``key`` where it is sealed.

        The key is used for this one answer and forgotten. `BadInput` when it is none, or when
        the telegram is longer than any can be.
        """
        ...
