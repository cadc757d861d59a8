"""Who owns a project: exactly one core at a time, written down where all can read it.

The file ``lock`` in the project folder names the computer, the process and, once the
core serves others, where its local channel listens. A lock whose process is gone is
stale and is taken over; a lock of another computer is never judged from here.
"""

import json
import logging
import os
import secrets
import socket
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from getpass import getuser
from pathlib import Path

import psutil

from app.errors import BadInput, NotPermitted, ProjectInUse, SecretsLocked
from app.project.folder import ProjectFolder
from app.project.guard import guarded
from app.users.privatefile import read_private, replace_file, user_folder, write_private

_log = logging.getLogger(__name__)
_START_TICKS = 19  # place of the start time behind the name in /proc/<pid>/stat
ADDRESS = "127.0.0.1"  # the channel is for this computer alone


@dataclass(frozen=True, slots=True)
class Owner:
    """The core that holds a project, and where it may be reached once it says so."""

    host: str
    pid: int
    life: str  # tells this process from a later one with the same number
    user: str
    since: datetime  # UTC
    place: str = ""  # tells the folder from a copy of it that took the lock along
    address: str = ADDRESS
    port: int | None = None  # None: not (yet) reachable
    token_file: str = ""

    @property
    def here(self) -> bool:
        """Whether it runs on this computer."""
        return self.host == socket.gethostname()

    def token(self) -> str:
        """Return the word that opens the channel; `NotPermitted` for another user's core."""
        try:
            return read_private(Path(self.token_file)).decode()
        except (OSError, SecretsLocked) as error:
            raise NotPermitted(
                f"the project is run by {self.user}; only the same user of this "
                f"computer may join in ({error})"
            ) from error

    def sentence(self, root: Path) -> str:
        """Say who holds the project ``root``, and what can be done about it."""
        since = self.since.strftime("%Y-%m-%d %H:%M UTC")
        who = f"{root} is in use by Heatdesk on {self.host} ({self.user}, since {since}"
        if self.here:
            return f"{who}, process {self.pid})"
        return (
            f"{who}). Whether it still runs cannot be seen from here: close it there, or, if "
            f"that computer is gone for good, remove the file {ProjectFolder(root).lock}"
        )


class OwnerLock:
    """This process's hold on a project; give it back with `release`."""

    def __init__(self, root: Path, owner: Owner, private: Path) -> None:
        self._root = root
        self._owner = owner
        self._private = private

    @property
    def owner(self) -> Owner:
        """What the lock file says of us."""
        return self._owner

    def announce(self, port: int, token: str) -> None:
        """Let other commands and windows of the same user find our channel.

        The token goes into a file of the user's own data folder, which nobody else may
        read. Raises `ProjectInUse` when the lock was taken from us meanwhile.
        """
        file = self._private / "channels" / f"{secrets.token_hex(8)}.token"
        write_private(file, token.encode())
        with guarded(self._root):
            self._still_ours()
            self._drop_token()
            self._owner = replace(self._owner, port=port, token_file=str(file))
            _write(self._root, self._owner)

    def release(self) -> None:
        """Give the project back; never raises and may be called twice.

        A lock that cannot be removed is stale as soon as this process ends.
        """
        try:
            self._drop_token()
            with guarded(self._root):
                if _read(self._root) == self._owner:
                    ProjectFolder(self._root).lock.unlink(missing_ok=True)
        except OSError as error:
            _log.warning("the lock of %s stays behind: %s", self._root, error)

    def _still_ours(self) -> None:
        if (found := _read(self._root)) != self._owner:
            raise ProjectInUse(
                found.sentence(self._root) if found else f"{self._root} was released meanwhile"
            )

    def _drop_token(self) -> None:
        if self._owner.token_file:
            Path(self._owner.token_file).unlink(missing_ok=True)


def acquire(root: Path, *, private: Path | None = None) -> OwnerLock:
    """Become the owner of the project in ``root``.

    Args:
        root: The project folder, which must exist.
        private: Where tokens go instead of the user's own data folder.

    Raises:
        ProjectInUse: A live core holds it, or one of another computer may.
        BadInput: The folder cannot be written or locked.
    """
    life = _life_of(os.getpid()) or ""
    mine = Owner(
        socket.gethostname(),
        os.getpid(),
        life,
        _user(),
        datetime.now(UTC).replace(microsecond=0),
        _place_of(root),
    )
    try:
        with guarded(root):
            found = _read(root)
            if found is not None and not _is_stale(found, root):
                raise ProjectInUse(found.sentence(root))
            if found is not None and found.token_file and found.place in ("", mine.place):
                _forget_token(found, private or user_folder())
            _write(root, mine)
    except OSError as error:
        raise BadInput(f"{root} cannot be locked for this program: {error}") from error
    return OwnerLock(root, mine, private or user_folder())


def read_owner(root: Path) -> Owner | None:
    """Return who holds the project, or ``None`` when it is free or its lock is stale."""
    found = _read(root)
    return None if found is None or _is_stale(found, root) else found


def stale_owner(root: Path) -> Owner | None:
    """Return who left a lock behind, or ``None``; the next owner sweeps it away."""
    found = _read(root)
    return found if found is not None and _is_stale(found, root) else None


def _is_stale(owner: Owner, root: Path) -> bool:
    if not owner.here:
        return False
    if owner.place and owner.place != _place_of(root):
        return True  # the folder was copied while a core ran it: that core holds the other
    try:
        return _life_of(owner.pid) != owner.life
    except psutil.AccessDenied:
        return False  # somebody lives there, and will not say since when


def _place_of(root: Path) -> str:
    """Return what this very folder has and no copy: its number on its disk."""
    try:
        there = root.stat()
    except OSError:
        return ""
    return f"{there.st_dev}:{there.st_ino}" if there.st_ino else ""


def _life_of(pid: int) -> str | None:
    """Return a word for this one life of a process number, ``None`` when nobody lives there.

    On Linux counted in the kernel's ticks since the computer started: the time of day
    shifts with every clock that is set, and a living owner would look like a stranger.
    """
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
        if psutil.LINUX:
            boot = Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
            stat = Path(f"/proc/{pid}/stat").read_text("utf-8", errors="replace")
            return f"{boot}+{stat.rpartition(')')[2].split()[_START_TICKS]}"
        return f"{process.create_time():.2f}"
    except (psutil.NoSuchProcess, FileNotFoundError, ProcessLookupError):
        return None


def _user() -> str:
    try:
        return getuser()
    except (KeyError, OSError):
        return "unknown user"  # a service account may have no name


def _write(root: Path, owner: Owner) -> None:
    fields = {name: getattr(owner, name) for name in Owner.__slots__}
    fields["since"] = owner.since.isoformat()
    text = json.dumps(fields, indent=1) + "\n"
    replace_file(ProjectFolder(root).lock, text.encode())


def _read(root: Path) -> Owner | None:
    """Return what the lock file says; one that says nothing sensible holds nothing.

    Lock files are replaced whole and flushed to the disk, so a torn one is not ours.
    """
    try:
        fields = json.loads(ProjectFolder(root).lock.read_text("utf-8"))
        fields["since"] = datetime.fromisoformat(fields["since"])
        return Owner(**fields)
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _forget_token(owner: Owner, private: Path) -> None:
    """Sweep away a dead core's token, but only where we would have put it ourselves."""
    file = Path(owner.token_file)
    if file.parent == private / "channels":
        file.unlink(missing_ok=True)
