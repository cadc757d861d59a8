"""What a person may do, and to which devices: capabilities, scopes, roles."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from app.model.point import Category
from app.model.reading import DeviceId
from app.model.refusal import Refusal, nobody_asks
from app.model.second import Danger


class Capability(Enum):
    """What a person may be allowed to do; every verb names exactly one."""

    SEE_PLANT = "see-plant"  # devices, their present values, documents and notes
    SEE_HISTORY = "see-history"
    SEE_ALARMS = "see-alarms"
    ACKNOWLEDGE = "acknowledge"
    EDIT_RULES = "edit-rules"  # alarm rules
    WRITE_PRIMARY = "write-primary"  # settings, by the maker's three categories
    WRITE_LIMITED = "write-limited"
    WRITE_ALL = "write-all"
    MAKE_REPORT = "make-report"
    KEEP_NOTES = "keep-notes"  # write notes, file documents
    EDIT_DEVICES = "edit-devices"  # devices and the links they answer on
    EDIT_GENERAL = "edit-general"  # the plant's name, time zone, letterhead
    EDIT_PROJECT = "edit-project"  # the configuration as one, and its versions
    SEE_CHARGING = "see-charging"  # load management and charging of vehicles
    MANAGE_API = "manage-api"  # keys of other programs
    SEE_AUDIT = "see-audit"
    MANAGE_USERS = "manage-users"  # accounts, roles, assignments
    KEEP_CUSTOMERS = "keep-customers"  # residents by name: seen, changed, handed out
    ERASE_CUSTOMERS = "erase-customers"  # a resident's data, for good
    KEEP_OWN = "keep-own"  # one's own password, language, desk


class Scope(Enum):
    """How far a capability reaches."""

    NONE = "none"
    ASSIGNED = "assigned"  # to the devices a person was given
    ALL = "all"


# Without devices in them there is nothing to assign: these are held whole or not at all.
WHOLE = frozenset(
    {
        Capability.EDIT_GENERAL,
        Capability.EDIT_PROJECT,
        Capability.MANAGE_API,
        Capability.SEE_AUDIT,
        Capability.MANAGE_USERS,
        Capability.KEEP_CUSTOMERS,
        Capability.ERASE_CUSTOMERS,
        Capability.KEEP_OWN,
    }
)
WRITING: Mapping[Category, Capability] = {
    Category.PRIMARY: Capability.WRITE_PRIMARY,
    Category.LIMITED: Capability.WRITE_LIMITED,
    Category.ALL: Capability.WRITE_ALL,
}
# What makes no sense without another one, as far at least: a role keeps to it.
NEEDS: Mapping[Capability, tuple[Capability, ...]] = {
    Capability.SEE_HISTORY: (Capability.SEE_PLANT,),
    Capability.SEE_ALARMS: (Capability.SEE_PLANT,),
    Capability.ACKNOWLEDGE: (Capability.SEE_ALARMS,),
    Capability.EDIT_RULES: (Capability.SEE_ALARMS,),
    Capability.WRITE_PRIMARY: (Capability.SEE_PLANT,),
    Capability.WRITE_LIMITED: (Capability.WRITE_PRIMARY,),
    Capability.WRITE_ALL: (Capability.WRITE_LIMITED,),
    Capability.MAKE_REPORT: (Capability.SEE_HISTORY, Capability.SEE_ALARMS),
    Capability.KEEP_NOTES: (Capability.SEE_PLANT,),
    Capability.EDIT_DEVICES: (Capability.SEE_PLANT,),
    Capability.SEE_CHARGING: (Capability.SEE_PLANT,),
    Capability.SEE_AUDIT: (Capability.SEE_PLANT,),
    Capability.MANAGE_USERS: (Capability.SEE_PLANT,),
    Capability.KEEP_CUSTOMERS: (Capability.SEE_HISTORY,),
    Capability.ERASE_CUSTOMERS: (Capability.KEEP_CUSTOMERS,),
    Capability.EDIT_PROJECT: (
        Capability.EDIT_GENERAL,
        Capability.EDIT_DEVICES,
        Capability.EDIT_RULES,
    ),
}
# What changes the plant or its project, and is refused while a session's writing is locked.
# Alarms stay open to be acknowledged, and what is one's own is one's own.
SETTING = frozenset(WRITING.values())
CHANGING = SETTING | {
    Capability.EDIT_RULES,
    Capability.KEEP_NOTES,
    Capability.EDIT_DEVICES,
    Capability.EDIT_GENERAL,
    Capability.EDIT_PROJECT,
    Capability.MANAGE_API,
    Capability.MANAGE_USERS,
    Capability.KEEP_CUSTOMERS,
    Capability.ERASE_CUSTOMERS,
}
# What Heatdesk itself is set up by: at a computer, not on a phone, whatever a role holds.
# Devices and settings of the plant are not among it: who stands in a plant room connects them.
SYSTEM = frozenset(
    {
        Capability.EDIT_GENERAL,
        Capability.EDIT_PROJECT,
        Capability.MANAGE_API,
        Capability.MANAGE_USERS,
        Capability.ERASE_CUSTOMERS,
    }
)
Cells = Mapping[Capability, Scope]


class Locked(Enum):
    """What of a session is locked, though the person's role would allow it."""

    NOTHING = "nothing"
    SETTINGS = "settings"  # a window begins so: no setting is changed by accident
    WRITING = "writing"  # nothing that changes the plant or its project
    DESK = "desk"  # nobody sits there: nor is an alarm acknowledged

    @property
    def capabilities(self) -> frozenset[Capability]:
        """What is refused; reading goes on, so that alarms still sound."""
        return _REFUSED[self]


