"""What differs between two versions: rows of fields, lines of a file, or two pictures."""

from collections.abc import Callable

from PyQt6.QtWidgets import QVBoxLayout, QWidget

from app.model.thingdiff import Change, FieldChange, LineChange, field_changes, line_changes
from app.model.version import Thing, ThingKind, ThingVersion
from app.words import _, ngettext
from widgets.controls.card import Bar, Elided, Segments
from widgets.controls.late import Stack
from widgets.controls.plain import sentence
from widgets.controls.quality import figures
from widgets.controls.table import Table
from widgets.models.rows import RowsModel
from widgets.models.versions import field_columns, line_columns
from widgets.theme import Look

# Makes two pictures side by side of two files' words; None where nobody can draw here.
Pictures = Callable[[str, str], QWidget]
_FIELDS, _LINES, _PICTURES, _NOTHING = range(4)


class Difference(QWidget):
    """Shows one version beside another, the older one left."""

    def __init__(self, look: Look, pictures: Pictures | None = None) -> None:
        super().__init__()
        self._pictures = pictures
        self._titles = ["", ""]
        self.fields: RowsModel[FieldChange] = RowsModel(
            field_columns(lambda: self._titles[0], lambda: self._titles[1]),
            lambda each: each.name,
            self,
        )
        self.lines: RowsModel[LineChange] = RowsModel(
            line_columns(), lambda each: (each.old_number, each.new_number), self
        )
        self.says = Elided("", "quiet")
        self.scope = Segments(
            (_("Changes"), _("Everything")), _("What of the difference is shown")
        )
        self.form = Segments((_("Pictures"), _("Lines")), _("How a diagram is shown"))
        self._stack = Stack()
        self.field_table = Table(self.fields, look, _("Fields of both versions"))
        self.line_table = Table(self.lines, look, _("Lines of both versions"), row_px=24)
        self._drawn = QWidget()
        self._nothing = sentence(_("Choose a version above to see what it changed."))
        for each in (self.field_table, self.line_table, self._drawn, self._nothing):
            self._stack.addWidget(each)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(Bar("toolbar", 44).add(self.says).stretch().add(self.form, self.scope))
        column.addWidget(self._stack, 1)
        self.scope.chosen.connect(self._narrow)
        self.form.chosen.connect(self._change_form)
        self._all_lines: list[LineChange] = []
        self._whole = False
        self.clear()

    def clear(self) -> None:
        """Show nothing but what to do."""
        self.says.setText("")
        self.form.hide()
        self.scope.hide()
        self._stack.setCurrentIndex(_NOTHING)

    def show_both(
        self,
        thing: Thing,
        older: ThingVersion,
        newer: ThingVersion,
        titles: tuple[str, str] | None = None,
    ) -> None:
        """Show what became of ``older`` in ``newer``, named by ``titles`` or numbers."""
        self._titles = list(titles or (_version_title(older), _version_title(newer)))
        is_file = thing.kind in (ThingKind.PROFILE, ThingKind.DIAGRAM)
        if is_file:
            count = self._show_lines(older, newer)
        else:
            rows = field_changes(older.content, newer.content)
            self.fields.replace(rows)
            count = sum(each.change is not Change.SAME for each in rows)
        words = ngettext("{count} change", "{count} changes", count)
        drawn = thing.kind is ThingKind.DIAGRAM and self._pictures is not None
        both = {"older": self._titles[0], "newer": self._titles[1]}
        self.says.setText(
            _("{older} → {newer}").format(**both)
            if drawn  # its parts are counted over each picture
            else _("{older} → {newer}: {changes}").format(
                changes=words.format(count=figures(count, 0)), **both
            )
        )
        self.form.setVisible(drawn)
        self.scope.setVisible(not drawn)
        self._narrow(int(self._whole))
        if drawn:
            self._draw(older, newer)
        self._stack.setCurrentIndex(_PICTURES if drawn else _LINES if is_file else _FIELDS)
        self.form.mark(0)

    def _show_lines(self, older: ThingVersion, newer: ThingVersion) -> int:
        self._all_lines = line_changes(older.content, newer.content)
        self.lines.replace(self._all_lines)
        return sum(each.change is not Change.SAME for each in self._all_lines)

    def _draw(self, older: ThingVersion, newer: ThingVersion) -> None:
        if self._pictures is None:
            return
        made = self._pictures(older.content, newer.content)
        self._stack.removeWidget(self._drawn)
        self._drawn.deleteLater()
        self._drawn = made
        self._stack.insertWidget(_PICTURES, made)

    def _change_form(self, at: int) -> None:
        """Show a diagram as pictures, or as the lines of its file."""
        self._stack.setCurrentIndex((_PICTURES, _LINES)[at])
        self.scope.setVisible(bool(at))

    def _narrow(self, at: int) -> None:
        """Show only what changed, with two lines around it in a file; or everything."""
        self._whole = bool(at)
        if self._whole:
            self.fields.keep(None)
            self.lines.keep(None)
            return
        near = near_changes(self._all_lines)
        self.fields.keep(lambda each: each.change is not Change.SAME)
        self.lines.keep(lambda each: (each.old_number, each.new_number) in near)


def near_changes(
    lines: list[LineChange], around: int = 2
) -> set[tuple[int | None, int | None]]:
    """Return the numbers of the lines that changed and of those ``around`` them."""
    changed = [at for at, each in enumerate(lines) if each.change is not Change.SAME]
    near = {at + off for at in changed for off in range(-around, around + 1)}
    return {(each.old_number, each.new_number) for at, each in enumerate(lines) if at in near}


def _version_title(version: ThingVersion) -> str:
    if not version.number:
        return _("not there yet")
    return _("version {number}").format(number=version.number)
