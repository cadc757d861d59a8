"""``heatdesk receivers``: which meters are heard by radio, by whom, how well, and why not."""

import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.command import Command
from app.cli.options import AsJson, PasswordFile, Project, Seconds, User
from app.cli.person import receiver_password, who
from app.compose.terminal import tell, tell_json
from app.errors import missing
from app.model.collector import charge_text, warnings_of
from app.model.reception import MeterReception, ReceiverFigures
from app.model.undecoded import Cause, cause_text
from app.words import _, ngettext

if TYPE_CHECKING:
    from app.compose.joining import Joined

_DIGITS = 8


def run(
    project: Project,
    meter: Annotated[str, typer.Option(help=_("Only this meter, by its number."))] = "",
    strangers: Annotated[
        bool, typer.Option("--strangers", help=_("List the meters of others as well."))
    ] = False,
    secret: Annotated[
        str,
        typer.Option(
            help=_("Keep the password or token of this receiver, sealed: NAME or LINK/NAME.")
        ),
    ] = "",
    secret_file: Annotated[
        Path | None,
        typer.Option("--secret-file", help=_("A file whose first line is that password.")),
    ] = None,
    listen_s: Seconds = None,
    as_json: AsJson = False,
    user: User = None,
    password_file: PasswordFile = None,
) -> None:
    """Say which meters each receiver hears, how well, and why one tells nothing."""
    from app.compose.joining import join

    if secret:
        word = receiver_password(secret_file)
        with join(project, *who(project, user, password_file), only=()) as joined:
            joined.ask(joined.asked.radio.keep_secret(joined.viewer, secret, word))
        done = _("{name}: the password is kept") if word else _("{name}: no password is kept")
        tell_json({"receiver": secret, "kept": bool(word)}) if as_json else tell(
            done.format(name=secret)
        )
        return
    with join(project, *who(project, user, password_file)) as joined:
        if listen_s is not None:
            time.sleep(listen_s)
        if meter:
            _tell_meter(_found(joined, meter), as_json=as_json)
            return
        for figures in joined.ask(joined.asked.radio.receivers(joined.viewer)):
            _tell_receiver(figures, strangers=strangers, as_json=as_json)
        for each in joined.ask(joined.asked.radio.reception(joined.viewer)):
            _tell_meter(each, as_json=as_json)


def _found(joined: "Joined", number: str) -> MeterReception:
    wanted = number.strip().upper().zfill(_DIGITS)
    for each in joined.ask(joined.asked.radio.reception(joined.viewer)):
        if each.number == wanted:
            return each
    raise missing("radio meter", number)


def _tell_receiver(figures: ReceiverFigures, *, strangers: bool, as_json: bool) -> None:
    if as_json:
        content = asdict(figures)
        if not strangers:
            del content["strangers"]
        last = None if figures.last_at is None else figures.last_at.isoformat()
        for each in content.get("strangers", ()):
            each["last_at"] = each["last_at"].isoformat()
        charge = (content["collector"] or {}).get("charge")
        if charge:
            charge["at"] = charge["at"].isoformat()
        tell_json({**content, "last_at": last})
        return
    count = figures.no_telegrams
    own = _("{own} telegrams of our meters, {foreign} of others, {damaged} damaged").format(
        own=figures.own, foreign=figures.foreign, damaged=figures.damaged
    )
    lost = _("not connected: {why}").format(why=figures.trouble) if figures.trouble else ""
    none = ngettext("{count} line is no telegram", "{count} lines are no telegrams", count)
    odd = none.format(count=count) if count else ""
    parts = (figures.receiver, own, odd, figures.fault, lost, *_as_collector(figures))
    tell("  ".join(each for each in parts if each))
    for each in figures.strangers if strangers else ():
        tell(f"  {each.maker} {each.number}  {each.telegrams}  {_dbm(each.level_dbm)}")


def _as_collector(figures: ReceiverFigures) -> list[str]:
    """Return how a collector stands by its limits; nothing of what is none."""
    of = figures.collector
    if of is None:
        return []
    kind = "" if of.kind is None else f"{of.kind.title}: {of.meters}"
    if of.kind is not None and of.kind.most_meters is not None:
        said = _("{kind}: {count} of {most} meters")
        kind = said.format(kind=of.kind.title, count=of.meters, most=of.kind.most_meters)
    charge = charge_text(of)
    battery = _("battery {charge}").format(charge=charge) if charge else ""
    return [kind, battery, *warnings_of(of)]


def _tell_meter(meter: MeterReception, *, as_json: bool) -> None:
    if as_json:
        content = asdict(meter)
        content["last_at"] = None if meter.last_at is None else meter.last_at.isoformat()
        for each in content["receivers"]:
            each["last_at"] = each["last_at"].isoformat()
        tell_json(content)
        return
    parts = [meter.number, meter.device, _how(meter)]
    causes = [
        f"{cause_text(Cause(cause))}: {count}" for cause, count in sorted(meter.causes.items())
    ]
    tell("  ".join([*parts, *causes]))


def _how(meter: MeterReception) -> str:
    if meter.last_at is None:
        return _("not heard")
    names = ", ".join(each.receiver for each in meter.receivers)
    missed = "–" if meter.missed_share is None else f"{100 * meter.missed_share:.0f} %"
    return _("{level}, heard by {names}, {missed} missed, last {at}").format(
        level=_dbm(meter.level_dbm),
        names=names,
        missed=missed,
        at=f"{meter.last_at:%Y-%m-%d %H:%M:%S} UTC",
    )


def _dbm(level_dbm: float | None) -> str:
    return "–" if level_dbm is None else f"{level_dbm:.0f} dBm"


COMMAND = Command("receivers", run, 48)
