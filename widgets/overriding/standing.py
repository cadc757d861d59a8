"""The badge that says what stands out of automatic, and the list of who, why, until when."""

from functools import partial

from PyQt6.QtWidgets import QWidget

from app.errors import PlantError
from app.model.control import WriteResult, WriteState
from app.model.override import Override
from app.model.reading import DeviceId, point_id
from app.sentences import told_sentence
from app.words import _, ngettext
from widgets.controls.carddialog import CardDialog, CountBadge, told_card
from widgets.controls.moments import since_text
from widgets.controls.plain import button
from widgets.controls.quality import number_text
from widgets.pagetype import PageContext


class OverrideBadge(CountBadge):
    """Counts what stands out of automatic for as long as it does; pressed, lists it."""

    def __init__(self, context: PageContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        context.overrides.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Count anew."""
        count = len(self._context.overrides.standing)
        self.show_count(
            count,
            ngettext("{count} OVERRIDE", "{count} OVERRIDES", count),
            ngettext(
                "{count} setting is out of automatic; press to see who, why and until when",
                "{count} settings are out of automatic; press to see who, why and until when",
                count,
            ),
        )

    def open_list(self) -> None:
        """Show each of them."""
        OverrideList(self._context, self.window() or self).open()


class OverrideList(CardDialog):
    """Every override with who, why and until when; each is taken back here."""

    def __init__(self, context: PageContext, parent: QWidget) -> None:
        empty = _("Everything is in automatic.")
        super().__init__(context.look, _("Out of automatic"), empty, parent)
        self._context = context
        self._going: set[str] = set()  # overrides that are being taken back
        context.overrides.changed.connect(self.refresh)
        context.directory.described.connect(self.refresh)
        self.refresh()

    def cards(self) -> list[QWidget]:
        """Make a card of each override that stands now."""
        return [self._card(each) for each in self._context.overrides.standing]

    def _card(self, each: Override) -> QWidget:
        context = self._context
        back = button(_("Take back now"), partial(self._take_back, each))
        back.setEnabled(not context.write_lock.all_locked)
        lines = [(value_words(context, each), "strong"), (each.reason, "quiet")]
        name, under = context.directory.name(each.device), override_words(context, each)
        return told_card(name, under, [line for line in lines if line[0]], [None, back])

    def _take_back(self, each: Override) -> None:
        if self._context.write_lock.locked:
            self._context.write_lock.ask_unlock()
            return
        if each.id in self._going:
            return  # pressed twice: it is one wish
        self._going.add(each.id)
        self._context.overrides.take_back(
            each, partial(self._taken, each), partial(self._fail, each)
        )

    def _taken(self, each: Override, result: WriteResult) -> None:
        self._going.discard(each.id)
        if result.state is WriteState.CONFIRMED:
            self.notice.hide()
        else:
            self.notice.tell(told_sentence(result.reason))

    def _fail(self, each: Override, error: PlantError) -> None:
        self._going.discard(each.id)
        self.notice.tell(str(error))


def override_words(context: PageContext, each: Override) -> str:
    """Return who and until when: "K. Lund, until 16:00"."""
    if each.until is None:
        return _("{name}, until it is taken back").format(name=each.name)
    when = since_text(each.until, context.now(), context.zone)
    return _("{name}, until {when}").format(name=each.name, when=when)


def value_words(context: PageContext, each: Override) -> str:
    """Return what stands there, and what will: "Relay 2: ON, then AUTO again"."""
    spec = context.directory.spec(point_id(each.device, each.key))
    if spec is None:
        return each.key
    value, former = number_text(each.value, spec), number_text(each.former, spec)
    words = _("{setting}: {value}, then {former} again")
    return words.format(setting=spec.name, value=value, former=former)


def held_words(context: PageContext, device: DeviceId, key: str) -> str:
    """Return who holds a setting out of automatic, until when and why; "" while nobody does."""
    each = context.overrides.of(device, key)
    if each is None:
        return ""
    words = _("Out of automatic: {who}").format(who=override_words(context, each))
    return f"{words}. {each.reason}" if each.reason else words
