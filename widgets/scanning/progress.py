"""How far a search is: share and time left, and what was heard on the line."""

from PyQt6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from app.model.scan import ScanProgress, ScanStanding, ScanState
from app.words import _
from widgets.controls.card import PAD, Card
from widgets.controls.facts import Facts
from widgets.controls.plain import label, sentence
from widgets.controls.quality import NO_VALUE

_MINUTE_S = 60.0
_STEPS = 1000


class ProgressCard(Card):
    """A bar, the estimate, and the counts that tell collisions, echo and noise apart."""

    def __init__(self) -> None:
        super().__init__(_("Search"))
        self.state = label("", "strong")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, _STEPS)
        self.bar.setAccessibleName(_("Progress"))
        self.facts = Facts({}, pad_px=0)
        self.words, self.unresolved = sentence(), sentence()
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(PAD, PAD, PAD, PAD)
        column.setSpacing(8)
        for each in (self.state, self.bar, self.facts, self.words, self.unresolved):
            column.addWidget(each)
        self.body.addWidget(inside)

    def tell(self, standing: ScanStanding) -> None:
        """Show how a search stands."""
        progress = standing.progress
        self.state.setText(state_text(standing))
        self.bar.setValue(round(progress.share * _STEPS))
        line = standing.wish.link.name if standing.wish is not None else NO_VALUE
        for name, text in {_("Line"): line, **facts_of(progress)}.items():
            self.facts.tell(name, text)
        self.words.setText("\n".join(diagnosis(standing)))
        self.words.setVisible(bool(self.words.text()))
        if progress.unresolved:
            shared = ", ".join(progress.unresolved)
            said = _("Several meters share an address and cannot be told apart: {addresses}")
            self.unresolved.setText(said.format(addresses=shared))
        self.unresolved.setVisible(bool(progress.unresolved))


def diagnosis(standing: ScanStanding) -> list[str]:
    """Return in sentences what was heard on the line, and what to do about it."""
    progress, over = standing.progress, standing.state is ScanState.DONE
    said = []
    if progress.echoes:
        said.append(_("The converter returns what is sent (echo); that is passed over."))
    if progress.noises:
        said.append(_("Bytes that are nobody’s came around telegrams: look for a bad contact."))
    if over and not progress.found and not progress.unresolved:
        said.append(_nobody(standing))
    elif progress.collisions:
        said.append(_("Several meters answered at once: each was then asked apart."))
    return said


def _nobody(standing: ScanStanding) -> str:
    """Return why a search may have found nobody."""
    if standing.progress.collisions:
        return _(
            "Something answers, but no telegram can be read: another baud rate, a second "
            "master on the line, or meters of one address."
        )
    wish = standing.wish
    if wish is not None and not wish.in_turn:
        return _(
            "Nobody answered. Are the converter and its bus powered? Meters may speak at "
            "another rate: search at 300, 2400 and 9600 Bd in turn."
        )
    return _("Nobody answered. Are the converter and its bus powered, is the cable whole?")


def state_text(standing: ScanStanding) -> str:
    """Return how a search stands, with the time it will still take."""
    words = {
        ScanState.NONE: _("No search yet"),
        ScanState.PAUSED: _("Paused; the line is free for readouts"),
        ScanState.DONE: _("The whole bus was searched"),
        ScanState.CANCELLED: _("Cancelled"),
        ScanState.FAILED: _("The search broke off"),
    }
    if standing.state is not ScanState.RUNNING:
        return words[standing.state]
    left_s = standing.progress.left_s
    if left_s is None:
        return _("Searching")
    return _("Searching, about {time} left").format(time=time_text(left_s))


def time_text(seconds: float) -> str:
    """Return a time in whole minutes, or in seconds where it is short."""
    if seconds < 2 * _MINUTE_S:
        return _("{s} s").format(s=round(seconds))
    return _("{min} min").format(min=round(seconds / _MINUTE_S))


def facts_of(progress: ScanProgress) -> dict[str, str]:
    """Return what was asked and heard, by its name."""
    return {
        _("Searched"): f"{100.0 * progress.share:.0f} %",
        _("Found"): str(len(progress.found)),
        _("Collisions"): str(progress.collisions),
        _("Echo"): str(progress.echoes),
        _("Noise"): str(progress.noises),
        _("Questions"): f"{progress.asked} · {progress.at or NO_VALUE}",
        _("Baud rate"): f"{progress.baud} Bd" if progress.baud else NO_VALUE,
    }
