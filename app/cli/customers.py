"""``heatdesk customers``: residents listed, added, handed their data, erased for good."""

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from app.cli.command import Command
from app.cli.options import AsJson, PasswordFile, Project, User, check_language
from app.cli.person import who
from app.compose.joining import Joined, join
from app.compose.terminal import tell, tell_json
from app.errors import BadInput, missing
from app.model.customer import (
    AskedBy,
    Customer,
    ErasureProof,
    ErasureWish,
    PersonalTraces,
    Tenancy,
)
from app.users.privatefile import OWNER_ONLY, replace_file
from app.words import _


def run(
    project: Project,
    add: Annotated[str | None, typer.Option(help=_("Add a resident of this name."))] = None,
    number: Annotated[str, typer.Option(help=_("Number of the contract."))] = "",
    email: Annotated[str, typer.Option(help=_("Where mail reaches the resident."))] = "",
    phone: Annotated[str, typer.Option(help=_("Where calls reach the resident."))] = "",
    meter: Annotated[str, typer.Option(help=_("The meter of the contract."))] = "",
    since: Annotated[str, typer.Option(help=_("First day of the contract."))] = "",
    until: Annotated[str, typer.Option(help=_("First day after the contract."))] = "",
    export: Annotated[str, typer.Option(help=_("Hand out all data of this customer."))] = "",
    erase: Annotated[str, typer.Option(help=_("Erase this customer for good."))] = "",
    confirm: Annotated[
        str, typer.Option(help=_("The same customer once more, or nothing is erased."))
    ] = "",
    asked_by: Annotated[
        AskedBy, typer.Option(help=_("On whose wish data are erased."))
    ] = AskedBy.RESIDENT,
    case: Annotated[str, typer.Option(help=_("Your reference; never a name."))] = "",
    also: Annotated[
        list[str] | None, typer.Option(help=_("Further words to look for: a former name."))
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help=_("Write the ZIP or the PDF of the record here."))
    ] = None,
    language: Annotated[str, typer.Option(help=_("Language of files."))] = "en",
    as_json: AsJson = False,
    user: User = None,
    password_file: PasswordFile = None,
) -> None:
    """List residents and erasures, add a resident, hand out or erase one's data."""
    check_language(language)
    login, password = who(project, user, password_file)
    with join(project, login, password) as joined:
        if add is not None:
            meters = _tenancies(joined, meter, since, until)
            made = Customer("", add, number, email, phone, meters=meters)
            kept = joined.ask(joined.asked.customers.put_customer(joined.viewer, made))
            tell_json(_plain(kept)) if as_json else tell(kept.id)
        elif export:
            if out is None:
                raise BadInput(_("say where the file goes: --out"))
            asked = joined.asked.customers
            _write(out, joined.ask(asked.personal_data(joined.viewer, export, language)))
        elif erase:
            wish = ErasureWish(
                erase, _known(joined, erase).version, asked_by, case, tuple(also or ())
            )
            erase_one(joined, wish, confirm, password, out, language, as_json=as_json)
        else:
            tell_all(joined, as_json=as_json)


def tell_all(joined: Joined, *, as_json: bool) -> None:
    """Tell of every resident and every erasure, a line each."""
    asked, viewer = joined.asked.customers, joined.viewer
    for each in joined.ask(asked.customers(viewer)):
        if as_json:
            tell_json(_plain(each))
        else:
            meters = ", ".join(held.meter for held in each.meters) or "–"
            tell(f"{each.id}  {each.name}  {each.number or '–'}  {meters}")
    for proof in joined.ask(asked.proofs(viewer)):
        if as_json:
            tell_json(_plain_proof(proof))
            continue
        tell(_("{at} erased: {customer}, by {name}, record {digest}").format(
            at=f"{proof.at:%Y-%m-%d %H:%M} UTC", customer=proof.customer, name=proof.done_by,
            digest=proof.digest,
        ))  # fmt: skip


