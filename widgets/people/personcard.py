"""One person beside the list: who they are, what they were given, how they come in."""

from collections.abc import Coroutine, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QApplication, QScrollArea, QWidget

from app.errors import Conflict, PlantError
from app.model.person import Person
from app.model.rights import Role
from app.words import _
from widgets.controls.card import Bar, Card, Segments
from widgets.controls.late import Scrolled, Stack
from widgets.controls.notice import Notice
from widgets.controls.plain import button, sentence
from widgets.devicelist.groups import KIND as GROUPS
from widgets.devicelist.groups import members
from widgets.models.people import (
    Kind,
    all_areas,
    all_devices,
    brought_together,
    given_to,
    groups_to_give,
    with_given,
    with_gone,
)
from widgets.pagetype import PageContext, Show
from widgets.people.access import Access
from widgets.people.givenlist import GivenLists
from widgets.people.personfields import PersonFields

_PERSON, _GIVEN, _ACCESS = range(3)


class PersonCard(Card):
    """Shows somebody and saves what is changed of them.

    ``kept`` tells the login that is to be shown next; "" for nobody. ``left`` tells that
    the keyboard has no place on the card any more: what it stood in is done. ``given_up``
    says that a new person was not added.
    """

    kept = pyqtSignal(str)
    left = pyqtSignal()
    given_up = pyqtSignal()
    conflicted = pyqtSignal()

    def __init__(self, context: PageContext) -> None:
        super().__init__(_("Person"))
        self._context = context
        self._base: Person | None = None
        self._roles: Sequence[Role] = ()
        self._why = self._quicker = ""
        self._waits = False  # for the core's answer to what was saved
        self._offered = False  # whether the lists have what can be given now
        look = context.look
        self.fields = PersonFields(look)
        self.lists = GivenLists(look)
        self.access = Access(look, context.zone)
        self.switch = Segments((_("Person"), _("Given"), _("Coming in")), _("Part of a person"))
        self.notice = Notice(look)
        self.says = sentence("", "small")
        self.says.setContentsMargins(12, 8, 12, 0)
        self.parts = Stack()
        for each in (_scrolling(self.fields, _("Person")), self.lists):
            self.parts.addWidget(each)
        self.parts.addWidget(_scrolling(self.access, _("Coming in")))
        self.versions = button(_("Versions"), lambda: context.show(versions_of(self._base)))
        self.give_up = button(_("Give up"), self.discard)
        self.save = button(_("Save"), self._save, role="primary")
        for part in (Bar("toolbar", 44).add(self.switch), self.notice, self.says):
            self.body.addWidget(part)
        self.body.addWidget(self.parts, 1)
        foot = Bar("cardfoot", 44).add(self.versions).stretch()
        self.body.addWidget(foot.add(self.give_up, self.save))
        self._wire()

    @property
    def person(self) -> Person | None:
        """Who is shown, as the core has them."""
        return self._base

    def show_person(self, person: Person, roles: Sequence[Role]) -> None:
        """Show somebody; a person without a version is new."""
        self._base, self._roles, self._waits = person, roles, False
        self.title.setText(person.name if person.version else _new_title(person))
        self.notice.hide()
        self._fill(person)
        if not person.version:
            self.switch.choose(_PERSON)
            self.fields.name.control.setFocus()

    def bring_together(self, newest: Person, roles: Sequence[Role]) -> None:
        """Somebody else changed the person: show theirs, with one's own upon it."""
        if self._base is None:
            return
        mine = brought_together(self._base, self.edited(), newest)
        self._base, self._roles = newest, roles
        self._fill(mine)
        together = _(
            "Somebody else changed {name} meanwhile. Their changes are shown here with "
            "yours: look, and save again."
        ).format(name=newest.name)
        self.notice.tell(f"{together}\n{self._quicker}")

    def edited(self) -> Person:
        """Return the person as the screen has them."""
        base = self._base or Person("", "", "")
        made = self.fields.person(base)
        for kind in Kind:
            if set(self.lists.given(kind)) != set(given_to(base, kind)):
                made = with_given(made, kind, self.lists.given(kind))
        return made

    def unsaved(self) -> str:
        """Return the sentence about what would be lost; "" for nothing."""
        base = self._base
        if base is None or self._why:
            return ""
        edited = self.edited()
        if not base.version:
            typed = edited.name or edited.login or self.fields.password.text
            return _("The new person is not added yet.") if typed else ""
        if edited == replace(base, name=base.name.strip()):
            return ""
        return _("What was changed of {name} is not saved yet.").format(name=base.name)

    def discard(self) -> None:
        """Show the person as the core has them; let go of a new one."""
        if self._base is None:
            return
        if not self._base.version:
            self._base = None
            self.given_up.emit()
            return
        self.show_person(self._base, self._roles)

    def offer(self) -> None:
        """List what can be given, as the plant is now: thousands of rows, if they are seen."""
        self._offered = self.parts.currentWidget() is self.lists
        if self._offered:
            _offer(self.lists, self._base or Person("", "", ""), self._context)

    def _fill(self, person: Person) -> None:
        mine = self._context.viewer.rights
        self._why = self.fields.show_person(person, self._roles, mine)
        self.says.setText(self._why)
        self.says.setVisible(bool(self._why))
        self.lists.let(free=not self._why)
        for kind in Kind:
            self.lists.give(kind, given_to(person, kind))
        self.offer()
        self.access.show_person(person, self._why)
        new = not person.version
        self.switch.allow(_ACCESS, free=not new)
        self.versions.setVisible(not new)
        self.save.setText(_("Add") if new else _("Save"))
        self._weigh()

    def _wire(self) -> None:
        self.switch.chosen.connect(self.parts.setCurrentIndex)
        self.parts.currentChanged.connect(lambda _at: None if self._offered else self.offer())
        self.fields.changed.connect(self._weigh)
        self.fields.entered.connect(self._save)
        self.lists.changed.connect(self._weigh)
        self.access.password_wanted.connect(self._set_password)
        self.access.ending_wanted.connect(self._end)
        self.access.removal_wanted.connect(self._remove)

    def _weigh(self) -> None:
        new = self._base is not None and not self._base.version
        changed = bool(self.unsaved())
        self.save.setEnabled(not self._why and (changed or new))
        self.give_up.setEnabled(changed or new)

    def _save(self) -> None:
        base = self._base
        if base is None or self._waits or not self.save.isEnabled():
            return
        self.notice.hide()  # what was wrong with the last try is over
        if not self.fields.is_right(new=not base.version):
            self.switch.choose(_PERSON)
            return
        people, viewer, edited = self._context.asked.people, self._context.viewer, self.edited()
        if base.version:
            self._ask(people.change_person(viewer, edited), edited)
        else:
            self._ask(people.add_person(viewer, edited, self.fields.password.text), edited)

    def _end(self, why: str) -> None:
        if self._base is not None:
            changed = replace(self._base, ended=why)
            people = self._context.asked.people
            self._ask(people.change_person(self._context.viewer, changed), self._base)

    def _set_password(self, password: str) -> None:
        if self._base is None:
            return
        base, context = self._base, self._context
        context.asking.ask(
            context.asked.people.set_password(context.viewer, base.login, password),
            owner=self,
            done=lambda _done: self._password_set(base),
            failed=partial(self._fail, base),
        )

    def _password_set(self, person: Person) -> None:
        if _is_still(self._base, person):
            self.access.password.clear()
        says = _("{name} has another password from now on.").format(name=person.name)
        self._context.work.tell(says)
        self.kept.emit(person.login if _is_still(self._base, person) else "")

    def _remove(self) -> None:
        if self._base is None:
            return
        context, base = self._context, self._base
        context.asking.ask(
            context.asked.people.remove_person(context.viewer, base.login),
            owner=self,
            done=lambda _gone: self._gone(base),
            failed=partial(self._fail, base),
        )

    def _gone(self, person: Person) -> None:
        if _is_still(self._base, person):
            self._base = None
        self.kept.emit("")

    def _ask(self, work: Coroutine[Any, Any, Person], seen: Person) -> None:
        """Ask for a change; ``seen`` is what of the fields goes with it."""
        base = self._base
        self._waits = True  # the button stays as it is: one that goes off loses the keys
        self._context.asking.ask(
            work,
            owner=self,
            done=partial(self._done, base, seen),
            failed=partial(self._fail, base),
        )

    def _done(self, base: Person | None, seen: Person, person: Person) -> None:
        if not _is_still(self._base, base):
            self.kept.emit("")
            return
        self.notice.hide()
        typed = self.edited()
        if base is not None and base.version and typed != seen:
            # What was typed meanwhile, or beside a sending away, stays and is not saved yet.
            self._base, self._waits = person, False
            self._fill(brought_together(seen, typed, person))
        else:
            if _keys_are_done(self, base):
                self.left.emit()
            self.show_person(person, self._roles)
        self.kept.emit(person.login)

    def _fail(self, base: Person | None, error: PlantError) -> None:
        if not _is_still(self._base, base):
            name = base.name if base is not None else ""
            self._context.work.tell(f"{name}: {error}" if name else str(error))
            return
        self._waits = False
        self._weigh()
        if isinstance(error, Conflict):
            self._quicker = str(error)
            self.conflicted.emit()
            return
        self.notice.tell(str(error))


