"""The button that keeps alarms quiet for a while, or at this workstation altogether."""

from functools import partial

from PyQt6.QtGui import QAction
from PyQt6.QtWidgets import QMenu, QPushButton

from app.words import _, ngettext
from widgets.icons import icon
from widgets.pagetype import PageContext
from widgets.shell.ringing import SILENCES_MIN, Ringing


class SilenceButton(QPushButton):
    """Says whether alarms sound; its menu silences those that stand now."""

    def __init__(self, ringing: Ringing, context: PageContext) -> None:
        super().__init__()
        self._ringing, self._look = ringing, context.look
        self.setAutoDefault(False)
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self._fill)
        self.setMenu(self._menu)
        ringing.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        quiet = self._ringing.silent or not self._ringing.on
        self.setIcon(icon("sound-off" if quiet else "sound-on", self._look))
        if not self._ringing.on:
            self.setText(_("Sound off"))
            self.setAccessibleName(_("Alarms are not heard at this workstation"))
        elif quiet:
            self.setText(_("Silenced"))
            self.setAccessibleName(_("The alarms that stand are silenced for a while"))
        else:
            self.setText(_("Silence"))
            self.setAccessibleName(_("Silence the alarms that stand"))

    def _fill(self) -> None:
        self._menu.clear()
        if self._ringing.silent:
            self._add(_("Sound again"), self._ringing.end_silence)
        for minutes in SILENCES_MIN:
            words = ngettext("For {count} minute", "For {count} minutes", minutes)
            self._add(words.format(count=minutes), partial(self._ringing.silence, minutes))
        self._menu.addSeparator()
        heard = self._add(
            _("Alarms are heard at this workstation"),
            lambda: self._ringing.switch(on=not self._ringing.on),
        )
        heard.setCheckable(True)
        heard.setChecked(self._ringing.on)

    def _add(self, word: str, act: object) -> QAction:
        made = QAction(word, self._menu)
        if callable(act):
            made.triggered.connect(lambda _on=False: act())
        self._menu.addAction(made)
        return made
