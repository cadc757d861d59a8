"""Everything the palette may lead to, gathered from what this person may see."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from PyQt6.QtCore import QObject

import widgets.devicetabs
from app.asked import Document
from app.model.reading import DeviceId
from app.plugins import discover
from app.words import _
from widgets.devicetabs.tabtype import TabType
from widgets.models.devices import address_text
from widgets.pagetype import PageContext, PageType, Show
from widgets.palette.finder import Entry, EntryKind, plain


@dataclass(frozen=True, slots=True)
class Command:
    """Something the shell can do at once; the word is a function, to follow the language."""

    id: str
    title: Callable[[], str]
    act: Callable[[], object]
    keys: str = ""  # as QKeySequence reads them


def kind_word(kind: EntryKind) -> str:
    """Return what an entry is, as it stands beside it."""
    return {
        EntryKind.DEVICE: _("Device"),
        EntryKind.PAGE: _("Page"),
        EntryKind.PART: _("Device page"),
        EntryKind.ALARM: _("Alarm"),
        EntryKind.REPORT: _("Document"),
        EntryKind.COMMAND: _("Command"),
    }[kind]


class Sources:
    """Gathers entries and knows what each leads to (GUI thread)."""

    def __init__(
        self,
        context: PageContext,
        kinds: Mapping[str, PageType],
        commands: Sequence[Command],
    ) -> None:
        self._context, self._kinds = context, kinds
        self._commands = {each.id: each for each in commands}
        self._papers: dict[str, DeviceId] = {}  # whose a document is

    def entries(self) -> list[Entry]:
        """Return what can be found by its own name; parts of device pages come by `parts`."""
        return [*self._pages(), *self._devices(), *self._alarms(), *self._acts()]

    def ask_papers(self, owner: QObject, done: Callable[[Sequence[Entry]], None]) -> None:
        """Ask for the documents of all devices; ``done`` is called later, if at all.

        A report that was filed in several forms is one entry, naming them.

        A core that does not answer has its own sentence elsewhere.
        """

        def made(documents: Sequence[Document]) -> None:
            papers: dict[tuple[DeviceId, str], list[Document]] = {}
            for each in documents:
                if each.device is not None:
                    papers.setdefault((each.device, each.title), []).append(each)
            self._papers = {same[0].id: device for (device, _title), same in papers.items()}
            name = self._context.directory.name
            done(
                [
                    Entry(
                        EntryKind.REPORT, same[0].id, title, f"{name(device)} · {_forms(same)}"
                    )
                    for (device, title), same in papers.items()
                ]
            )

        context = self._context
        context.asking.ask(
            context.asked.project.documents(context.viewer),
            owner=owner,
            done=made,
            failed=lambda _error: None,
        )

    def parts(self, text: str, found: Sequence[Entry]) -> list[Entry]:
        """Return the tabs meant by words such as “ahornvej settings”.

        ``found`` is what the words without the tab's own word led to; see `split`.
        """
        tabs = self._tabs()
        wanted = [tab for tab in tabs if self._names(tab, text)]
        made = []
        for entry in found:
            if entry.kind is EntryKind.DEVICE:
                for tab in wanted:
                    title = f"{entry.title} › {tab.title()}"
                    place = f"{entry.id}/{tab.id}"
                    made.append(Entry(EntryKind.PART, place, title, entry.hint))
        return made

    def split(self, text: str) -> str:
        """Return ``text`` without the words that name a tab; the same when none does."""
        kept = [word for word in text.split() if not self._is_tab(word)]
        return " ".join(kept) if kept else text

    def go(self, entry: Entry) -> None:
        """Do what an entry stands for."""
        if entry.kind is EntryKind.COMMAND:
            self._commands[entry.id].act()
            return
        show = self._show(entry)
        if show is not None:
            self._context.show(show)

    def _show(self, entry: Entry) -> Show | None:
        views = {view.config.id: view for view in self._context.directory.views}
        if entry.kind is EntryKind.PAGE:
            return Show(entry.id)
        if entry.kind is EntryKind.ALARM:
            return Show("alarms", part=entry.id)
        if entry.kind is EntryKind.REPORT:
            return Show("device", self._papers[entry.id], part="documents")
        place, _slash, part = entry.id.partition("/")
        found = next((device for device in views if device == place), None)
        return None if found is None else Show("device", found, part=part)

    def _pages(self) -> list[Entry]:
        return [
            Entry(EntryKind.PAGE, kind.id, kind.title())
            for kind in self._kinds.values()
            if not kind.needs_device
        ]

    def _devices(self) -> list[Entry]:
        if "device" not in self._kinds:
            return []
        made = []
        for view in self._context.directory.views:
            place = address_text(view)
            parts = (view.config.area, view.label, view.config.serial, place, view.config.id)
            hint = " · ".join(part for part in parts if part)
            made.append(Entry(EntryKind.DEVICE, view.config.id, view.config.name, hint))
        return made

    def _alarms(self) -> list[Entry]:
        if "alarms" not in self._kinds:
            return []
        return [
            Entry(
                EntryKind.ALARM,
                alarm.rule.id,
                alarm.rule.name,
                self._context.directory.name(alarm.rule.device),
            )
            for alarm in self._context.alarms.alarms
        ]

    def _acts(self) -> list[Entry]:
        return [
            Entry(EntryKind.COMMAND, each.id, each.title(), each.keys)
            for each in self._commands.values()
        ]

    def _tabs(self) -> list[TabType]:
        tabs = discover(widgets.devicetabs, "TAB", TabType).values()
        mine = [tab for tab in tabs if self._context.viewer.may(tab.capability)]
        return sorted(mine, key=lambda tab: tab.order)

    def _is_tab(self, word: str) -> bool:
        return any(_names(tab, word) for tab in self._tabs())

    @staticmethod
    def _names(tab: TabType, text: str) -> bool:
        return any(_names(tab, word) for word in text.split())


_READ_FIRST = ("PDF", "XLSX", "CSV")  # forms people open; the others come after them


def _forms(documents: Sequence[Document]) -> str:
    """Return the forms of one paper: "PDF, XLSX"."""
    found = {each.path.suffix.lstrip(".").upper() for each in documents}
    known = [each for each in _READ_FIRST if each in found]
    return ", ".join([*known, *sorted(found.difference(known))])


_SHORTEST = 3  # letters that name a tab


def _names(tab: TabType, word: str) -> bool:
    typed = plain(word)
    if len(typed) < _SHORTEST:
        return False
    return any(each.startswith(typed) for each in plain(tab.title()).split())
