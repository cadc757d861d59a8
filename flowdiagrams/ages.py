"""How old a picture is as a whole: the oldest value in words, and whether anybody answers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from app.model.reading import Quality, Reading
from app.words import _
from widgets.controls.moments import age_text


@dataclass(frozen=True, slots=True)
class Ages:
    """What stands in the corner; ``dead``: nobody answers, the whole picture is framed."""

    text: str
    dead: bool = False


def ages(
    live: Iterable[tuple[str, Reading | None]], last_heard: datetime | None, now: datetime
) -> Ages:
    """Return the corner's words for (name, reading) of every live value.

    ``last_heard``: when the newest value was measured that was ever shown (UTC). A
    value that is bad still tells that the device answers; one never read tells nothing.
    """
    known = [(name, reading) for name, reading in live if reading is not None]
    if not known:
        return Ages(_("no values yet"))
    if all(reading.quality in (Quality.STALE, Quality.OFFLINE) for _name, reading in known):
        if last_heard is None:
            return Ages(_("No answer from the device"), dead=True)
        age = age_text(_seconds(last_heard, now))
        return Ages(_("No answer from the device for {age}").format(age=age), dead=True)
    aged = sorted(
        (
            (_seconds(reading.measured_at, now), name)
            for name, reading in known
            if reading.quality.believable
        ),
        key=lambda one: -one[0],
    )
    if not aged:
        return Ages(_("no usable value"))
    oldest, name = aged[0]
    text = _("oldest value {age} ({name})").format(age=age_text(oldest), name=name)
    others = [seconds for seconds, _name in aged[1:] if seconds < oldest]
    if others and any(reading.quality is Quality.STALE for _name, reading in known):
        text = _("{oldest} · others ≤ {age}").format(oldest=text, age=age_text(others[0]))
    return Ages(text)


def _seconds(moment: datetime, now: datetime) -> float:
    return max((now - moment).total_seconds(), 0.0)
