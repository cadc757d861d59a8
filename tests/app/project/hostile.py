"""Names and zips that somebody could send to get out of the folder they are put into."""

import io
import stat
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path

_UP = ("../", "../../", "a/../../", "./../", "..//", "a/b/../../../", "....//../")
_TARGETS = ("evil.txt", "home/evil.txt", "tmp/evil", "project.toml", "Startup/evil.bat")
_RESERVED = (
    "con", "prn", "aux", "nul", "CONIN$", "conout$", *(f"com{n}" for n in range(10)),
    *(f"LPT{n}" for n in range(10)), "com¹", "lpt²", "COM³",
)  # fmt: skip
_LETTERS = '<>:"|?*'
_LOOKALIKE = ("\uff0f", "\uff3c", "\uff1a")
_UNSEEN = ("\u202e", "\u200b", "\u2066", "\ufeff", "\u00ad", "\u2028", "\ue000")
_DRIVES = (
    "C:",
    "c:/",
    "C:\\",
    "D:../",
    "\\\\?\\C:\\",
    "\\\\server\\share\\",
    "//server/share/",
)


def names() -> list[str]:
    """Names of entries of which none may be written anywhere."""
    return list(dict.fromkeys([*_ways_out(), *_of_windows(), *_unlike_they_look(), *_ODD]))


_ODD = (
    *("a" * 201, "æ" * 130, "a/" * 25 + "a", ("b" * 150 + "/") * 3 + "c"),
    *("a//b", "/", "a/./b", "./a", "documents/."),
)


def _ways_out() -> Iterator[str]:
    for target, up in product(_TARGETS, _UP):
        yield up + target
        yield (up + target).replace("/", "\\")
        yield f"history/{up}{target}"
    for start, target in product(("/", "//", "\\", *_DRIVES), _TARGETS):
        yield start + target


def _of_windows() -> Iterator[str]:
    shapes = ("{}", "{}.txt", "documents/{}", "documents/{}.pdf", "{}/a", "{}.tar.gz", "{} ")
    for name, shape in product(_RESERVED, shapes):
        yield shape.format(name)
    for letter in (*_LETTERS, "\\", *map(chr, range(1, 32)), "\x7f"):
        yield f"documents/a{letter}b.pdf"
        yield f"{letter}a"
    for name in ("a.", "a ", " a", "a. .", "documents./a", "documents /a", "...", ". ."):
        yield name
        yield f"documents/{name}"
    streams = (":$DATA", ":evil", "::$INDEX_ALLOCATION", ":evil:$DATA")
    for host, stream in product(("config.sqlite", "project.toml", "documents"), streams):
        yield host + stream


def _unlike_they_look() -> Iterator[str]:
    shapes = ("..{}evil.txt", "documents/..{}..{}evil.txt", "a{}b")
    for letter, shape in product((*_LOOKALIKE, *_UNSEEN), shapes):
        yield shape.replace("{}", letter)
    for wide in ("\u2024\u2024/evil", "\uff0e\uff0e/evil", "\uff0e/evil"):
        yield wide
        yield f"documents/{wide}"


def zip_with(name: str, *, mode: int = 0o100644, content: bytes = b"evil") -> bytes:
    """A zip that would be a project, but for one entry."""
    member = zipfile.ZipInfo("placeholder")
    member.filename = member.orig_filename = name
    member.external_attr = mode << 16
    return _zip([(member, content)])


def _zip(entries: list[tuple[zipfile.ZipInfo, bytes]]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as pack, _two_of_a_name():
        pack.writestr("project.toml", "format = 1\n")
        for member, content in entries:
            pack.writestr(member, content, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


@contextmanager
def _two_of_a_name() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        yield


def _two(first: str, second: str) -> bytes:
    return _zip([(zipfile.ZipInfo(first), b"one"), (zipfile.ZipInfo(second), b"two")])


def zips() -> Iterator[tuple[str, bytes]]:
    """Yield what an entry is called that must be named, and the zip that holds it."""
    for name in names():
        yield name, zip_with(name)
    for number, kind in enumerate((stat.S_IFLNK, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFIFO)):
        for target in (b"../../evil", b"/etc/passwd", b"C:\\Windows", b"documents"):
            name = f"documents/link-{number}"
            yield name, zip_with(name, mode=kind | 0o777, content=target)
    for first, second in (
        ("documents/a.pdf", "documents/a.pdf"),
        ("documents/a.pdf", "Documents/A.PDF"),
        ("documents/straße", "documents/STRASSE"),
        ("documents/\u00e9", "documents/e\u0301"),
        ("documents/\ufb01", "documents/fi"),
        ("documents/\u212b", "documents/\u00e5"),
        ("documents/a", "documents/a/b"),
        ("documents/a/b", "documents/A"),
        ("PROJECT.TOML/x", "documents/b"),
        ("Project.toml", "documents/b"),
    ):
        yield (first if first.lower().startswith("project") else second), _two(first, second)
    for size in (60_000_000, 200_000_000):
        yield "history/2026.sqlite", zip_with("history/2026.sqlite", content=bytes(size))
    yield "history/shared.sqlite", _shared_bytes()


def _shared_bytes() -> bytes:
    """A zip whose directory names the same bytes twice: so does a bomb without layers."""
    whole = _zip([(zipfile.ZipInfo("history/2026.sqlite"), bytes(5000))])
    with zipfile.ZipFile(io.BytesIO(whole)) as pack:
        begin = pack.start_dir
        entry = pack.infolist()[-1]
    record = whole[whole.index(b"PK\x01\x02", begin + 4) : whole.index(b"PK\x05\x06")]
    name = b"history/shared.sqlite"
    twin = record.replace(entry.filename.encode(), name)
    twin = twin[:28] + len(name).to_bytes(2, "little") + twin[30:]
    end = bytearray(whole[whole.index(b"PK\x05\x06") :])
    directory = whole[begin : whole.index(b"PK\x05\x06")] + twin
    for place in (8, 10):
        end[place : place + 2] = (3).to_bytes(2, "little")
    end[12:16] = len(directory).to_bytes(4, "little")
    return whole[:begin] + directory + bytes(end)


def lying(name: str) -> bytes:
    """A zip that says an entry is a little smaller than it unpacks to."""
    whole = bytearray(_zip([(zipfile.ZipInfo(name), b"x" * 9000)]))
    record = whole.rindex(b"PK\x01\x02")
    whole[record + 24 : record + 28] = (10).to_bytes(4, "little")
    return bytes(whole)


def tree(root: Path) -> set[str]:
    """Everything that lies below a folder, as it would be told."""
    return {each.relative_to(root).as_posix() for each in root.rglob("*")}
