"""``heatdesk audit``: what people did, listed and proved, exported, archived to make room."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from app.auditverbs import AuditEntry, AuditQuery, Sought
from app.cli.command import Command
from app.cli.options import AsJson, PasswordFile, Project, Since, Until, User, check_language
from app.cli.person import who
from app.compose.joining import Joined, join
from app.compose.terminal import tell, tell_json
from app.errors import BadInput, StoreBroken
from app.sentences import told_sentence
from app.words import _, ngettext

_MB = 1_000_000
_AT_ONCE = 1000  # entries fetched together
_ENDS = (".csv", ".txt", ".xlsx")


def run(
    project: Project,
    search: Annotated[
        list[str] | None, typer.Option(help=_("Words that stand in the entry, in any column."))
    ] = None,
    by: Annotated[str, typer.Option("--by", help=_("Who did it: a name or a login."))] = "",
    where: Annotated[str, typer.Option(help=_("At which workstation."))] = "",
    what: Annotated[str, typer.Option(help=_("The operation, such as “write”."))] = "",
    of: Annotated[str, typer.Option("--of", help=_("Of what: part of its name."))] = "",
    result: Annotated[str, typer.Option(help=_("How it ended, such as “refused”."))] = "",
    since: Since = "",
    until: Until = "",
    numbers: Annotated[
        str, typer.Option(help=_("Entries of these numbers: 12 or 10-20."))
    ] = "",
    rising: Annotated[bool, typer.Option("--rising", help=_("The oldest first."))] = False,
    limit: Annotated[int, typer.Option(min=1, help=_("At most so many entries."))] = 100,
    entry: Annotated[
        int | None, typer.Option(help=_("One entry, with what proves it."))
    ] = None,
    verify: Annotated[
        bool, typer.Option("--verify", help=_("Follow the whole chain, archives as well."))
    ] = False,
    out: Annotated[
        Path | None, typer.Option(help=_("Write all entries found into a .csv or .xlsx file."))
    ] = None,
    storage: Annotated[
        bool, typer.Option("--storage", help=_("Tell what room the log takes and has."))
    ] = False,
    limit_mb: Annotated[
        int | None, typer.Option(help=_("Let the log take so many MB from now on."))
    ] = None,
    archive: Annotated[
        Path | None, typer.Option(help=_("Move entries into this file, to make room."))
    ] = None,
    before: Annotated[str, typer.Option(help=_("With --archive: the first day to stay."))] = "",
    language: Annotated[str, typer.Option(help=_("Language of files."))] = "en",
    as_json: AsJson = False,
    user: User = None,
    password_file: PasswordFile = None,
) -> None:
    """List, prove, export or archive what people did; see also “heatdesk check”."""
    check_language(language)
    _require_one(
        entry is not None, verify, storage or limit_mb is not None, archive is not None
    )
    with join(project, *who(project, user, password_file)) as joined:
        if verify:
            _verify(joined)
        elif entry is not None:
            _tell_entry(joined, entry, as_json=as_json)
        elif archive is not None:
            _archive(joined, archive, before)
        elif storage or limit_mb is not None:
            _tell_storage(joined, limit_mb, as_json=as_json)
        else:
            days, texts = (since, until), {"who": by, "workstation": where, "entity": of}
            among = {"verb": what, "result": result}
            query = _query(joined, search or [], texts, among, days, numbers, rising=rising)
            _list(joined, query, out, limit, language, as_json=as_json)


COMMAND = Command("audit", run, 39)


def _require_one(*wishes: bool) -> None:
    if sum(wishes) > 1:
        raise BadInput(
            _("one thing at a time: --entry, --verify, --storage with --limit-mb, or --archive")
        )


def _list(
    joined: Joined,
    query: AuditQuery,
    out: Path | None,
    limit: int,
    language: str,
    *,
    as_json: bool,
) -> None:
    if out is not None and out.suffix.casefold() not in _ENDS:
        raise BadInput(_("{file}: the name must end with .csv or .xlsx").format(file=out))
    audit, viewer = joined.asked.audit, joined.viewer
    found = joined.ask(audit.found(viewer, query))
    shown = found if out is not None else found[:limit]
    entries: list[AuditEntry] = []
    for at in range(0, len(shown), _AT_ONCE):
        entries += joined.ask(audit.numbered(viewer, shown[at : at + _AT_ONCE]))
    if out is not None:
        _export(joined, out, entries, language)
        said = ngettext(
            "{count} entry written into {file}",
            "{count} entries written into {file}",
            len(entries),
        )
        tell(said.format(count=len(entries), file=out))
        return
    zone = _zone(joined)
    for each in entries:
        if as_json:
            tell_json(_plain(each))
        else:
            tell(_line(each, zone))
    if len(found) > len(entries) and not as_json:
        tell(_("… and {count} more: --limit").format(count=len(found) - len(entries)))


def _export(joined: Joined, out: Path, entries: Sequence[AuditEntry], language: str) -> None:
    from app.compose.core import utc_now
    from app.reports.render.book import Moment
    from app.reports.sheets.plaintable import PlainTable, plain_csv, plain_xlsx
    from app.reports.words import Words

    words = Words(language)
    heads = ("No.", "When", "UTC offset", "Who", "Login", "Where", "What", "Of what", "Old",
             "New", "Result", "Reason")  # fmt: skip
    rows = [
        (
            each.seq, Moment(each.at), each.name, each.login, each.workstation, each.verb,
            each.entity, each.old, each.new, each.result, each.reason,
        )
        for each in entries
    ]  # fmt: skip
    sheet = PlainTable(
        words("Activity log"), _zone(joined).key, utc_now(), joined.viewer.name,
        tuple(words(head) for head in heads), rows,
    )  # fmt: skip
    made = plain_xlsx if out.suffix.casefold() == ".xlsx" else plain_csv
    _write(out, made(sheet, words))


def _tell_entry(joined: Joined, number: int, *, as_json: bool) -> None:
    proof = joined.ask(joined.asked.audit.proof(joined.viewer, number))
    told = {**_plain(proof.entry), "hash": proof.hash, "previous": proof.previous,
            "seal": proof.seal, "fault": proof.fault}  # fmt: skip
    if as_json:
        tell_json(told)
        return
    for name, value in told.items():
        if value or name == "fault":
            tell(f"{name:<12} {value or _('as it was written')}")


def _verify(joined: Joined) -> None:
    audit, viewer = joined.asked.audit, joined.viewer
    if fault := joined.ask(audit.verify(viewer)):
        raise StoreBroken(told_sentence(fault))
    tell(_("the chain is whole: no entry was altered"))
    for each in joined.ask(audit.archives(viewer)):
        tell(_("entries {first} to {last} lie in {place}").format(
            first=each.first, last=each.last, place=each.place
        ))  # fmt: skip


def _tell_storage(joined: Joined, limit_mb: int | None, *, as_json: bool) -> None:
    audit, viewer = joined.asked.audit, joined.viewer
    if limit_mb is not None:
        found = joined.ask(audit.set_limit(viewer, limit_mb))
    else:
        found = joined.ask(audit.storage(viewer))
    if as_json:
        tell_json(asdict(found))
        return
    tell(_("the log takes {size} MB of the {limit} MB it may take; {free} MB are free").format(
        size=f"{found.size_bytes / _MB:.1f}", limit=found.limit_bytes // _MB,
        free=found.free_bytes // _MB,
    ))  # fmt: skip
    if found.says:
        tell(told_sentence(found.says))


def _archive(joined: Joined, file: Path, before: str) -> None:
    """Write the file first and read it again; only then the entries leave the project."""
    moment = _day(joined, before)
    if moment is None:
        raise BadInput(_("say which day shall be the first to stay: --before 2026-02-28"))
    if file.exists():
        raise BadInput(_("{file} is there already: choose another name").format(file=file))
    audit, viewer = joined.asked.audit, joined.viewer
    part = joined.ask(audit.archive_part(viewer, moment))
    _write(file, part.content)
    if file.read_bytes() != part.content:
        raise BadInput(_("{file} does not hold what was written").format(file=file))
    kept = joined.ask(audit.archived(viewer, part.digest, str(file.resolve())))
    tell(_("entries {first} to {last} lie in {place}").format(
        first=kept.first, last=kept.last, place=kept.place
    ))  # fmt: skip


def _query(
    joined: Joined,
    search: Sequence[str],
    texts: Mapping[str, str],
    among: Mapping[str, str],
    days: tuple[str, str],
    numbers: str,
    *,
    rising: bool,
) -> AuditQuery:
    columns = {"who": ("who", "login")}
    sought = [Sought(each, ("who", "login", *_EVERYWHERE)) for each in search]
    sought += [Sought(text, columns.get(name, (name,))) for name, text in texts.items() if text]
    exact = {name: (text,) for name, text in among.items() if text}
    start, last = (_day(joined, each) for each in days)
    end = None if last is None else last + timedelta(days=1)
    return AuditQuery(tuple(sought), exact, start, end, *_span(numbers), falling=not rising)


_EVERYWHERE = ("workstation", "verb", "entity", "old", "new", "result", "reason")


def _span(text: str) -> tuple[int | None, int | None]:
    if not text:
        return None, None
    first, dash, last = text.partition("-")
    try:
        low = int(first)
        return low, (int(last) if last else None) if dash else low
    except ValueError:
        raise BadInput(_("{text!r}: write 12, 10-20 or 10-").format(text=text)) from None


def _day(joined: Joined, text: str) -> datetime | None:
    if not text:
        return None
    try:
        day = datetime.fromisoformat(text)
    except ValueError:
        raise BadInput(_("{day!r} is no day: write 2026-02-28").format(day=text)) from None
    return day if day.tzinfo else day.replace(tzinfo=_zone(joined))


def _zone(joined: Joined) -> ZoneInfo:
    return ZoneInfo(joined.ask(joined.asked.plant.zone_name(joined.viewer)))


def _plain(entry: AuditEntry) -> dict[str, object]:
    return asdict(entry) | {"at": entry.at.isoformat()}


def _line(entry: AuditEntry, zone: ZoneInfo) -> str:
    change = f"{entry.old} → {entry.new}" if entry.old else entry.new
    parts = (
        str(entry.seq), f"{entry.at.astimezone(zone):%Y-%m-%d %H:%M:%S}",
        entry.name or entry.login or "–", entry.workstation or "–", entry.verb, entry.entity,
        change, entry.result, told_sentence(entry.reason),
    )  # fmt: skip
    return "  ".join(part for part in parts if part)


def _write(file: Path, content: bytes) -> None:
    try:
        with file.open("xb" if not file.exists() else "wb") as stream:
            stream.write(content)
    except OSError as error:
        raise BadInput(f"{file} cannot be written: {error.strerror or error}") from error
