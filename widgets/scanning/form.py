"""Which line is searched, and how: one of the plant's, or one that is new to it."""

from collections.abc import Mapping, Sequence
from uuid import uuid4

from PyQt6.QtWidgets import QComboBox, QFormLayout, QLineEdit, QWidget

from app.model.device import LinkConfig, LinkId, Option
from app.model.scan import ANY_NUMBER, ScanWish
from app.words import _
from widgets.controls.card import PAD, Card
from widgets.controls.plain import label, sentence
from widgets.controls.still import still

SERIAL, TCP, RFC2217 = "mbus-serial", "mbus-tcp", "mbus-rfc2217"
RATES = (300, 600, 1200, 2400, 4800, 9600, 19200, 38400)
USUAL_RATE = 2400
_PREFIX = "mbus-"
_HIGHEST_PORT, _PORT_DIGITS = 65535, 5
_LETTERS = 10


class LineForm(Card):
    """What to search; `wish` is None until it says where the bus is."""

    def __init__(self) -> None:
        super().__init__(_("Line"))
        self._links: list[LinkConfig] = []
        self._new_id = _new_id()
        self.line, self.kind, self.rate = QComboBox(), QComboBox(), QComboBox()
        self.way, self.turns = QComboBox(), QComboBox()
        self.place, self.within = QLineEdit(), QLineEdit()
        self.says = sentence()
        self._build()
        self.line.currentIndexChanged.connect(lambda _at: self._follow())
        self.kind.currentIndexChanged.connect(lambda _at: self._follow())
        self.show_lines([])

    def show_lines(self, links: Sequence[LinkConfig]) -> None:
        """Offer the wired M-Bus lines among these, each once; what is chosen stays so."""
        known = {each.id: each for each in links if each.kind.startswith(_PREFIX)}
        found = sorted(known.values(), key=lambda each: each.name.casefold())
        if found == self._links and self.line.count():
            return
        chosen, fresh = self._chosen(), not self._links and not self.place.text()
        self._links = found
        self.line.blockSignals(True)
        self.line.clear()
        for each in found:
            self.line.addItem(each.name)
        self.line.addItem(_("Another line"))
        self.line.setCurrentIndex(0 if fresh else self._place_of(chosen))
        self.line.blockSignals(False)
        self._follow()

    def wish(self) -> ScanWish | None:
        """Return what the form says; None where the place of a new line is none."""
        link = self._chosen() or self._new_link()
        if link is None:
            return None
        by_primary = self.way.currentIndex() == 1
        within = self.within.text().strip().upper() or ANY_NUMBER
        in_turn = self._settable(link.kind) and self.turns.currentIndex() == 1
        return ScanWish(link, by_primary, ANY_NUMBER if by_primary else within, in_turn)

    def _build(self) -> None:
        for each, says in (
            (self.line, _("Line")),
            (self.kind, _("Connection")),
            (self.place, _("Port or address")),
            (self.rate, _("Baud rate")),
            (self.turns, _("Search at")),
            (self.way, _("Search by")),
            (self.within, _("Only these numbers")),
        ):
            each.setAccessibleName(says)
        for word in (_("Serial port"), _("TCP, raw bytes"), _("TCP, RFC 2217")):
            self.kind.addItem(word)
        for rate in RATES:
            self.rate.addItem(f"{rate} Bd", rate)
        self.rate.setCurrentIndex(RATES.index(USUAL_RATE))
        for word in (_("the line’s rate"), _("300, 2400, 9600 Bd in turn")):
            self.turns.addItem(word)
        for word in (_("the maker’s number"), _("primary address, 0 to 250")):
            self.way.addItem(word)
        self.within.setPlaceholderText(_("all, or 1234FFFF"))
        for box in map(still, (self.line, self.kind, self.rate, self.turns, self.way)):
            # Long words do not widen it.
            box.setSizeAdjustPolicy(
                QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            )
            box.setMinimumContentsLength(_LETTERS)
        inside = QWidget()
        form = self._form = QFormLayout(inside)
        form.setContentsMargins(PAD, PAD, PAD, PAD)
        form.setVerticalSpacing(8)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(label(_("Line")), self.line)
        form.addRow(label(_("Connection")), self.kind)
        form.addRow(label(_("Port or address")), self.place)
        form.addRow(label(_("Baud rate")), self.rate)
        form.addRow(label(_("Search at")), self.turns)
        form.addRow(label(_("Search by")), self.way)
        form.addRow(label(_("Only these numbers")), self.within)
        form.addRow(self.says)
        self.way.currentIndexChanged.connect(lambda _at: self._follow())
        self.body.addWidget(inside)

    def _chosen(self) -> LinkConfig | None:
        at = self.line.currentIndex()
        return self._links[at] if 0 <= at < len(self._links) else None

    def _place_of(self, chosen: LinkConfig | None) -> int:
        """Return where what was chosen stands among the lines there are now."""
        ids = [each.id for each in self._links]
        wanted = self._new_id if chosen is None else chosen.id
        if wanted in ids:  # the new line may be one of the plant's now
            return ids.index(wanted)
        return len(ids) if chosen is None else 0

    def _kind(self) -> str:
        return (SERIAL, TCP, RFC2217)[self.kind.currentIndex()]

    @staticmethod
    def _settable(kind: str) -> bool:
        """Tell whether the line's rate is set from here, and not at its serial server."""
        return kind in (SERIAL, RFC2217)

    def _follow(self) -> None:
        new = self._chosen() is None
        for each in (self.kind, self.place, self.rate):
            self._form.setRowVisible(each, new)
        chosen = self._chosen()
        kind = self._kind() if chosen is None else chosen.kind
        self._form.setRowVisible(self.turns, self._settable(kind))
        serial = self._kind() == SERIAL
        self.place.setPlaceholderText("COM3, /dev/ttyUSB0" if serial else "10.0.0.7:10001")
        by_primary = self.way.currentIndex() == 1
        self._form.setRowVisible(self.within, not by_primary)
        self.says.setText(
            _("Finds meters with an address of their own only; each of the 251 is asked.")
            if by_primary
            else _("Finds all meters, also those that share an address.")
        )

    def _new_link(self) -> LinkConfig | None:
        place, kind = self.place.text().strip(), self._kind()
        options: Mapping[str, Option] | None = _options(place, kind)
        if options is None:
            return None
        made = {**options, "baud": int(self.rate.currentData())}
        for each in self._links:  # the plant has it already: one port has one line
            if each.kind == kind and {**each.options, **options} == each.options:
                return each
        if any(each.id == self._new_id for each in self._links):
            self._new_id = _new_id()
        return LinkConfig(self._new_id, kind, f"M-Bus {place}", made)


def _new_id() -> LinkId:
    return LinkId(f"mbus-{uuid4().hex[:8]}")


def _options(place: str, kind: str) -> dict[str, Option] | None:
    if kind == SERIAL:
        return {"device": place} if place else None
    host, _colon, port = place.rpartition(":")
    if not host or not port.isdecimal() or len(port) > _PORT_DIGITS:
        return None
    if not 0 < int(port) <= _HIGHEST_PORT:
        return None
    return {"host": host.strip("[]"), "port": int(port)}