def _plain_proof(proof: ErasureProof) -> dict[str, object]:
    return {
        "erased": proof.customer,
        "at": proof.at.isoformat(),
        "by": proof.done_by,
        "record": proof.digest,
    }


def _plain(customer: Customer) -> dict[str, object]:
    """Return a resident as JSON has it: times with their zone, an open end as null."""
    meters = [
        {
            "meter": held.meter,
            "since": held.since.isoformat(),
            "until": held.until.isoformat() if held.until else None,
        }
        for held in customer.meters
    ]
    return {**asdict(customer), "meters": meters}


def erase_one(
    joined: Joined,
    wish: ErasureWish,
    confirm: str,
    password: str,
    out: Path | None,
    language: str,
    *,
    as_json: bool = False,
) -> None:
    """Erase a resident who is named twice; else tell what would go, and raise `BadInput`.

    What was done is told before the record is written: a file that cannot be is no reason
    to believe that nothing was erased.
    """
    asked, viewer = joined.asked.customers, joined.viewer
    if confirm != wish.customer:
        _tell_traces(joined.ask(asked.traces(viewer, wish)), as_json=as_json)
        raise BadInput(
            _(
                "nothing was erased; to erase this for good, say it twice: --confirm {id}"
            ).format(id=wish.customer)
        )
    proof = joined.ask(asked.erase(viewer, wish, password))
    if as_json:
        tell_json({**_plain_proof(proof), "not_cleared": list(proof.left)})
    else:
        for place in proof.left:
            tell(_("could not be cleared: {place}").format(place=place))
        tell(_("erased; record {digest}").format(digest=proof.digest))
    if out is not None:
        _write(out, _paper(joined, proof, language))


def _tell_traces(told: PersonalTraces, *, as_json: bool) -> None:
    """Tell what there is of a resident, and what was handed out already."""
    from app.reports.sheets.erasure import WHAT

    if as_json:
        tell_json({"would_erase": dict(told.counts), "handed_out": list(told.exports)})
        return
    for kind, count in told.counts.items():
        tell(f"{count:8} {_(WHAT.get(kind, kind))}")
    for line in told.exports:
        tell(_("handed out before: {line}").format(line=line))


def _paper(joined: Joined, proof: ErasureProof, language: str) -> bytes:
    from app.reports.paper.plaintable import plain_pdf
    from app.reports.sheets.erasure import erasure_table
    from app.reports.words import Words

    words = Words(language)
    zone = joined.ask(joined.asked.plant.zone_name(joined.viewer))
    head = joined.ask(joined.asked.reports.letterhead(joined.viewer))
    return plain_pdf(erasure_table(proof, zone=zone, words=words), head, words)


def _known(joined: Joined, customer: str) -> Customer:
    for each in joined.ask(joined.asked.customers.customers(joined.viewer)):
        if each.id == customer:
            return each
    raise missing("customer", customer)


def _tenancies(joined: Joined, meter: str, since: str, until: str) -> tuple[Tenancy, ...]:
    if not meter:
        if since or until:
            raise BadInput(_("say which meter it is that they have: --meter"))
        return ()
    if not since:
        raise BadInput(
            _("say from which day on the meter is theirs: --since, such as 2026-02-28")
        )
    zone = ZoneInfo(joined.ask(joined.asked.plant.zone_name(joined.viewer)))
    ends = _day("--until", until, zone) if until else None
    return (Tenancy(meter, _day("--since", since, zone), ends),)


def _day(option: str, text: str, zone: ZoneInfo) -> datetime:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=zone)
    except ValueError:
        raise BadInput(
            _("{option}: {day!r} is no day: write 2026-02-28").format(option=option, day=text)
        ) from None


def _write(file: Path, content: bytes) -> None:
    try:
        replace_file(file.absolute(), content, mode=OWNER_ONLY)
    except (OSError, ValueError) as error:  # the second: a root folder has no name
        why = getattr(error, "strerror", None) or error
        raise BadInput(f"{file} cannot be written: {why}") from error


COMMAND = Command("customers", run, 38)
