"""Looks into a zip from elsewhere, and refuses what could leave its folder or fill the disk.

Whatever a name does on Windows counts on every system: a project is carried about.
"""

import re
import stat
import unicodedata
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import IO

from app.errors import BadInput
from app.project.names import is_reserved
from app.words import _

MOST_FILES = 200_000
MOST_BYTES = 1 << 40  # unpacked, of everything together
LONGEST_PLACE = 400  # characters of a file's whole place in the zip
LONGEST_NAME = 200  # characters of one step of it
MOST_NAME_BYTES = 255  # of it in UTF-8: more no usual file system takes
DEEPEST = 20
_RATIO, _FREE_BYTES = 400, 50_000_000  # zlib reaches 1032 at most; a small file may be anything
_PIECE_BYTES = 1 << 20
_FORBIDDEN = re.compile('[<>:"|?*\\\\\x00-\x1f\x7f]')
# Invisible letters that turn the reading direction or hide: a name must be what it looks like.
_HIDING = frozenset(["Cf", "Cs", "Co", "Cn", "Zl", "Zp"])
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_HEADER_BYTES = 30  # before an entry's name


def members_of(packed: zipfile.ZipFile, source: Path) -> list[zipfile.ZipInfo]:
    """Return the files of a zip, each of which may be written below any folder.

    Raises `BadInput` with a sentence that names the first entry that may not, and what
    is wrong with it. Nothing is written.
    """
    entries = packed.infolist()
    if len(entries) > MOST_FILES:
        raise BadInput(_("{place} holds too many files").format(place=source))
    taken = dict[str, str]()
    folders = dict[str, str]()
    for each in entries:
        _refuse(source, each, _fault_of_name(each) or _fault_of_kind(each))
        _refuse(source, each, _fault_of_place(each, taken, folders))
    files = [each for each in entries if not each.is_dir()]
    for each in files:
        if each.file_size > _FREE_BYTES and each.file_size > _RATIO * each.compress_size:
            _refuse(source, each, _("it would unpack to far more than it holds"))
    if sum(each.file_size for each in files) > MOST_BYTES:
        raise BadInput(
            _("{place} cannot be trusted: it would fill the disk").format(place=source)
        )
    _require_apart(packed, files, source)
    return files


def place_of(member: zipfile.ZipInfo) -> PurePosixPath:
    """Return where a member of `members_of` lies in the zip."""
    return PurePosixPath(member.filename)


def pieces_of(
    packed: zipfile.ZipFile, member: zipfile.ZipInfo, source: Path
) -> Iterator[bytes]:
    """Yield a member's content; one that is larger than it says raises `BadInput`."""
    done = 0
    with packed.open(member) as stream:
        while piece := _piece(stream):
            done += len(piece)
            if done > member.file_size:
                _refuse(source, member, _("it is larger than it says"))
            yield piece


def _piece(stream: IO[bytes]) -> bytes:
    return stream.read(_PIECE_BYTES)


def fault_of_step(name: str) -> str:
    """Return "" for a name that is safe as a file or folder, else what is wrong with it."""
    plain = unicodedata.normalize("NFKC", name)
    faults = (
        (name in ("", ".", ".."), _("it leads out of its folder")),
        (_FORBIDDEN.search(name), _("a letter in it may not be in a file name")),
        (
            any(unicodedata.category(letter) in _HIDING for letter in name),
            _("a letter in it cannot be seen"),
        ),
        (
            name != name.strip() or name.endswith("."),
            _("it begins or ends with a blank or dot that Windows leaves out"),
        ),
        (is_reserved(name) or is_reserved(plain), _("Windows keeps that name for a device")),
        (
            plain != name and (set(plain) & set("/\\:") or not plain.strip(".")),
            _("it looks like a way out of its folder"),
        ),
        (
            len(name) > LONGEST_NAME or len(name.encode("utf-8", "replace")) > MOST_NAME_BYTES,
            _("its name is too long"),
        ),
    )
    return next((sentence for is_wrong, sentence in faults if is_wrong), "")


def _fault_of_name(entry: zipfile.ZipInfo) -> str:
    # The library cuts a name at a zero byte: what the zip really says counts.
    name = entry.orig_filename
    if name.startswith(("/", "\\")) or re.match("[A-Za-z]:", name):
        return _("it leads out of its folder")
    if name != entry.filename:
        return _("a letter in it may not be in a file name")
    steps = name.removesuffix("/").split("/")
    if len(name) > LONGEST_PLACE or len(steps) > DEEPEST:
        return _("its name is too long")
    return next((fault for step in steps if (fault := fault_of_step(step))), "")


def _fault_of_kind(entry: zipfile.ZipInfo) -> str:
    mode = entry.external_attr >> 16
    kind = stat.S_IFMT(mode)
    if kind == stat.S_IFLNK or entry.external_attr & 0x400:  # the latter: as Windows marks them
        return _("it is a link, which could lead anywhere")
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        return _("it is neither a file nor a folder")
    if (kind == stat.S_IFDIR) is not entry.is_dir() and kind != 0:
        return _("it is neither a file nor a folder")
    if entry.flag_bits & 1:
        return _("it is locked with a password of its own: unpack the zip first")
    if entry.compress_type not in _METHODS:
        return _("it is packed in a way that is not known here")
    return ""


def _fault_of_place(
    entry: zipfile.ZipInfo, taken: dict[str, str], folders: dict[str, str]
) -> str:
    """Return what is wrong where two entries want one place, on any system."""
    whole = folded(entry.filename.removesuffix("/"))
    steps = whole.split("/")
    above = ["/".join(steps[:count]) for count in range(1, len(steps))]
    if any(folder in taken for folder in above):
        return _("it lies in a file, not in a folder")
    folders |= dict.fromkeys(above, entry.filename)
    if entry.is_dir():
        folders[whole] = entry.filename
        return _("it is a file already") if whole in taken else ""
    if whole in taken or whole in folders:
        return _("its place is taken by another entry")
    taken[whole] = entry.filename
    return ""


def folded(name: str) -> str:
    """Return a name as the file systems that fold most would find it."""
    return unicodedata.normalize("NFKC", name).casefold()


def _require_apart(
    packed: zipfile.ZipFile, files: Sequence[zipfile.ZipInfo], source: Path
) -> None:
    """Raise for entries that share bytes: so a small zip holds any number of large files."""
    end = 0
    for each in sorted(files, key=lambda entry: entry.header_offset):
        if each.header_offset < end:
            _refuse(source, each, _("it shares its bytes with another entry"))
        end = each.header_offset + _HEADER_BYTES + each.compress_size
    if packed.fp is not None and end > packed.start_dir:
        raise BadInput(
            _("{place} cannot be trusted: its entries reach beyond its end").format(
                place=source
            )
        )


def _refuse(source: Path, entry: zipfile.ZipInfo, fault: str) -> None:
    if fault:
        raise BadInput(
            _("{place} cannot be trusted: {name}: {fault}").format(
                place=source, name=repr(entry.orig_filename[:LONGEST_PLACE]), fault=fault
            )
        )
