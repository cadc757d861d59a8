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
import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from app.errors import BadInput
from app.project.safezip import members_of, pieces_of, place_of
from app.words import _

MOST_BYTES = 64_000_000  # of a file of keys, unpacked
MOST_FAULTS = 100
KEY_BYTES = 16
_ID = re.compile(r"[0-9A-Fa-f]{1,8}|[0-9A-Fa-f]{16}")  # a number, or a whole secondary address
_DIGITS = 8
_LOOKED_AT = 4_000  # characters, to tell what parts the columns
_GAPS = re.compile(r"[\s\-:]+")
_METERS = frozenset(
    (
        *("meter", "meterno", "meternumber", "meterid", "serial", "serialno", "serialnumber"),
        *("id", "deviceid", "deviceno", "devicenumber", "secondaryaddress", "address"),
        *("zähler", "zählernummer", "zaehlernummer", "gerätenummer", "måler", "målernummer"),
        *("målernr", "compteur", "numérodecompteur"),
    )
)
_KEYS = frozenset(
    (
        *("key", "aeskey", "aes", "enckey", "encryptionkey", "dek", "wmbuskey", "omskey"),
        *("schlüssel", "schluessel", "aesschlüssel", "nøgle", "krypteringsnøgle"),
        *("clé", "clef", "cléaes"),
    )
)


@dataclass(frozen=True, slots=True)
class FoundKey:
    """A key and whose it is; it does not print the key."""

    meter: str
    key: bytes = field(repr=False)


@dataclass(slots=True)
class KeysFound:
    """What a file holds, and which of its lines hold nothing."""

    keys: list[FoundKey] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def fault(self, sentence: str) -> None:
        """Note what is wrong with one line; after a hundred no more are told."""
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(sentence)


def keys_in(name: str, content: bytes, password: str = "") -> KeysFound:
    """Return the keys in the file ``name``.

    Raises `BadInput`, with a sentence that names the file, for one that is no file of keys,
    or sealed with another password.
    """
    if len(content) > MOST_BYTES:
        raise BadInput(_("{file} is too large for a file of keys").format(file=name))
    if content[:2] == b"PK":
        name, content = _unpacked(name, content)
    if content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<" or content[:2] in _UTF16:
        document = _tree(name, content)
        if document is not None:
            return _of_document(name, document, password)
    return _of_table(name, _text(content))


def number_of(text: str) -> str:
    """Return a meter's number as keys are kept under; "" for what is none."""
    plain = _GAPS.sub("", text).strip("\"'")
    return plain[:_DIGITS].lower().zfill(_DIGITS) if _ID.fullmatch(plain) else ""


_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def _unpacked(name: str, content: bytes) -> tuple[str, bytes]:
    """Return the one file of a zip and its name."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            files = members_of(packed, Path(name))
            kems = [each for each in files if place_of(each).suffix.lower() == ".kem"]
            chosen = kems or files
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


class _Declared(Exception):
    """The document declares entities; nothing of it is looked at."""


def _tree(name: str, content: bytes) -> Element | None:
    """Return the document; None for what is no XML. One with declarations is refused."""
    builder, parser = TreeBuilder(), expat.ParserCreate()

    def declared(*_what: object) -> NoReturn:
        raise _Declared

    parser.StartDoctypeDeclHandler = declared
    parser.StartElementHandler = lambda tag, _attributes: builder.start(_local(tag), {})
    parser.EndElementHandler = lambda tag: builder.end(_local(tag))
    parser.CharacterDataHandler = builder.data
    try:
        parser.Parse(content, True)
        return builder.close()
    except _Declared:
        raise BadInput(
            _("{file}: a document that declares types of its own is not read").format(file=name)
        ) from None
    except (expat.ExpatError, ValueError, LookupError):
        return None


def _local(tag: str) -> str:
    return tag.rpartition(":")[2].casefold()


def _of_document(name: str, document: Element, password: str) -> KeysFound:
    sealed = next(document.iter("ciphervalue"), None)
    if sealed is not None:
        if not password:
            raise BadInput(_("{file} is sealed: give its password").format(file=name))
        opened = _tree(name, _opened(name, sealed.text or "", password))
        if opened is None:
            raise _wrong_password(name)
        document = opened
    found = KeysFound()
    for position, (meter, key) in enumerate(_entries(document), 1):
        _take(found, f"{name}, {_('meter {count}').format(count=position)}", meter, key)
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
    """Yield number and key of every element that names a meter and holds a ``DEK``."""
    for element in document.iter():
        number = element.findtext("serialno") or element.findtext("meterno")
        if number is None:
            continue
        key = element.findtext(".//dek")
        yield number.strip(), (key or "").strip()


def _text(content: bytes) -> str:
    if content[:2] in _UTF16:
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _of_table(name: str, text: str) -> KeysFound:
    """Return the keys of lines ``meter;key``, or of the columns a first line names."""
    found = KeysFound()
    columns: tuple[int, int] | None = None
    for number, row in _rows(name, text):
        if columns is None:
            columns = _columns(row)
            if columns is not None:
                continue
            columns = (0, len(row) - 1)
        place = _("{file}, line {line}").format(file=name, line=number)
        meter, key = (row[at] if at < len(row) else "" for at in columns)
        _take(found, place, meter, key)
    if not found.keys:
        raise BadInput(
            found.faults[0]
            if found.faults
            else _("{file}: no meter with a key is in it").format(file=name)
        )
    return found


def _rows(name: str, text: str) -> Iterator[tuple[int, Sequence[str]]]:
    """Yield the rows that say something, each with the number of its line."""
    mark = max(";\t,", key=text[:_LOOKED_AT].count)
    reader = csv.reader(io.StringIO(text.replace("\0", "")), delimiter=mark)
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if any(cells) and not cells[0].startswith("#"):
                yield reader.line_num, cells
    except csv.Error as error:
        raise BadInput(f"{name}: {error}") from error


def _columns(row: Sequence[str]) -> tuple[int, int] | None:
    """Return where a heading says that number and key stand; None: it is no heading."""
    named = [re.sub(r"[^\w]|_", "", cell.casefold()) for cell in row]
    meters = [at for at, cell in enumerate(named) if cell in _METERS]
    keys = [at for at, cell in enumerate(named) if cell in _KEYS]
    return (meters[0], keys[0]) if meters and keys else None


def _take(found: KeysFound, place: str, meter: str, key: str) -> None:
    number = number_of(meter)
    if not number:
        found.fault(_("{place}: no number of a meter stands there").format(place=place))
        return
    try:
        own = bytes.fromhex(_GAPS.sub("", key))
    except ValueError:
        own = b""
    if len(own) != KEY_BYTES:
        found.fault(
            _("{place}: meter {meter} has no key of 32 hexadecimal digits").format(
                place=place, meter=number
            )
        )
        return
    found.keys.append(FoundKey(number, own))
