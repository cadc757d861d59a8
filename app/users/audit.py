"""The audit: what people did, on the disk before it takes effect, and provably complete."""

import json
import logging
from collections.abc import Callable, Collection, Iterable
from contextlib import AbstractContextManager, ExitStack, nullcontext
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from secrets import token_hex
from threading import Lock
from typing import Any, Self, Unpack, cast

from sqlalchemy import Connection, Engine, delete, insert, inspect, select, update
from sqlalchemy.orm import InstrumentedAttribute

from app.auditverbs import AuditEntry, AuditProof
from app.database import is_shared, reading, storable, told, understood
from app.errors import BadInput, StoreBroken
from app.ports import Clock, Deed
from app.users.auditrows import AT_ONCE, COLUMNS, AuditRows, end_in, followed
from app.users.auditsearch import MOST_NUMBER
from app.users.chain import (
    ARCHIVE_VERB,
    GAP_VERB,
    GENESIS,
    REDACTION_VERB,
    RENEWAL_VERB,
    ChainEntry,
    Head,
    begins_after,
    chained,
    entry_fault,
    first_fault,
    head_of,
    parse_head,
    read_links,
    read_redactions,
    redacted,
    salted,
    tail_fault,
)
from app.users.privatefile import replace_file, take_place, write_part
from app.users.tables import AuditRow

SALT_BYTES = 16
REDACTED_AT_ONCE = 200  # entries that one entry speaks of
_PAGE = 100  # entries looked at together
_log = logging.getLogger(__name__)


