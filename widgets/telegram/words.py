"""A telegram's parts in words, and a whole one as text to be sent to somebody."""

from collections.abc import Sequence

from app.meterwords import meter_words
from app.model.anatomy import Anatomy, Part, PartKind, Span
from app.words import _

_ROW = 16  # bytes in a line of text


def kind_word(kind: PartKind) -> str:
    """Return what a part of a telegram is."""
    return {**_layers(), **_fields()}[kind]


def _layers() -> dict[PartKind, str]:
    return {
        PartKind.LINK: _("Link layer"),
        PartKind.EXTENDED: _("Extended link layer"),
        PartKind.NETWORK: _("Network layer"),
        PartKind.AUTHENTICATION: _("Authentication layer"),
        PartKind.TRANSPORT: _("Transport layer"),
        PartKind.RECORDS: _("Records"),
        PartKind.CHECKS: _("Checks"),
        PartKind.SEALED: _("Sealed, not opened"),
        PartKind.UNREAD: _("Not read"),
        PartKind.SYNC: _("Sync word"),
        PartKind.BEHIND: _("Put behind it by the receiver"),
    }


def _fields() -> dict[PartKind, str]:
    return {
        PartKind.START: _("Start"),
        PartKind.LENGTH: _("Length"),
        PartKind.CONTROL: _("Control (C field)"),
        PartKind.BUS_ADDRESS: _("Bus address (A field)"),
        PartKind.MANUFACTURER: _("Maker"),
        PartKind.NUMBER: _("Meter number"),
        PartKind.VERSION: _("Version"),
        PartKind.MEDIUM: _("Medium"),
        PartKind.CI: _("Kind of content (CI field)"),
        PartKind.ACCESS: _("Access number"),
        PartKind.STATUS: _("Status byte"),
        PartKind.CONFIGURATION: _("Encryption"),
        PartKind.COMMUNICATION: _("Communication"),
        PartKind.SESSION: _("Session number"),
        PartKind.PAYLOAD_CHECK: _("Check of the content"),
        PartKind.FIELDS: _("Fields"),
        PartKind.SIGNATURE: _("Signature of the format"),
        PartKind.FORMAT_CHECK: _("Check of the values"),
        PartKind.RECORD: _("Record"),
        PartKind.FILLER: _("Filler"),
        PartKind.MAKERS: _("The maker's own data"),
        PartKind.CHECK: _("Checksum"),
        PartKind.STOP: _("Stop"),
    }


def sender(anatomy: Anatomy) -> str:
    """Return who sent a telegram: maker, number, what it measures, and by what it is read."""
    who = " ".join(each for each in (anatomy.meter, meter_words(anatomy.medium)) if each)
    return " · ".join(each for each in (who, anatomy.profile) if each)


def part_name(part: Part) -> str:
    """Return what a part is; of a record, which value of the meter."""
    return meter_words(part.name) if part.name else kind_word(part.kind)


def part_said(part: Part) -> str:
    """Return what a part says."""
    return meter_words(part.said) if part.kind in _IN_WORDS else part.said


_IN_WORDS = (PartKind.RECORD, PartKind.MEDIUM, PartKind.CONFIGURATION)


def places(spans: Sequence[Span]) -> str:
    """Return where bytes stand, counted from 1 as people do: ``13–18, 21``."""
    return ", ".join(
        str(start + 1) if end - start == 1 else f"{start + 1}–{end}" for start, end in spans
    )


def as_text(anatomy: Anatomy) -> str:
    """Return a telegram taken apart as plain text; no key is ever in it."""
    lines = [_("Telegram as received"), *_rows(anatomy.received)]
    if anatomy.opened != anatomy.received:
        lines += ["", _("Telegram opened"), *_rows(anatomy.opened)]
    lines += ["", sender(anatomy)]
    if anatomy.cannot is not None:
        lines += [anatomy.cannot.short, anatomy.cannot.said, anatomy.cannot.advice]
    lines.append("")
    for part in anatomy.parts:
        indent = "" if part.layer else "  "
        said = part_said(part)
        name = f"{indent}{part_name(part)}"
        lines.append(f"{places(part.spans):>10}  {name:<44}  {said}".rstrip())
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _rows(digits: str) -> list[str]:
    pairs = [digits[at : at + 2] for at in range(0, len(digits), 2)]
    return [
        f"{at + 1:>10}  {' '.join(pairs[at : at + _ROW])}" for at in range(0, len(pairs), _ROW)
    ]
