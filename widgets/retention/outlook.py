"""What data take on the disk, when it will be full, and what goes next."""

from datetime import tzinfo

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from app.model.retention import Room, Thinning
from app.retentiontext import kind_name, room_name
from app.words import _, ngettext
from widgets.auditlog.room import room_text
from widgets.controls.card import PAD, Card
from widgets.controls.plain import label, sentence
from widgets.controls.quality import figures


class RoomCard(Card):
    """A row for each kind of data, then how much is free and until when."""

    def __init__(self) -> None:
        super().__init__(_("Room on the disk"))
        self.full = sentence(_("Counting readings …"), "strong")
        self.says = sentence()
        self._grid = _Grid()
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(PAD, PAD, PAD, PAD)
        column.setSpacing(8)
        for each in (self.full, self.says, self._grid):
            column.addWidget(each)
        self.body.addWidget(inside)

    def show_room(self, room: Room, zone: tzinfo | None) -> None:
        """Show what an answer says."""
        self.full.setText(full_text(room, zone))
        self.says.setVisible(room.free_bytes is not None)
        free, grows = room_text(room.free_bytes or 0), room_text(room.monthly_bytes)
        said = (
            _(
                "{free} may be filled. A month adds {grows} before old samples are thinned "
                "out; what other programs write is not foreseen."
            )
            if room.known
            else _("{free} may be filled.")  # nobody has seen yet what a month adds
        )
        self.says.setText(said.format(free=free, grows=grows))
        rows = [(room_name(each.name), room_text(each.size_bytes)) for each in room.kinds]
        total = sum(each.size_bytes for each in room.kinds)
        self._grid.show_rows([*rows, (_("Together"), room_text(total))])


class NextCard(Card):
    """What a try told: how many samples of each kind would go."""

    def __init__(self) -> None:
        super().__init__(_("What goes next"))
        self.says = sentence()
        self._grid = _Grid()
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(PAD, PAD, PAD, PAD)
        column.setSpacing(8)
        column.addWidget(self.says)
        column.addWidget(self._grid)
        self.body.addWidget(inside)
        self.clear()

    def clear(self) -> None:
        """Show that nothing was tried with what stands in the fields."""
        self.says.setText(
            _(
                "Old samples are thinned out by themselves, every hour a little. Try the rules "
                "to see what they would throw away now; nothing is changed by that."
            )
        )
        self._grid.show_rows([])

    def show_thinning(self, would: Thinning, *, done: bool) -> None:
        """Show what would go, or went."""
        if not would.gone:
            self.says.setText(_("Nothing is old enough: no sample goes."))
            self._grid.show_rows([])
            return
        first, last = (f"{each:%Y-%m}" if each else "–" for each in (would.first, would.last))
        said = (
            ngettext(
                "{count} sample of the months {first} to {last} went.",
                "{count} samples of the months {first} to {last} went.",
                would.gone,
            )
            if done
            else ngettext(
                "{count} sample of the months {first} to {last} would go.",
                "{count} samples of the months {first} to {last} would go.",
                would.gone,
            )
        )
        self.says.setText(said.format(count=figures(would.gone, 0), first=first, last=last))
        self._grid.show_rows(
            [
                (
                    kind_name(each.kind),
                    _("{gone} of {samples}").format(
                        gone=figures(each.gone, 0), samples=figures(each.samples, 0)
                    ),
                    _("{count} stay because a sum needs them").format(
                        count=figures(each.kept_for_sums, 0)
                    )
                    if each.kept_for_sums
                    else "",
                )
                for each in would.kinds
            ]
        )


_REMARK = 2  # the column of remarks, where there are any


class _Grid(QWidget):
    """Rows of words; the second column is of figures."""

    def __init__(self) -> None:
        super().__init__()
        self._layout = QGridLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setHorizontalSpacing(PAD)
        self._layout.setVerticalSpacing(4)
        self._layout.setColumnStretch(0, 1)
        self._shown: list[QLabel] = []

    def show_rows(self, rows: list[tuple[str, ...]]) -> None:
        """Show rows in the place of those that are shown."""
        self._layout.setColumnStretch(_REMARK, int(any(len(row) > _REMARK for row in rows)))
        cells = [
            (line, column, text)
            for line, row in enumerate(rows)
            for column, text in enumerate(row)
        ]
        while len(self._shown) < len(cells):
            self._shown.append(label())
        for nth, each in enumerate(self._shown):
            self._layout.removeWidget(each)
            each.setVisible(False)
            if nth < len(cells):
                line, column, text = cells[nth]
                each.setText(text)
                each.setWordWrap(column == 0)  # a long name pushes no figure out of sight
                each.setMinimumWidth(int(column == 0))
                right = Qt.AlignmentFlag.AlignRight
                each.setAlignment(right if column == 1 else Qt.AlignmentFlag.AlignLeft)
                self._layout.addWidget(each, line, column)
                each.setVisible(True)


def full_text(room: Room, zone: tzinfo | None) -> str:
    """Return when the disk will be full, in a sentence."""
    if room.free_bytes is None:
        return _("How much room the disk of the server has is not known here.")
    if not room.known:
        return _("When the disk will be full shows after the first whole month.")
    if room.full_at is None:
        return _("The disk is large enough for the next fifty years.")
    return _("The disk will be full in {month}.").format(
        month=f"{room.full_at.astimezone(zone):%Y-%m}"
    )
