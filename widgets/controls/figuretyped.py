"""A number as a person types it into a field, read the one way settings are read."""

from PyQt6.QtCore import QLocale

from app.errors import BadInput
from app.model.typed import number_typed
from app.words import _


def figure_typed(text: str, decimals: int) -> float:
    """Return the number that was typed.

    ``decimals`` is how many places such a number is shown with. Raises `BadInput` when it
    is none, or can mean two; the sentence says which.
    """
    number = number_typed(text, QLocale().decimalPoint(), decimals)
    if number is None:
        raise BadInput(_("“{text}” is no number.").format(text=text.strip()))
    return number
