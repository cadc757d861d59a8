"""Which files people may keep with a device: by ending, first bytes and size."""

from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from types import MappingProxyType

from app.errors import BadInput
from app.words import _

LARGEST_BYTES = 25 * 1024 * 1024
LONGEST_TITLE = 300  # characters
_ZIP = (b"PK\x03\x04",)
_OLD_OFFICE = (b"\xd0\xcf\x11\xe0",)
# Ending → how such a file may begin; nothing stated: no letter tells, so none is asked for.
_BEGINNINGS: Mapping[str, tuple[bytes, ...]] = MappingProxyType(
    {
        ".pdf": (b"%PDF",),
        ".png": (b"\x89PNG\r\n\x1a\n",),
        ".jpg": (b"\xff\xd8\xff",),
        ".jpeg": (b"\xff\xd8\xff",),
        ".gif": (b"GIF87a", b"GIF89a"),
        ".webp": (b"RIFF",),
        ".tif": (b"II*\x00", b"MM\x00*"),
        ".tiff": (b"II*\x00", b"MM\x00*"),
        ".bmp": (b"BM",),
        ".docx": _ZIP,
        ".xlsx": _ZIP,
        ".pptx": _ZIP,
        ".odt": _ZIP,
        ".ods": _ZIP,
        ".zip": _ZIP,
        ".doc": _OLD_OFFICE,
        ".xls": _OLD_OFFICE,
        ".msg": _OLD_OFFICE,
        ".dwg": (b"AC10",),
        ".dxf": (),
        ".eml": (),
        ".txt": (),
        ".md": (),
        ".csv": (),
        ".json": (),
        ".log": (),
    }
)
# What a computer would run, whatever the file is called.
_PROGRAMS = (
    b"MZ",
    b"\x7fELF",
    b"#!",
    b"\xca\xfe\xba\xbe",
    b"\xfe\xed\xfa",
    b"\xcf\xfa\xed\xfe",
)


def endings() -> tuple[str, ...]:
    """Return the endings of files that are kept, such as ".pdf"."""
    return tuple(_BEGINNINGS)


def read_keepable(file: Path) -> bytes:
    """Return the content of a file a person wants to keep; `BadInput` when it will not do.

    A file that is too large is refused before it is read.
    """
    try:
        _require_size(file.name, file.stat().st_size)
        content = file.read_bytes()
    except OSError as error:
        raise BadInput(
            _("{file} cannot be read: {why}").format(
                file=file, why=error.strerror or str(error)
            )
        ) from error
    require_keepable(file.name, content)
    return content


def require_keepable(filename: str, content: bytes) -> None:
    """Raise `BadInput` with a sentence when this file is not kept with a device."""
    _require_size(filename, len(content))
    ending = PurePosixPath(filename.replace("\\", "/")).suffix.lower()
    begins = _BEGINNINGS.get(ending)
    if begins is None:
        raise BadInput(
            _("{file}: files of this kind are not kept; these are: {kinds}").format(
                file=filename, kinds=", ".join(each.removeprefix(".") for each in _BEGINNINGS)
            )
        )
    if content.startswith(_PROGRAMS) or (begins and not content.startswith(begins)):
        raise BadInput(
            _("{file} is not what its name says: its content is no {kind} file").format(
                file=filename, kind=ending.removeprefix(".").upper()
            )
        )


def _require_size(filename: str, size: int) -> None:
    if not size:
        raise BadInput(_("{file} is empty").format(file=filename))
    if size > LARGEST_BYTES:
        raise BadInput(
            _("{file} has {size} MB; a document may have {limit} MB").format(
                file=filename,
                size=-(-size // (1024 * 1024)),
                limit=LARGEST_BYTES // (1024 * 1024),
            )
        )
