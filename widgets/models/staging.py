"""Changes of settings on their way to a device: typed, checked, kept until applied."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from PyQt6.QtCore import QLocale

from app.control.limits import check_limits, same
from app.errors import BadInput, WriteRefused
from app.model.point import PointSpec, ValueKind
from app.model.reading import Reading
from app.model.typed import number_typed
from app.sentences import told_sentence
from app.words import _, ngettext
from widgets.controls.quality import NO_VALUE, number_text

_MOST_UNDO = 200
_CLOCK = re.compile(r"(\d{1,2})[:.h]?(\d{2})", re.ASCII)
_DAY_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True)
class Staged:
    """One wish: what stood there, what was typed, and why it cannot be sent, if so."""

    spec: PointSpec
    old: float | None  # what the person saw, in the point's unit
    text: str  # as typed
    new: float | None  # None when the text says no value
    problem: str = ""  # a sentence; empty when it may be sent
    agreed: bool = False  # its danger was read and accepted

    @property
    def ready(self) -> bool:
        """Whether it may be sent now."""
        return not self.problem and (self.agreed or not self.needs_consent)

    @property
    def needs_consent(self) -> bool:
        """Whether a person must say yes to its danger first."""
        rules = self.spec.write
        return rules is not None and (rules.confirm or bool(rules.danger))

    @property
    def words(self) -> str:
        """Return the change in one line: "Comfort: 20.0 → 22.5 °C"."""
        old = NO_VALUE if self.old is None else number_text(self.old, self.spec)
        said = f"{old} → {self.new_text} {self.spec.unit}".strip()
        return f"{self.spec.name}: {said}"

    @property
    def new_text(self) -> str:
        """Return the new value as it will be shown; what was typed when it is none."""
        return self.text if self.new is None else number_text(self.new, self.spec)


class Staging:
    """The changes that wait, in the order they were made; every step can be undone."""

    def __init__(self) -> None:
        self._changes: dict[str, Staged] = {}
        self._before: list[dict[str, Staged]] = []

    def __len__(self) -> int:
        return len(self._changes)

    def __iter__(self) -> Iterator[Staged]:
        return iter(tuple(self._changes.values()))

    def get(self, key: str) -> Staged | None:
        """Return the change of a setting, None when none waits."""
        return self._changes.get(key)

    @property
    def ready(self) -> Sequence[Staged]:
        """The changes that may be sent now."""
        return [each for each in self._changes.values() if each.ready]

    @property
    def refused(self) -> Sequence[Staged]:
        """The changes that will not be sent."""
        return [each for each in self._changes.values() if each.problem]

    def told(self, most: int) -> list[str]:
        """Return a line for each of the first changes: "Comfort: 20.0 → 22.5 °C"."""
        lines = [each.words for each in tuple(self)[:most]]
        more = len(self) - most
        if more > 0:
            lines.append(ngettext("… and {count} more", "… and {count} more", more))
            lines[-1] = lines[-1].format(count=more)
        return lines

    def stage(self, spec: PointSpec, reading: Reading | None, text: str) -> None:
        """Keep what was typed for a setting; the value that stands there takes it back."""
        old = reading.value if reading is not None else None
        seen = float(old) if isinstance(old, int | float) else None
        self._remember()
        try:
            new = parse(text, spec)
        except BadInput as error:
            self._put(Staged(spec, seen, text.strip(), None, str(error)))
            return
        if seen is not None and same(spec, new, seen):
            self._changes.pop(spec.key, None)
            return
        self._put(Staged(spec, seen, text.strip(), new, problem_of(spec, new, seen)))

    def stage_all(self, wishes: Sequence[tuple[PointSpec, Reading | None, str]]) -> None:
        """Keep several at once: one step back takes all of them away."""
        before = dict(self._changes)
        steps = len(self._before)
        for spec, reading, text in wishes:
            self.stage(spec, reading, text)
        if wishes:
            del self._before[steps:]
            self._before.append(before)
            del self._before[:-_MOST_UNDO]

    def see(self, readings: Mapping[str, Reading]) -> None:
        """Judge again what was staged before its present value was known: no new step."""
        steps = len(self._before)
        for key, change in tuple(self._changes.items()):
            if change.old is None and key in readings:
                self.stage(change.spec, readings[key], change.text)
        del self._before[steps:]

    def agree(self, key: str, agreed: bool) -> None:
        """Remember whether the danger of a change was accepted."""
        if key in self._changes:
            self._changes[key] = replace(self._changes[key], agreed=agreed)

    def refuse(self, key: str, reason: str) -> None:
        """Mark a change that the door for writing or the device said no to."""
        if key in self._changes:
            self._changes[key] = replace(self._changes[key], problem=reason)

    def drop(self, key: str) -> None:
        """Take one change back."""
        if key in self._changes:
            self._remember()
            del self._changes[key]

    def clear(self) -> None:
        """Take every change back."""
        if self._changes:
            self._remember()
            self._changes = {}

    def forget(self, key: str) -> None:
        """Let go of a change that was sent: that cannot be undone here."""
        self._changes.pop(key, None)
        for step in self._before:
            step.pop(key, None)

    def undo(self) -> bool:
        """Take the last step back; False when there is none."""
        if not self._before:
            return False
        self._changes = self._before.pop()
        return True

    def _put(self, change: Staged) -> None:
        self._changes.pop(change.spec.key, None)
        self._changes[change.spec.key] = change

    def _remember(self) -> None:
        self._before.append(dict(self._changes))
        del self._before[:-_MOST_UNDO]


def problem_of(spec: PointSpec, new: float, seen: float | None) -> str:
    """Return why a value will not be sent, "" when it may be; the same rules as the door's."""
    if seen is None:
        return _("The present value is not known, so it is not changed. Read it again first.")
    try:
        check_limits(spec.name, spec, new)
    except WriteRefused as error:
        return told_sentence(str(error))
    return ""


def parse(text: str, spec: PointSpec) -> float:
    """Return the number a person means, in the point's unit.

    Understands OFF, a choice's word, HH:MM, the language's decimal mark (the other one
    where it cannot stand between thousands) and both minus signs.

    Raises:
        BadInput: It says no such value, or two; the sentence tells what would do.
    """
    words = text.strip().replace("\u00a0", " ")
    rules = spec.write
    if rules is not None and rules.off_value is not None and _is_word(words, _("OFF"), "off"):
        return rules.off_value
    for code, word in spec.choices.items():
        if spec.kind is ValueKind.CHOICE and _is_word(words, word):
            return float(code)
    if spec.kind is ValueKind.TIME_OF_DAY:
        return _time_of_day(words)
    mark = QLocale().decimalPoint()
    number = number_typed(words.removesuffix(spec.unit), mark, spec.decimals)
    if number is None:
        raise BadInput(_("“{text}” is no value for {name}.").format(text=words, name=spec.name))
    return number


def _time_of_day(words: str) -> float:
    match = _CLOCK.fullmatch(words)
    if match is None:
        raise BadInput(_("“{text}” is no time of day such as 06:30.").format(text=words))
    hours, minutes = int(match[1]), int(match[2])
    if minutes > 59 or hours * 60 + minutes > _DAY_MINUTES:  # noqa: PLR2004 - minutes of an hour
        raise BadInput(_("“{text}” is no time between 00:00 and 24:00.").format(text=words))
    return float(hours * 100 + minutes)


def _is_word(words: str, *known: str) -> bool:
    return words.casefold() in {each.casefold() for each in known}
