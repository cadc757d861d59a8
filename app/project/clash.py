"""What is told to the second of two who change the same thing."""

from zoneinfo import ZoneInfo

from app.errors import Conflict
from app.model.thingdiff import field_changes, told
from app.model.version import ThingVersion
from app.words import _


def clash(place: str, newest: ThingVersion, seen: str, zone: ZoneInfo) -> Conflict:
    """Return the error that names who changed ``place``, when, and what.

    Args:
        place: The thing, such as "device ahornvej-14".
        newest: The version the other one saved.
        seen: The content the change was made from.
        zone: In which the moment is told.
    """
    what = told(field_changes(seen, newest.content)) or _("its words")
    if newest.is_gone:
        what = _("it was removed")
    if not newest.author or newest.at is None:
        return Conflict(
            _("{place} was changed meanwhile: {what}. Yours was not saved.").format(
                place=place, what=what
            )
        )
    return Conflict(
        _("{author} changed {place} meanwhile ({when}): {what}. Yours was not saved.").format(
            author=newest.author,
            place=place,
            when=newest.at.astimezone(zone).strftime("%Y-%m-%d %H:%M"),
            what=what,
        )
    )
