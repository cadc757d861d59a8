"""Telegrams that somebody pasted, taken apart for the inspector."""

import asyncio
from collections.abc import Callable

from app.errors import BadInput
from app.model.anatomy import Anatomy
from app.verbs import Capability, Viewer, verb
from app.words import _

MOST_LETTERS = 4_000  # a radio frame has 290 bytes, and blanks may stand between them


class TelegramService:
    """`TelegramVerbs` without a memory."""

    def __init__(self, look: Callable[[str, str], Anatomy]) -> None:
        """``look`` takes a telegram apart with a key; it is called in a thread of its own."""
        self._look = look

    @verb(Capability.EDIT_DEVICES, reads=True)
    async def inspect(self, viewer: Viewer, telegram: str, key: str = "") -> Anatomy:
        """Take a telegram in hexadecimal digits apart; see `TelegramVerbs.inspect`.

        Raises:
            BadInput: The key is none, or the text is longer than a telegram can be.
        """
        if len(telegram) > MOST_LETTERS:
            raise BadInput(
                _("a telegram has at most {count} letters").format(count=MOST_LETTERS)
            )
        return await asyncio.to_thread(self._look, telegram, key)
