"""The hash chain of the audit: each entry vouches for all before it.

The hash of an entry is SHA-256 over the hash before it and the entry's own text, so
anybody can follow the chain. The seal is an HMAC of that hash with the project's key,
so only the program can add to it. The head says, signed, where the chain ends: without
it a chain that was cut off would look whole.

The oldest entries may lie in a file outside: an entry that stays says which, by what
its last hash and the file's own hash were, so the chain begins where the file ends.

An entry may be salted: then its hash can still be followed, yet nobody can try out
names on it once it was redacted. A redacted entry lost its salt and what named a
resident; a later entry, hashed and sealed like any other, says which it is and how it
must read since.
"""

import hashlib
import hmac
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import NamedTuple

GENESIS = "0" * 64
GAP_VERB = "audit.gap"  # the entry by which the program itself owns up to missing ones
STORAGE_VERB = (
    "audit.storage"  # the entry by which it tells that its room is scarce, or again is not
)
REDACTION_VERB = "audit.redact"  # the entry that says how redacted ones must read since
RENEWAL_VERB = "audit.new-key"  # the first entry sealed with a new key
LIMIT_VERB = "audit.limit"  # the entry that says what room it has from then on
ARCHIVE_VERB = "audit.archive"  # the entry that says in which file the entries before lie


class ChainEntry(NamedTuple):
    """One line of the audit with what proves it; the texts are exactly as hashed."""

    seq: int
    at: str
    login: str
    name: str
    workstation: str
    verb: str
    entity: str
    old: str
    new: str
    result: str
    reason: str
    hash: str
    seal: str
    salt: str | None = None  # of entries that can be redacted; gone when they were


_HASHED = ChainEntry._fields.index("hash")  # fields before it are in the hash


@dataclass(frozen=True, slots=True)
class Head:
    """Where the chain ends, signed with the project's key."""

    count: int
    hash: str
    sealed_from: int  # the first entry sealed with the present key
    signature: str

    def text(self) -> str:
        """Return the head as its file holds it."""
        return json.dumps(asdict(self), indent=1) + "\n"

    def is_signed(self, key: bytes) -> bool:
        """Whether the program signed it."""
        good = head_of(key, self.count, self.hash, self.sealed_from)
        return _same(self.signature, good.signature)


def head_of(key: bytes, count: int, hash_: str, sealed_from: int = 1) -> Head:
    """Return the signed head of a chain of ``count`` entries ending with ``hash_``."""
    return Head(count, hash_, sealed_from, _mac(key, f"head:{count}:{hash_}:{sealed_from}"))


def parse_head(text: str) -> Head:
    """Return the head a file holds; raises `ValueError` for anything else."""
    try:
        content = json.loads(text)
        return Head(
            int(content["count"]),
            str(content["hash"]),
            int(content["sealed_from"]),
            str(content["signature"]),
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"no head of an audit: {error}") from error


def seal(key: bytes, hash_: str) -> str:
    """Return what only a holder of the key can say of an entry's hash."""
    return _mac(key, f"entry:{hash_}")


def salted(key: bytes, previous: str, bare: ChainEntry, salt: str) -> ChainEntry:
    """Return an entry with its salt, its hash after ``previous`` and its seal."""
    hash_ = chained(previous, bare._replace(salt=salt))
    return bare._replace(hash=hash_, seal=seal(key, hash_), salt=salt)


def redacted(entry: ChainEntry, without: Callable[[str], str]) -> ChainEntry:
    """Return an entry whose texts went through ``without``; itself when none changed."""
    form = entry._replace(
        workstation=without(entry.workstation),
        entity=without(entry.entity),
        old=without(entry.old),
        new=without(entry.new),
        result=without(entry.result),
        reason=without(entry.reason),
    )  # the staff's own names stay
    return entry if form == entry else form._replace(salt=None)


def read_redactions(entries: Iterable[ChainEntry]) -> dict[int, str]:
    """Return how redacted entries must read, as their hashes by number; the last word holds."""
    found: dict[int, str] = {}
    for entry in entries:
        try:
            said = json.loads(entry.new)
            found |= {int(seq): str(hash_) for seq, hash_ in said.items()}
        except (ValueError, AttributeError, TypeError):
            continue  # the chain itself tells that it is not as it was written
    return found


class Link(NamedTuple):
    """Where entries lie that were taken out of the audit, and how that file must look."""

    first: int
    last: int
    previous: str  # the hash of the entry before the first
    hash: str  # of the last
    digest: str  # SHA-256 of the file
    place: str  # where it was written

    def text(self) -> str:
        """Return it as an entry holds it."""
        return json.dumps(self._asdict())


def read_link(entry: ChainEntry) -> Link | None:
    """Return what an entry says of an archive; None when it makes no sense."""
    try:
        said = json.loads(entry.new)
        texts = [str(said[name]) for name in ("previous", "hash", "digest", "place")]
        return Link(int(said["first"]), int(said["last"]), *texts)
    except (ValueError, KeyError, TypeError):
        return None  # the chain itself tells that it is not as it was written


def read_links(entries: Iterable[ChainEntry]) -> dict[int, Link]:
    """Return where what is gone lies, by the number of the last entry there."""
    found = (read_link(each) for each in entries if each.verb == ARCHIVE_VERB)
    return {link.last: link for link in found if link is not None}


def begins_after(first: ChainEntry | None, links: Mapping[int, Link]) -> tuple[int, str]:
    """Return number and hash of the entry before the first there is, as an archive ends."""
    link = None if first is None or first.seq == 1 else links.get(first.seq - 1)
    return (0, GENESIS) if link is None else (link.last, link.hash)


