"""``heatdesk keys``: the keys of meters taken in, listed without being told, and tried."""

import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.command import Command
from app.cli.options import AsJson, PasswordFile, Project, Seconds, User
from app.cli.person import first_line, who
from app.compose.terminal import BAD_INPUT, complain, tell, tell_json
from app.errors import BadInput
from app.model.meterkey import KeysTaken, KeyTested, KeyTried, MeterKey, key_test_text
from app.project.keyfiles import MOST_BYTES
from app.words import _, ngettext

if TYPE_CHECKING:
    from app.compose.joining import Joined

_LOOK_S = 0.3


def run(
    project: Project,
    take: Annotated[
        Path | None, typer.Option("--import", help=_("Take in a file of keys: KEM or CSV."))
    ] = None,
    file_password: Annotated[
        Path | None,
        typer.Option(
            "--file-password-file",
            help=_("A file whose first line opens the file of keys, where it is sealed."),
        ),
    ] = None,
    listed: Annotated[
        bool, typer.Option("--list", help=_("List the meters with a key; no key is told."))
    ] = False,
    telegram: Annotated[
        str, typer.Option("--try", help=_("Try the keys on this telegram (hexadecimal)."))
    ] = "",
    test: Annotated[
        str, typer.Option(help=_("Try the key of this meter on what was heard of it last."))
    ] = "",
    listen_s: Seconds = None,
    remove: Annotated[
        list[str] | None, typer.Option(help=_("Forget the key of this meter."))
    ] = None,
    as_json: AsJson = False,
    user: User = None,
    password_file: PasswordFile = None,
) -> None:
    """Take in keys of meters, list for whom there is one, or try them on telegrams."""
    from app.compose.joining import join

    asks = (take is not None, listed, bool(telegram), bool(test), bool(remove))
    if sum(asks) > 1:
        raise BadInput(_("one at a time: --import, --list, --try, --test or --remove"))
    content = _read(take) if take is not None else b""
    opens = first_line(file_password) if file_password is not None else ""
    only = None if test else ()  # to hear telegrams the plant has to run
    with join(project, *who(project, user, password_file), only=only) as joined:
        asked, viewer = joined.asked.radio, joined.viewer
        if take is not None:
            done = joined.ask(asked.import_keys(viewer, take.name, content, opens))
            _tell_taken(done, as_json=as_json)
        elif telegram:
            _tell_tried(joined.ask(asked.try_key(viewer, telegram)), as_json=as_json)
        elif test:
            _tell_tested(_tested(joined, test, listen_s or 0.0), as_json=as_json)
        elif remove:
            gone = joined.ask(asked.remove_keys(viewer, remove))
            said = ngettext("{count} key forgotten", "{count} keys forgotten", gone)
            tell_json({"removed": gone}) if as_json else tell(said.format(count=gone))
        else:
            _tell_all(joined, as_json=as_json)


def _tell_all(joined: "Joined", *, as_json: bool) -> None:
    for each in joined.ask(joined.asked.radio.keys(joined.viewer)):
        tell_json(_plain(each)) if as_json else tell(_line(each))


def _plain(key: MeterKey) -> dict[str, object]:
    return {
        "meter": key.meter,
        "since": key.since.isoformat(),
        "source": key.source,
        "earlier": key.earlier,
    }


def _line(key: MeterKey) -> str:
    return f"{key.meter}  {key.since:%Y-%m-%d %H:%M}  {key.source}"


def _tell_taken(done: KeysTaken, *, as_json: bool) -> None:
    if as_json:
        tell_json(
            {
                "added": done.added,
                "changed": done.changed,
                "same": done.same,
                "faults": list(done.faults),
            }
        )
        return
    tell(
        _("keys: {added} new, {changed} changed, {same} known before").format(
            added=done.added, changed=done.changed, same=done.same
        )
    )
    for fault in done.faults:
        complain(fault)


def _tested(joined: "Joined", meter: str, listen_s: float) -> KeyTested:
    """Ask until something was heard of the meter, for so long at most."""
    until_s = time.monotonic() + listen_s
    while True:
        tested = joined.ask(joined.asked.radio.test_keys(joined.viewer, meter))
        if tested.telegrams or time.monotonic() >= until_s:
            return tested
        time.sleep(_LOOK_S)


def _tell_tested(tested: KeyTested, *, as_json: bool) -> None:
    opens = [each for each in tested.telegrams if each.opens]
    if as_json:
        tell_json(asdict(tested) | {"telegrams": [asdict(each) for each in tested.telegrams]})
    else:
        tell(f"{tested.meter}  {key_test_text(tested)}")
        for each in tested.telegrams:
            tell(f"  {each.says}")
    if not opens:
        raise typer.Exit(BAD_INPUT)


def _tell_tried(tried: KeyTried, *, as_json: bool) -> None:
    if as_json:
        tell_json(
            {
                "meter": tried.meter or None,
                "manufacturer": tried.maker or None,
                "opens": tried.opens,
                "says": tried.says,
            }
        )
    else:
        tell(" ".join(each for each in (tried.maker, tried.meter, tried.says) if each))
    if not tried.opens:
        raise typer.Exit(BAD_INPUT)


def _read(file: Path) -> bytes:
    """Return a file of keys; of what is far too large for one no more than shows that it is."""
    try:
        with file.open("rb") as content:
            return content.read(MOST_BYTES + 1)
    except OSError as error:
        raise BadInput(f"{file}: {error.strerror}") from error


COMMAND = Command("keys", run, 47)
