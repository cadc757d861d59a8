"""The fields of a receiver, as its kind needs them, and what the whole line has in common."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple
from uuid import uuid4

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QComboBox, QFormLayout, QLabel, QLineEdit, QWidget

from app.errors import BadInput
from app.model.collector import collectors_in, collectors_text, limits_text
from app.model.device import LinkConfig, LinkId, Option
from app.model.reception import RadioLine, Receiver, require_receiver_name
from app.profiles.collectors import collector_kinds
from app.project.receiversecrets import require_secret
from app.words import _
from widgets.controls.namechoice import NameChoice
from widgets.controls.plain import label, sentence
from widgets.models.receiverplace import (
    KINDS,
    kind_title,
    option_of,
    place_of,
    text_of,
    values_of,
    with_alone,
)

RADIO = "wmbus"
_LETTERS, _WORDS_PX = 12, 320
_LATER = ("silent_min", "expected")  # as the core looks at them
_MINUTES = re.compile(r"[0-9]{1,9}(?:[.,][0-9]{1,9})?")


class Piece(NamedTuple):
    """A line that holds a part of what is filled in."""

    field: QLineEdit | None  # what is wrong where this line cannot be; None: nothing here
    line: LinkConfig
    told: LinkConfig | None = None  # the line whose refusal names it as it was filled in


class ReceiverForm(QWidget):
    """A receiver being added or changed; ``edited`` whenever it says something else."""

    edited = pyqtSignal()

    def __init__(
        self, lines: Sequence[RadioLine], line: RadioLine | None, receiver: Receiver | None
    ) -> None:
        """With a ``receiver`` it is changed, and stays on its ``line``."""
        super().__init__()
        self._lines, self._own = list(lines), receiver
        new = LinkConfig(LinkId(f"radio-{uuid4().hex[:8]}"), RADIO, _("Meters by radio"))
        self._new = RadioLine(new, ())
        self.line, self.kind, self.collector = NameChoice(), QComboBox(), QComboBox()
        self.limits = sentence("", "small")
        self.name, self.secret = QLineEdit(), QLineEdit()
        self.silent, self.expected = QLineEdit(), QLineEdit()
        self.fields: dict[str, dict[str, QLineEdit]] = {}
        self._faults: dict[QLineEdit, QLabel] = {}
        self._form = QFormLayout(self)
        self._build()
        at = self._lines.index(line) if line in self._lines and line is not None else 0
        self.line.setCurrentIndex(at)
        self.line.setEnabled(receiver is None)
        if receiver is not None:
            self._show(receiver)
        self._show_line()
        self._follow()
        self._connect()

    @property
    def chosen(self) -> RadioLine:
        """The line the receiver is of; a new one where none is chosen."""
        at = self.line.currentIndex()
        return self._lines[at] if 0 <= at < len(self._lines) else self._new

    @property
    def is_new_line(self) -> bool:
        """Whether the line is made with the receiver."""
        return self.chosen is self._new

    def receiver(self) -> Receiver:
        """Return the receiver as filled in; a place nobody changed is written as it was."""
        kind, own = self._kind(), self._own
        values = {name: field.text() for name, field in self.fields[kind].items()}
        place = place_of(kind, values)
        if own is not None and own.kind == kind:
            before = values_of(kind, own.place)
            if all(value == before.get(name, "") for name, value in values.items()):
                place = own.place
        return Receiver(self.name.text().strip(), kind, place, False)

    def text(self) -> str:
        """Return it as its line's option will have it."""
        made = self.receiver()
        return text_of(made.name, made.kind, made.place)

    def link(self) -> LinkConfig:
        """Return the line with the receiver in it; the core says what is wrong with it."""
        line, made = self.chosen, self.receiver()
        named = option_of(self._receivers(made))
        options: dict[str, Option] = {**line.link.options, "receivers": named}
        for key, value in (("silent_min", _minutes(self.silent.text())),
                           ("expected", self.expected.text().strip())):  # fmt: skip
            options.pop(key, None)
            if value:
                options[key] = value
        others = [each.name for each in line.receivers if each != self._own]
        collectors = collectors_of(line.link, others)
        if kind := str(self.collector.currentData() or ""):
            collectors[made.name] = kind
        return replace(line.link, options=with_collectors(options, collectors))

    def fault(self) -> tuple[QLineEdit, str] | None:
        """Return the first field that cannot be whatever the line is, and why; None: none."""
        made = self.receiver()
        try:
            if not made.place or made.name != f"{made.kind}:{made.place}":
                require_receiver_name(made.name)  # one without is called by its place
        except BadInput as error:
            return self.name, str(error)
        try:
            require_secret(secret := self.secret.text())
        except BadInput as error:
            return self.secret, str(error)
        shortest = KINDS[made.kind].shortest_secret
        if secret and len(secret) < shortest:
            said = _("{least} letters or more, or nobody is let in")
            return self.secret, said.format(least=shortest)
        return None

    def pieces(self) -> Iterator[Piece]:
        """Yield lines that hold more and more of what is filled in.

        The first that cannot be has the field to be mended.
        """
        kind, made, options = self._kind(), self.receiver(), dict(self.link().options)
        fields = self.fields[kind]
        front, good = next(iter(fields)), with_alone(kind, "", "")
        later = {key: options.pop(key) for key in (*_LATER, "collectors") if key in options}

        def line(name: str, place: str) -> LinkConfig:
            named = option_of(self._receivers(Receiver(name, kind, place, has_secret=False)))
            return replace(self.chosen.link, options={**options, "receivers": named})

        yield Piece(None, line(uuid4().hex, good))
        yield Piece(self.name, line(made.name, good))
        placed = line(made.name, made.place)
        for name, field in fields.items():
            alone = line(made.name, with_alone(kind, name, field.text()))
            yield Piece(field, alone, placed)
        yield Piece(fields[front], placed)
        for key in _LATER:
            field = self.silent if key == "silent_min" else self.expected
            if key in later:
                options[key] = later[key]
                yield Piece(field, line(made.name, made.place))

    def mark(self, wrong: QLineEdit | None, fault: str) -> None:
        """Show by a field what is wrong with it, and nothing by all others."""
        for field, words in self._faults.items():
            words.setText(fault if field is wrong else "")
            self._form.setRowVisible(words, field is wrong)
            field.setAccessibleDescription(words.text())
        self._form.activate()  # the dialog takes its height at once
        self.updateGeometry()

    def _receivers(self, made: Receiver) -> list[Receiver]:
        """Return all of the line, with this one in its place."""
        there = self.chosen.receivers
        named = [made if each == self._own else each for each in there]
        return named if self._own in there else [*named, made]

    def loses_secret(self) -> bool:
        """Whether a password is kept that the receiver would not find any more.

        It is kept for this name at this place, and told to no other.
        """
        own, made = self._own, self.receiver()
        return own is not None and own.has_secret and own != replace(made, has_secret=True)

    def _kind(self) -> str:
        return str(self.kind.currentData())

    def _build(self) -> None:
        form = self._form
        form.setContentsMargins(0, 0, 0, 0)
        form.setVerticalSpacing(8)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for each in self._lines:
            self.line.addItem(each.link.name)
        self.line.addItem(_("A new line"))
        for kind in KINDS:
            self.kind.addItem(kind_title(kind), kind)
        self.collector.addItem(_("none, or not known"), "")
        for kind, of in collector_kinds().items():
            self.collector.addItem(of.title, kind)
        for box in (self.line, self.kind, self.collector):
            box.setSizeAdjustPolicy(
                QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            )
            box.setMinimumContentsLength(_LETTERS)
        self._row(_("Line"), self.line)
        self._row(_("Name"), self.name, "roof")
        self._beside(self.name)
        self._row(_("Kind"), self.kind)
        for kind, words in KINDS.items():
            self.fields[kind] = {}
            for told in words.fields:
                field = self.fields[kind][told.id] = QLineEdit()
                self._row(told.title(), field, told.example)
                self._beside(field)
        self.secret.setEchoMode(QLineEdit.EchoMode.Password)
        self._row(_("Password"), self.secret)
        self._beside(self.secret)
        self._row(_("Collector"), self.collector)
        self.limits.setMinimumWidth(_WORDS_PX)
        self._form.addRow("", self.limits)
        self._row(
            _("Hours with telegrams"), self.expected, "Mon-Fri 06:00-22:00 Europe/Copenhagen"
        )
        self._beside(self.expected)
        self._row(_("Open anew after silent minutes"), self.silent, "30")
        self._beside(self.silent)

    def _beside(self, field: QLineEdit) -> None:
        """Leave room below a field for what is wrong with it."""
        words = self._faults[field] = sentence("", "fault")
        words.setMinimumWidth(_WORDS_PX)  # the form keeps the height it has at its narrowest
        self._form.addRow("", words)
        self._form.setRowVisible(words, False)

    def _row(self, title: str, field: QWidget, example: str = "") -> None:
        field.setAccessibleName(title)
        if isinstance(field, QLineEdit):
            field.setPlaceholderText(example)
        self._form.addRow(label(title), field)

    def _connect(self) -> None:
        self.line.currentIndexChanged.connect(lambda _at: self._show_line())
        self.kind.currentIndexChanged.connect(lambda _at: self._follow())
        self.collector.currentIndexChanged.connect(lambda _at: self._follow())
        own = [self.name, self.secret, self.silent, self.expected]
        for field in (*own, *(each for one in self.fields.values() for each in one.values())):
            field.textEdited.connect(lambda _text: self.edited.emit())

    def _show(self, receiver: Receiver) -> None:
        self.name.setText(receiver.name)
        at = self.kind.findData(receiver.kind)
        self.kind.setCurrentIndex(max(at, 0))
        collector = collectors_of(self.chosen.link, [receiver.name]).get(receiver.name, "")
        self.collector.setCurrentIndex(max(self.collector.findData(collector), 0))
        values: Mapping[str, str] = values_of(receiver.kind, receiver.place)
        if not receiver.kind:  # spelt as no receiver at all: what there is, to be mended
            self.fields[self._kind()]["host"].setText(receiver.place)
        for name, field in self.fields.get(receiver.kind, {}).items():
            field.setText(values.get(name, ""))
        if receiver.has_secret:
            self.secret.setPlaceholderText(_("kept; type another one to replace it"))

    def _show_line(self) -> None:
        """Show what all receivers of the line have in common."""
        options = self.chosen.link.options
        silent = options.get("silent_min") or ""
        self.silent.setText(f"{silent:g}" if isinstance(silent, int | float) else str(silent))
        self.expected.setText(str(options.get("expected") or ""))
        self.edited.emit()

    def _follow(self) -> None:
        kind = self._kind()
        for name, fields in self.fields.items():
            for field in fields.values():
                self._form.setRowVisible(field, name == kind)
        of = collector_kinds().get(str(self.collector.currentData()))
        self.limits.setText("" if of is None else limits_text(of))
        self._form.setRowVisible(self.limits, of is not None)
        says = KINDS[kind].secret
        self._form.setRowVisible(self.secret, says is not None)
        word = self._form.labelForField(self.secret)
        if says is not None and word is not None:
            word.setText(says())  # type: ignore[attr-defined]  # made by `label`
            self.secret.setAccessibleName(says())
        self.edited.emit()


def collectors_of(link: LinkConfig, names: Sequence[str]) -> dict[str, str]:
    """Return which of a line's receivers of these names are collectors, and of which kind."""
    named = collectors_in(str(link.options.get("collectors") or ""))
    return {name: kind for name, kind in named.items() if name in names}


def with_collectors(
    options: Mapping[str, Option], collectors: Mapping[str, str]
) -> dict[str, Option]:
    """Return a line's options with these collectors."""
    others = {key: value for key, value in options.items() if key != "collectors"}
    return {**others, "collectors": collectors_text(collectors)} if collectors else others


def _minutes(text: str) -> Option:
    """Return minutes as a number; what is none is handed on for the core to refuse."""
    said = text.strip()
    if not _MINUTES.fullmatch(said):
        return said or None
    return float(said.replace(",", ".")) or said  # 0 minutes would mean never