def part_fault(
    entries: Iterable[ChainEntry],
    link: Link,
    key_of: Callable[[int], bytes | None],
    redactions: Mapping[int, str],
) -> str:
    """Return "" when entries are all that a link speaks of, else what is wrong with them."""
    count, previous = link.first - 1, link.previous
    for entry in entries:
        count += 1
        if fault := _fault(entry, count, previous, key_of(count), redactions.get(count)):
            return fault
        previous = entry.hash
    if count != link.last:
        return f"audit entry {count + 1} is missing: the archive ends too early"
    if previous != link.hash:
        return f"audit entry {count} is not the one that was archived"
    return ""


def chained(previous: str, entry: ChainEntry) -> str:
    """Return the hash of an entry that follows the hash ``previous``."""
    said = entry[:_HASHED] if entry.salt is None else (*entry[:_HASHED], entry.salt)
    text = json.dumps(said, ensure_ascii=True, separators=(",", ":"), default=repr)
    return hashlib.sha256(f"{previous}\n{text}".encode()).hexdigest()


def first_fault(
    entries: Iterable[ChainEntry],
    head: Head | None,
    key: bytes | None,
    redactions: Mapping[int, str] = MappingProxyType({}),
    begin: tuple[int, str] = (0, GENESIS),
    *,
    others: bool = False,
) -> str:
    """Return "" for a whole chain, else a sentence naming the first broken entry.

    Without the key only the hashes can be followed: seals and the head's signature
    stay unchecked. One entry past the head is whole: the program was stopped between
    writing the entry and signing the head, and the entry carries its own seal.
    ``redactions`` are those the same entries tell, see `read_redactions`; ``begin`` is
    number and hash of the entry before the first, see `begins_after`. Where ``others``
    write too, the head is what this workstation saw last: any number may follow it.
    """
    (count, previous), gap = begin, ""
    signed_hash = GENESIS if head is not None and head.count == 0 else ""
    for entry in entries:
        count += 1
        seal_key = key if head is None or count >= head.sealed_from else None
        if fault := _fault(entry, count, previous, seal_key, redactions.get(count)):
            return fault
        previous = entry.hash
        if head is not None and count == head.count:
            signed_hash = previous
        if entry.verb == GAP_VERB and not gap:
            gap = f"audit entry {count} records a break: {entry.reason}"
    seen = count if head is None or not others else min(count, head.count)
    return _head_fault(head, seen, signed_hash, key) or gap


def tail_fault(tail: Sequence[ChainEntry], head: Head, count: int, key: bytes | None) -> str:
    """Return "" when the chain's last two entries, oldest first, agree with the head."""
    ends_at = {entry.seq: entry.hash for entry in tail}
    signed_hash = ends_at.get(head.count, "") if head.count else GENESIS
    if fault := _head_fault(head, count, signed_hash, key):
        return fault
    return _fault(tail[-1], count, head.hash, key) if count > head.count else ""


def onward_fault(
    entries: Iterable[ChainEntry],
    seen: tuple[int, str],
    key: bytes | None,
    redactions: Mapping[int, str] = MappingProxyType({}),
) -> str:
    """Return "" when ``entries`` begin with the one that was seen and follow it soundly.

    ``seen`` is its number and hash; with 0 none was seen and they begin with the first.
    """
    count, previous = seen
    rows = iter(entries)
    if count:
        first = next(rows, None)
        if first is None or first.seq != count:
            return f"audit entry {count} is missing: it was seen here"
        if first.hash != previous:
            return f"audit entry {count} is not the one that was seen here"
    for entry in rows:
        count += 1
        if fault := _fault(entry, count, previous, key, redactions.get(count)):
            return fault
        previous = entry.hash
    return ""


def entry_fault(
    entry: ChainEntry, previous: str, key: bytes | None, redaction: str | None
) -> str:
    """Return "" for an entry that follows the hash ``previous`` as it was written."""
    return _fault(entry, entry.seq, previous, key, redaction)


def _fault(
    entry: ChainEntry,
    expected: int,
    previous: str,
    key: bytes | None,
    redaction: str | None = None,
) -> str:
    if entry.seq != expected:
        return f"audit entry {expected} is missing: {entry.seq} stands in its place"
    if chained(previous, entry) not in (entry.hash, redaction):
        return f"audit entry {expected} is not as it was written, or the one before it is gone"
    if key is not None and not _same(entry.seal, seal(key, entry.hash)):
        return f"audit entry {expected} was not written by this project's program"
    return ""


def _head_fault(head: Head | None, count: int, signed_hash: str, key: bytes | None) -> str:
    if head is None:
        return f"the signed end of the audit is missing; there are {count} entries"
    if key is not None and not head.is_signed(key):
        return "the signed end of the audit was not written by this project's program"
    if head.count > count:
        return f"audit entry {count + 1} is missing: {head.count} were signed, {count} remain"
    if count > head.count + 1:
        return f"audit entry {head.count + 2} was added past the signed end"
    if head.hash != signed_hash:
        return f"audit entry {head.count} is not the one that was signed"
    return ""


def _same(found: object, expected: str) -> bool:
    """Compare without telling by the time it takes; a database may hold anything."""
    if not isinstance(found, str):
        return False
    return hmac.compare_digest(found.encode("utf-8", "surrogatepass"), expected.encode())


def _mac(key: bytes, text: str) -> str:
    return hmac.new(key, text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()
