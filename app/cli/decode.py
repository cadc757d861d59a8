"""``heatdesk decode``: telegrams of meters, wired and by radio, to readings."""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.command import Command
from app.cli.options import AsJson
from app.compose.terminal import BAD_INPUT, complain, tell, tell_json
from app.errors import BadInput
from app.words import _

if TYPE_CHECKING:
    from drivers.mbus.decoder import Decoder
    from drivers.mbus.written import KeyRing

_STDIN = "-"
_CONTAINER = "radio data container"  # a record that holds a whole telegram


def run(
    telegrams: Annotated[
        list[str] | None,
        typer.Argument(help=_("Telegrams in hexadecimal digits; “-” reads them line by line.")),
    ] = None,
    key: Annotated[
        list[str] | None,
        typer.Option("--key", help=_("A key of 32 hexadecimal digits, tried for every meter.")),
    ] = None,
    keys: Annotated[
        Path | None,
        typer.Option("--keys", help=_("A file with a line “meter number;key” for each meter.")),
    ] = None,
    vocabulary: Annotated[
        bool, typer.Option("--vocabulary", help=_("Print the words that results are told in."))
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Decode M-Bus and wireless M-Bus telegrams, sealed ones with their key."""
    if vocabulary:
        _tell_vocabulary(as_json)
        return
    if not telegrams:
        raise BadInput(_("say which telegrams, or “-” to read them from standard input"))
    ring = _ring(key or [], keys)
    told = list(_answers(_lines(telegrams), ring, as_json))
    if told == [False]:  # one that cannot be decoded; among several it is an answer
        raise typer.Exit(BAD_INPUT)


def _lines(telegrams: list[str]) -> Iterator[str]:
    for telegram in telegrams:
        if telegram != _STDIN:
            yield telegram
            continue
        for line in sys.stdin.buffer:
            text = line.decode("utf-8", "replace").strip()
            if text:
                yield text


def _answers(lines: Iterable[str], ring: "KeyRing", as_json: bool) -> Iterator[bool]:
    """Answer each line as it comes, and yield whether it could be decoded."""
    from drivers.mbus.decoder import Decoder
    from drivers.mbus.telegram import BrokenTelegram
    from drivers.mbus.telling import told_fault

    once: list[bytes] = []
    decoder = Decoder(lambda address: [*once, *ring(address)])
    for line in lines:
        try:
            data, stripped, once[:] = _telegram(line)
        except BrokenTelegram as fault:
            answer = told_fault(fault, None)
        else:
            answer = _answer(decoder, data, stripped)
            for record in answer["records"]:  # a wired adapter hands on what it heard by radio
                if record["quantity"] == _CONTAINER and record["text"]:
                    inner = _answer(decoder, bytes.fromhex(record["text"]), None)
                    record["telegram"] = inner
        _say(answer, as_json)
        yield answer["ok"]


def _answer(decoder: "Decoder", data: bytes, stripped: bool | None) -> dict[str, Any]:
    from drivers.mbus.decoder import Refused
    from drivers.mbus.diagnosis import told as said_of
    from drivers.mbus.telling import told, told_fault

    try:
        return told(decoder.decode(data, stripped))
    except Refused as fault:
        answer = told_fault(fault, fault.head)
        answer["error"]["message"] = said_of(fault, data)
        return answer


def _telegram(line: str) -> tuple[bytes, bool | None, list[bytes]]:
    """Return a line's telegram, whether its checks were taken off, and the key behind it.

    A line is written by people, or as a receiver prints it (rtl_wmbus, wmbusmeters).
    """
    from drivers.mbus.pasted import is_bytewise
    from drivers.mbus.telegram import BrokenTelegram, Why
    from drivers.mbus.written import key_of, no_key, telegram_of
    from drivers.wireless.caught import caught_in

    caught = caught_in(line.encode(errors="replace"))
    if caught is not None and caught.damaged:
        raise BrokenTelegram(Why.CRC, 0, _("its receiver says that it came damaged"))
    if caught is not None and caught.frame:
        return caught.frame, caught.stripped, []
    digits, _semicolon, after = (line, "", "") if is_bytewise(line) else line.partition(";")
    own = key_of(after) if after.strip() else None
    if after.strip() and own is None:
        raise no_key(digits)
    return telegram_of(digits), None, [own] if own is not None else []


def _ring(given: list[str], file: Path | None) -> "KeyRing":
    """Return the keys of the options; a wrong one is named by its place, never repeated."""
    from drivers.mbus.written import KeyRing, key_of, keys_of_file

    found = [key_of(each) for each in given]
    if None in found:
        raise BadInput(_("--key takes 32 hexadecimal digits"))
    ring = KeyRing(each for each in found if each is not None)
    if file is None:
        return ring
    try:
        lines = file.read_text(encoding="utf-8-sig", errors="replace").splitlines()
    except OSError as error:
        raise BadInput(f"{file}: {error.strerror}") from error
    kept, wrong = keys_of_file(lines)
    if wrong:
        raise BadInput(
            _(
                "{file}, line {line}: a meter's number and 32 hexadecimal digits belong here"
            ).format(file=file, line=wrong[0])
        )
    for meter, own in kept.items():
        for each in own:
            ring.add(meter, each)
    return ring


def _say(answer: dict[str, Any], as_json: bool) -> None:
    if as_json:
        tell_json(answer)
        return
    if not answer["ok"]:
        complain(answer["error"]["message"])
        return
    _say_readings(answer)


def _say_readings(answer: dict[str, Any]) -> None:
    head = (answer["manufacturer"], answer["id"], answer["medium"], answer["frame"])
    proof = _("verified with recorded telegrams") if answer["verified"] else _("not verified")
    tell("  ".join(str(each) for each in (*head, proof) if each))
    for record in answer["records"]:
        tell(f"  {_named(record):<44} {_value(record)}")
        for step in record.get("series", ()):
            said = _value({**record, **step, "text": None, "time": None})
            tell(f"    {_step_named(step):<42} {said}")
        if "telegram" in record:
            _say(record["telegram"], as_json=False)
    if answer["manufacturer_data"]:
        tell(f"  {_('manufacturer data'):<44} {answer['manufacturer_data']}")
    if answer["trailing"]:
        tell(f"  {_('behind the telegram, by its receiver'):<44} {answer['trailing']}")
    if answer["security"]["mac"] == "unchecked":
        tell(f"  {_('its code of authentication was not checked: no key, or opened before')}")
    if answer["error"]:
        complain(answer["error"]["message"])


def _named(record: dict[str, Any]) -> str:
    """Return which value it is, such as ``energy, storage 1, tariff 2``."""
    parts = [record["quantity"], *record["qualifiers"]]
    if record["function"] != "instantaneous":
        parts.append(record["function"])
    parts += [f"{key} {record[key]}" for key in ("storage", "tariff", "subunit") if record[key]]
    return ", ".join(parts)


def _step_named(step: dict[str, Any]) -> str:
    storage = f"storage {step['storage']}"
    return f"{storage}, {step['time']}" if step["time"] else storage


def _value(record: dict[str, Any]) -> str:
    note = "" if record["state"] == "ok" else f" ({record['state']})"
    if record["time"]:  # of a meter that says not to believe its clock, with that word
        return f"{record['time']}{note}"
    if record["text"]:
        return str(record["text"])
    if record["value"] is None:
        return f"{record['state']} ({record['raw']})"
    unit = "" if record["unit"] == "none" else f" {record['unit']}"
    return f"{record['value']:.15g}{unit}{note}"


def _tell_vocabulary(as_json: bool) -> None:
    from drivers.mbus.telling import vocabulary

    lists = vocabulary()
    if as_json:
        tell_json(lists)
        return
    for name, words in lists.items():
        tell(f"{name}: {', '.join(words)}")


COMMAND = Command("decode", run, 78)