class SqlAuditTrail:
    """The hash-chained audit of a project.

    May be used from any thread; an append is on the disk when it returns (some
    milliseconds). Raises `StoreBroken` when the database or the head cannot be written.
    """

    def __init__(
        self,
        engine: Engine,
        file: Path,
        key: bytes,
        now: Clock,
        *,
        renewed: str = "",
        head: Path | None = None,
    ) -> None:
        """Go on with the chain in the database ``file``, its head beside it or in ``head``.

        Whatever the chain lost since its head was signed is written into it as an entry
        of its own, and the old head is set aside: going on must not hide it. ``renewed``
        says why the key is a new one: entries before it can then be proved only by
        their hashes.

        On a server other workstations write entries too: each keeps the end it saw last
        as its own witness, and goes on from whatever end it finds, once that is proved.
        """
        self.engine = self._engine = engine  # for who only looks
        self.file = self._file = file
        self.rows = AuditRows(engine, file)
        self._head = head or head_file(file)
        self._shared = is_shared(engine)
        self.key = self._key = key  # for who signs a part of it
        self._now = now
        self._turn = Lock()  # entries come from the core's loop and from workers: one chain
        with told(file), reading(engine).connect() as connection:
            self._count, self._last = end_in(connection)
        self.sealed_from = 1
        self._behind = False  # an entry is there whose end could not be signed
        self._own_up(renewed)

    @classmethod
    def begin(
        cls, engine: Engine, file: Path, key: bytes, now: Clock, head: Path | None = None
    ) -> Self:
        """Start the chain of a new project."""
        with told(file):
            replace_file(head or head_file(file), head_of(key, 0, GENESIS).text().encode())
        return cls(engine, file, key, now, head=head)

    def append(self, **deed: Unpack[Deed]) -> int:
        """Write down what a person does and return the entry's number."""
        return self._add(deed)

    def _add(self, deed: Deed, at: datetime | None = None) -> int:
        """Chain a deed of this moment, or of one before, to the entries there are.

        Its signed end is on the disk first: an entry that could not be signed is not
        added, so that a full disk never looks like somebody's tampering.
        """
        if self._shared:
            deed = _storable(deed)
        with self._turn, told(self._file):
            if self._behind:
                self._sign()
            part: Path | None = None
            try:
                with self._engine.begin() as connection:
                    if self._shared:
                        self._catch_up(connection)
                    seq = self._count + 1
                    bare = _bare(seq, (at or self._now()).astimezone(UTC), deed)
                    entry = salted(self._key, self._last, bare, token_hex(SALT_BYTES))
                    part = write_part(self._head, self._end(seq, entry.hash))
                    connection.execute(insert(AuditRow), entry._asdict())
                self._count, self._last, self._behind = seq, entry.hash, True
                take_place(part, self._head)
                self._behind = False
            finally:
                if part is not None:
                    part.unlink(missing_ok=True)
        return seq

    def _catch_up(self, connection: Connection) -> None:
        """Go on from what other workstations wrote meanwhile, once it is proved."""
        count, last = end_in(connection)
        if (count, last) == (self._count, self._last):
            return
        fault = followed(connection, (self._count, self._last), self._key)
        if fault:
            raise StoreBroken(f"{self._file} cannot be trusted: {fault}")
        self._count, self._last = count, last

    def entries(self, limit: int, before_seq: int | None = None) -> list[AuditEntry]:
        """Return entries, newest first; ``before_seq`` pages on to older ones."""
        with understood(self._file):
            return [_shown(entry) for entry in self._raw(limit, before_seq)]

    def of_entities(self, verb: str, prefix: str) -> list[AuditEntry]:
        """Return the entries of one verb about entities that begin so, oldest first."""
        wanted = (
            select(*COLUMNS)
            .where(AuditRow.verb == verb, AuditRow.entity.startswith(prefix, autoescape=True))
            .order_by(AuditRow.seq)
        )
        with told(self._file), self._engine.connect() as connection:
            return [_shown(ChainEntry(*row)) for row in connection.execute(wanted)]

    def since(self, moment: datetime, verbs: Collection[str]) -> list[AuditEntry]:
        """Return the entries of some verbs from ``moment`` on, newest first.

        Looks at no older ones, so it is quick however long the audit has grown.
        """
        found: list[AuditEntry] = []
        before: int | None = None
        while page := self.entries(_PAGE, before):
            with understood(self._file):
                recent = [entry for entry in page if entry.at >= moment]
            found += [entry for entry in recent if entry.verb in verbs]
            if len(recent) < len(page):
                break
            before = page[-1].seq
        return found

    def redact(self, without: Callable[[str], str], deed: Deed) -> int:
        """Put out of every entry what ``without`` takes from its texts; return how many.

        An entry of ``deed`` is written first that says how the others read since: the
        chain stays whole, and whoever changes a redacted entry is found out like any.
        """
        forms = redacted_forms(self.rows.every(), without, self.rows.begin()[1])
        numbers = sorted(forms)
        for begin in range(0, len(numbers), REDACTED_AT_ONCE):
            part = numbers[begin : begin + REDACTED_AT_ONCE]
            said = json.dumps({str(seq): forms[seq][1] for seq in part})
            saying = deed.copy()
            saying["verb"], saying["entity"], saying["new"] = REDACTION_VERB, "audit", said
            self.append(**saying)
            with self._turn, told(self._file), self._engine.begin() as connection:
                if not self._shared:
                    connection.exec_driver_sql("PRAGMA secure_delete=ON")
                for seq in part:
                    form = forms[seq][0]._asdict()
                    connection.execute(update(AuditRow).where(AuditRow.seq == seq), form)
        return len(forms)

    def proof(self, number: int) -> AuditProof:
        """Return one entry with what proves it; `BadInput` when there is none."""
        rows = self._raw(2, number + 1) if 0 < number < MOST_NUMBER else []
        if not rows or rows[0].seq != number:
            raise BadInput(f"the activity log has no entry {number}")
        entry = rows[0]
        previous = rows[1].hash if len(rows) > 1 else self.rows.begin()[1]
        key = self._key if number >= self.sealed_from else None
        fault = entry_fault(entry, previous, key, self.rows.redactions().get(number))
        with understood(self._file):
            return AuditProof(_shown(entry), entry.hash, previous, entry.seal, fault)

    def drop(self, last: int) -> None:
        """Take out all entries up to ``last``: a later one must say where they lie."""
        if last not in self.rows.links():
            raise BadInput(f"no entry of the audit says where those up to {last} lie")
        with self._turn, told(self._file), self._engine.begin() as connection:
            connection.execute(delete(AuditRow).where(AuditRow.seq <= last))

    def verify(self) -> str:
        """Return "" when the chain is whole, else a sentence naming the first broken entry.

        Some seconds for 100,000 entries: not on the core's loop.
        """
        return verify_audit(self._engine, self._file, self._key, self._turn, self._head)

    def close(self) -> None:
        """Let go of the file; nothing else after it."""
        self._engine.dispose()

    def _own_up(self, renewed: str) -> None:
        """Compare the end of the chain with its head; `verify` looks at all the rest."""
        head = read_head(self._head)
        key = None if renewed else self._key
        if head is None:
            fault = "the signed end of the audit is missing or cannot be read"
        else:
            fault = self._disagrees(head, key)
            self.sealed_from = head.sealed_from
        if fault:
            self._set_aside()
        if renewed:
            self.sealed_from = self._count + 1
            self._own_words(RENEWAL_VERB, renewed)
        if fault:
            self._own_words(GAP_VERB, fault)
        elif head is not None and head.count < self._count:
            self._sign()

    def _disagrees(self, head: Head, key: bytes | None) -> str:
        """Return "" when the end of the chain agrees with a head, else what does not."""
        if not self._shared:
            return tail_fault(self._raw(limit=2)[::-1], head, self._count, key)
        if key is not None and not head.is_signed(key):
            return tail_fault(self._raw(limit=2)[::-1], head, self._count, key)
        with told(self._file), reading(self._engine).connect() as connection:
            return followed(connection, (head.count, head.hash), key)

    def _set_aside(self) -> None:
        with told(self._file):
            if self._head.exists():
                name = f"{self._head.name}.{self._now():%Y%m%dT%H%M%SZ}.broken"
                self._head.replace(self._head.with_name(name))

    def _own_words(self, verb: str, reason: str) -> None:
        _log.error("%s: %s", verb, reason)
        self.append(
            login="", name="Heatdesk", workstation="", verb=verb, entity="audit", reason=reason
        )

    def _sign(self) -> None:
        replace_file(self._head, self._end(self._count, self._last))
        self._behind = False

    def _end(self, count: int, hash_: str) -> bytes:
        return head_of(self._key, count, hash_, self.sealed_from).text().encode()

    def _raw(self, limit: int, before_seq: int | None = None) -> list[ChainEntry]:
        wanted = select(*COLUMNS).order_by(AuditRow.seq.desc()).limit(limit)
        if before_seq is not None:
            wanted = wanted.where(AuditRow.seq < before_seq)
        with told(self._file), reading(self._engine).connect() as connection:
            return [ChainEntry(*row) for row in connection.execute(wanted)]


