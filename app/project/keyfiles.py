"""Files that bring the keys of meters: Kamstrup's KEM, and tables with a line a meter.

A KEM file is an XML document whose one ``CipherValue`` holds another one, sealed with
AES-128-CBC; the password padded with zeros to 16 bytes is both key and initial value. It
comes as it is or alone in a zip. The inner document names meters (``SerialNo``, ``MeterNo``)
and their keys, of which ``DEK`` seals what they send. Source: KEM tools published for
wmbusmeters and App::KamstrupKemSplit.

No sentence from here repeats what may be a key.
"""

import base64
import binascii
import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import NoReturn
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from app.errors import BadInput
from app.project.keylines import KEY_BYTES, KEYS, METERS, KeysFound, first_of, heading
from app.project.keytables import keys_of_table
from app.project.safezip import members_of, pieces_of, place_of
from app.words import _

MOST_BYTES = 64_000_000  # of a file of keys, unpacked
_DEEPEST = 100  # elements in each other; orders have five
_BEGINNING = 200  # bytes that tell what a file is
_KINDS = (".kem", ".xml", ".csv", ".txt")  # in a zip, the first of them that is there
# Elements that name a meter in a document whose layout nobody told us.
_NAMING = METERS - {"id", "address", "meter"}


def keys_in(name: str, content: bytes, password: str = "") -> KeysFound:
    """Return the keys in the file ``name``.

    Raises `BadInput`, with a sentence that names the file, for one that is no file of keys,
    or sealed with another password.
    """
    if len(content) > MOST_BYTES:
        raise BadInput(_("{file} is too large for a file of keys").format(file=name))
    if content[:2] == b"PK":
        name, content = _unpacked(name, content)
    if content.startswith(_OLD_OFFICE):
        raise _workbook(name)
    if _text(content[:_BEGINNING]).lstrip("\ufeff \t\r\n").startswith("<"):
        return _of_document(name, _tree(name, content), password)
    return keys_of_table(name, _text(content))