def _offer(lists: GivenLists, base: Person, context: PageContext) -> None:
    """List what can be given to somebody, as the plant is now."""
    directory = context.directory
    views = directory.views
    devices = directory.remembered("devices to give", lambda: all_devices(views))
    areas = directory.remembered("areas to give", lambda: all_areas(views))
    shared = {
        each.id: (each.name, members(each))
        for each in context.desk.presets(GROUPS)
        if each.shared
    }
    lists.offer(Kind.DEVICE, with_gone(devices, given_to(base, Kind.DEVICE)))
    lists.offer(Kind.AREA, with_gone(areas, given_to(base, Kind.AREA)))
    lists.offer(Kind.GROUP, groups_to_give(shared, given_to(base, Kind.GROUP)))


def _is_still(now: Person | None, person: Person | None) -> bool:
    """Whether it is still this person who is shown: somebody may have gone on to another."""
    if now is None or person is None or not person.version:
        return now is person
    return now.login == person.login


def _keys_are_done(card: PersonCard, base: Person | None) -> bool:
    """Whether the keyboard stands in what goes with saving: the button, the new fields."""
    if base is not None and base.version:
        return card.save.hasFocus()
    keys = QApplication.focusWidget()
    return keys is not None and card.isAncestorOf(keys)


def versions_of(person: Person | None) -> Show:
    """Return the way to the versions of a person's account."""
    return Show("versions", part=f"person/{person.login}" if person is not None else "")


def _new_title(person: Person) -> str:
    return _("Invite a guest") if person.is_guest else _("New person")


def _scrolling(widget: QWidget, says: str) -> QScrollArea:
    area = Scrolled()
    area.setWidgetResizable(True)
    area.setAccessibleName(says)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(widget)
    return area