def head_file(file: Path) -> Path:
    """Return where the signed end of the audit ``file`` lies: ``audit.head``."""
    return file.with_suffix(".head")


def verify_audit(
    engine: Engine,
    file: Path,
    key: bytes | None,
    turn: AbstractContextManager[object] | None = None,
    head: Path | None = None,
) -> str:
    """Follow the whole chain of the audit ``file`` and return "" or the first fault.

    Without the key the seals and the head's signature stay unchecked. ``turn`` keeps
    writers of this process out until entries and head are seen at one moment.
    """
    try:
        with told(file), reading(engine).connect() as connection:
            columns = _columns_of(connection)
        wanted = select(*columns).order_by(AuditRow.seq)
        with told(file), reading(engine).connect() as connection, ExitStack() as closing:
            with turn or nullcontext():
                signed = read_head(head or head_file(file))
                result = closing.enter_context(
                    connection.execute(wanted, execution_options={"yield_per": AT_ONCE})
                )
                first = result.fetchmany(AT_ONCE)  # from here on SQLite shows one moment
                own = wanted.where(AuditRow.verb.in_((REDACTION_VERB, ARCHIVE_VERB)))
                said = [ChainEntry(*row) for row in connection.execute(own)]
                redactions = read_redactions(e for e in said if e.verb == REDACTION_VERB)
            oldest = ChainEntry(*first[0]) if first else None
            rows = (ChainEntry(*row) for row in chain(first, result))
            begin = begins_after(oldest, read_links(said))
            return first_fault(rows, signed, key, redactions, begin, others=is_shared(engine))
    except StoreBroken as error:
        return str(error)


def _columns_of(connection: Connection) -> list[InstrumentedAttribute[Any]]:
    """Return our columns as far as the database has them: an older program knew no salt."""
    looked = inspect(connection)
    if not looked.has_table(AuditRow.__tablename__):
        return COLUMNS  # who asks for them is told
    known = {column["name"] for column in looked.get_columns(AuditRow.__tablename__)}
    return [column for column in COLUMNS if column.key in known]


def read_head(file: Path) -> Head | None:
    """Return the signed head, ``None`` when its file is missing or holds none."""
    try:
        return parse_head(file.read_text("utf-8"))
    except (OSError, ValueError):
        return None


def redacted_forms(
    entries: Iterable[ChainEntry], without: Callable[[str], str], begin: str = GENESIS
) -> dict[int, tuple[ChainEntry, str]]:
    """Return the entries to be redacted by number, as they will read, with that one's hash.

    ``begin`` is the hash of the entry before the first.
    """
    forms, previous = dict[int, tuple[ChainEntry, str]](), begin
    for entry in entries:
        form = redacted(entry, without)
        if form != entry:
            forms[entry.seq] = (form, chained(previous, form))
        previous = entry.hash
    return forms


def _storable(deed: Deed) -> Deed:
    """Return a deed as a server can hold it: what is hashed must be what is kept."""
    kept = {name: storable(str(said)) for name, said in deed.items()}
    return cast(Deed, kept)


def _bare(seq: int, at: datetime, deed: Deed) -> ChainEntry:
    """Return an entry that is not chained yet."""
    return ChainEntry(
        seq,
        at.isoformat(),
        deed["login"],
        deed["name"],
        deed["workstation"],
        deed["verb"],
        deed["entity"],
        deed.get("old", ""),
        deed.get("new", ""),
        deed.get("result", ""),
        deed.get("reason", ""),
        "",
        "",
    )


def _shown(entry: ChainEntry) -> AuditEntry:
    return AuditEntry(
        seq=entry.seq,
        at=datetime.fromisoformat(entry.at),
        login=entry.login,
        name=entry.name,
        workstation=entry.workstation,
        verb=entry.verb,
        entity=entry.entity,
        old=entry.old,
        new=entry.new,
        result=entry.result,
        reason=entry.reason,
    )