_REFUSED: Mapping[Locked, frozenset[Capability]] = {
    Locked.NOTHING: frozenset(),
    Locked.SETTINGS: SETTING,
    Locked.WRITING: CHANGING,
    Locked.DESK: CHANGING | {Capability.ACKNOWLEDGE},
}


@dataclass(frozen=True, slots=True)
class Role:
    """One column of the matrix."""

    id: str
    name: str  # as shown; a preset's is translated, a custom one's stands as it was written
    rank: int  # a manager edits roles and people of lower ranks
    cells: Cells  # what is missing is `Scope.NONE`
    start_page: str = ""  # "" leaves it to the person
    pages: tuple[str, ...] = ()  # shown to this role; empty: every one its rights open
    origin: str = ""  # whose system this preset repeats
    preset: bool = False  # came with Heatdesk: cannot be removed
    version: int = 0  # of what the project changed; a change that finds another is a conflict

    def scope(self, capability: Capability) -> Scope:
        """Return how far the role's capability reaches."""
        return self.cells.get(capability, Scope.NONE)


@dataclass(frozen=True, slots=True)
class Rights:
    """A role in one person's hands: with the devices that were assigned, as of now."""

    cells: Cells
    devices: frozenset[DeviceId] = frozenset()  # what "assigned" means for this person
    role: str = ""
    rank: int = 0
    start_page: str = ""
    pages: tuple[str, ...] = ()
    ended: str = ""  # why there are none any more, as a sentence
    paired: frozenset[Danger] = frozenset()  # what nobody does alone in this project
    guest: bool = False  # held by somebody of another company

    def scope(self, capability: Capability) -> Scope:
        """Return how far a capability reaches."""
        return self.cells.get(capability, Scope.NONE)

    def may(self, capability: Capability, device: DeviceId | None = None) -> bool:
        """Whether the capability is held: at all, or for one device."""
        scope = self.scope(capability)
        if scope is Scope.ALL or device is None:
            return scope is not Scope.NONE
        return scope is Scope.ASSIGNED and device in self.devices

    def reach(self, capability: Capability) -> Callable[[DeviceId], bool]:
        """Return what tells of each of many devices whether the capability is held for it."""
        scope = self.scope(capability)
        if scope is Scope.ASSIGNED:
            return self.devices.__contains__
        return lambda _device: scope is Scope.ALL

    def whole(self, capability: Capability) -> bool:
        """Whether the capability is held for everything there is."""
        return self.scope(capability) is Scope.ALL


@dataclass(slots=True, eq=False, weakref_slot=True)
class Grant:
    """The rights of a session, which may change while it lasts.

    Whoever manages people puts new rights in place (one assignment, so any thread may
    read); whoever asks looks at them with every question.
    """

    rights: Rights = field(default_factory=lambda: Rights({}))
    locked: Locked = Locked.NOTHING
    on_phone: bool = False  # said by the client that came; see `SYSTEM`
    refused: Callable[[Refusal], None] = nobody_asks  # hears of what was not allowed
    _watchers: list[Callable[[Rights], None]] = field(default_factory=list)

    def put(self, rights: Rights) -> None:
        """Let these rights hold from now on, and tell whoever watches, in this thread."""
        if rights != self.rights:
            self.rights = rights
            for watcher in tuple(self._watchers):
                watcher(rights)

    def watch(self, watcher: Callable[[Rights], None]) -> Callable[[], None]:
        """Call ``watcher`` whenever the rights change; call the result to stop."""
        self._watchers.append(watcher)
        return lambda: self._watchers.remove(watcher)


def every_right(role: str = "administrator") -> Rights:
    """Return the rights of who may do everything."""
    return Rights(dict.fromkeys(Capability, Scope.ALL), role=role, rank=1000)