_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def _unpacked(name: str, content: bytes) -> tuple[str, bytes]:
    """Return the one file of a zip and its name."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            files = members_of(packed, Path(name))
            if any(place_of(each).parts[0] == "xl" for each in files):
                raise _workbook(name)
            chosen = _chosen(files)
            if len(chosen) != 1:
                raise BadInput(
                    _("{file}: one file of keys belongs in the zip").format(file=name)
                )
            if chosen[0].file_size > MOST_BYTES:
                raise BadInput(_("{file} is too large for a file of keys").format(file=name))
            inside = b"".join(pieces_of(packed, chosen[0], Path(name)))
            return f"{name}/{place_of(chosen[0]).name}", inside
    except (zipfile.BadZipFile, zlib.error, RuntimeError, OSError, EOFError) as error:
        raise BadInput(_("{file} is a zip that cannot be read").format(file=name)) from error


def _chosen(files: list[zipfile.ZipInfo]) -> list[zipfile.ZipInfo]:
    """Return the files of the kind that is likeliest to hold keys; a letter beside is none."""
    seen = [
        each
        for each in files
        if place_of(each).parts[0] != "__MACOSX" and not place_of(each).name.startswith(".")
    ]
    for kind in _KINDS:
        if alike := [each for each in seen if place_of(each).suffix.lower() == kind]:
            return alike
    return seen


def _workbook(name: str) -> BadInput:
    return BadInput(_("{file} is a workbook: save its sheet of keys as CSV").format(file=name))


class _Declared(Exception):
    """The document declares entities; nothing of it is looked at."""


class _TooDeep(Exception):
    """Elements lie in each other as in no order of meters."""


def _tree(name: str, content: bytes) -> Element:
    """Return the document; raises `BadInput` for a damaged one or one with declarations."""
    builder, parser = TreeBuilder(), expat.ParserCreate()

    def declared(*_what: object) -> NoReturn:
        raise _Declared

    parser.StartDoctypeDeclHandler = declared
    depth = 0

    def begin(tag: str, own: Mapping[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEEPEST:
            raise _TooDeep
        builder.start(_local(tag), {_local(each): said for each, said in own.items()})

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(_local(tag))

    parser.StartElementHandler, parser.EndElementHandler = begin, end
    parser.CharacterDataHandler = builder.data
    try:
        parser.Parse(content, True)
        return builder.close()
    except _Declared:
        raise BadInput(
            _("{file}: a document that declares types of its own is not read").format(file=name)
        ) from None
    except _TooDeep:
        raise BadInput(_("{file} is no file of keys").format(file=name)) from None
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise BadInput(
            _("{file}, line {line}: the document breaks off or is damaged there").format(
                file=name, line=parser.ErrorLineNumber
            )
        ) from error


def _local(tag: str) -> str:
    return tag.rpartition(":")[2].casefold()


def _of_document(name: str, document: Element, password: str) -> KeysFound:
    sealed = next(document.iter("ciphervalue"), None)
    if sealed is not None:
        if not password:
            raise BadInput(_("{file} is sealed: give its password").format(file=name))
        opened = _opened(name, sealed.text or "", password)
        try:
            document = _tree(name, opened)
        except BadInput as error:
            if isinstance(error.__cause__, expat.ExpatError):
                raise _wrong_password(name) from error
            raise
    found = KeysFound()
    for position, (meter, key) in enumerate(_entries(document), 1):
        found.take(f"{name}, {_('meter {count}').format(count=position)}", meter, key)
    if not found.keys and not found.faults:
        raise BadInput(_("{file}: no meter with a key is in it").format(file=name))
    return found


def _opened(name: str, text: str, password: str) -> bytes:
    """Return the document that is sealed in a KEM file."""
    try:
        data = base64.b64decode("".join(text.split()), validate=True)
    except binascii.Error as error:
        raise BadInput(
            _("{file}: what is sealed in it is damaged").format(file=name)
        ) from error
    if not data or len(data) % KEY_BYTES:
        raise BadInput(_("{file}: what is sealed in it is damaged").format(file=name))
    key = password.encode().ljust(KEY_BYTES, b"\0")[:KEY_BYTES]
    cipher = Cipher(algorithms.AES(key), modes.CBC(key)).decryptor()
    plain = cipher.update(data) + cipher.finalize()
    if plain.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] != b"<":
        raise _wrong_password(name)
    return plain[: plain.rfind(b">") + 1].lstrip(b"\xef\xbb\xbf \t\r\n")


def _wrong_password(name: str) -> BadInput:
    return BadInput(_("{file} cannot be opened with this password").format(file=name))


def _entries(document: Element) -> Iterator[tuple[str, str]]:
    """Yield number and key of every element that names a meter.

    As a KEM file does, by ``SerialNo`` or ``MeterNo`` with a ``DEK`` in it or one below; or
    by elements or attributes beside each other whose names say as much.
    """
    for element in document.iter():
        own = _said(element)
        number = own.get("serialno") or own.get("meterno")
        if number:
            below = next((said for each in element if (said := _said(each).get("dek"))), "")
            yield number, own.get("dek") or below or _by_name(own, KEYS)
        elif (named := _by_name(own, _NAMING)) and (key := _by_name(own, KEYS)):
            yield named, key


def _said(element: Element) -> Mapping[str, str]:
    """Return what the attributes and children of an element say, by name."""
    told = chain(element.items(), ((each.tag, each.text or "") for each in element))
    return {heading(name): said.strip() for name, said in told if said.strip()}


def _by_name(told: Mapping[str, str], names: frozenset[str]) -> str:
    at = first_of(told, names)
    return "" if at is None else list(told.values())[at]


def _text(content: bytes) -> str:
    if content[:2] in _UTF16:
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")
