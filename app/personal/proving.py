"""The record that somebody was erased: what went, on whose wish, with a digest over it all."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime

from app.model.customer import KINDS_OF_TRACES, AskedBy, ErasureProof, ErasureWish
from app.ports import Deed
from app.project.erasures import Tombstone

_WHY = re.compile(f"asked by ({'|'.join(each.value for each in AskedBy)}); case (.*)")


def proof_of(
    stone: Tombstone,
    wish: ErasureWish,
    deed: Deed,
    counts: Mapping[str, int],
    left: Sequence[str],
) -> ErasureProof:
    """Return the record of what was done; without sums, exports and its digest as yet."""
    return ErasureProof(
        id=stone.id,
        at=stone.at,
        customer=stone.customer,
        done_by=deed["name"],
        workstation=deed["workstation"],
        asked_by=wish.asked_by,
        case=wish.case,
        counts={kind: counts.get(kind, 0) for kind in KINDS_OF_TRACES},
        sums_checked=0,
        sums_digest="",
        left=tuple(sorted({*left})),
        exports=(),
        digest="",
    )


def digest_of_proof(proof: ErasureProof) -> str:
    """Return the SHA-256 of everything else a proof says."""
    said = asdict(replace(proof, digest=""))
    text = json.dumps(said, default=_plain, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def with_digest(proof: ErasureProof) -> ErasureProof:
    """Return a record that is whole, with the digest over it."""
    return replace(proof, digest=digest_of_proof(proof))


def why_of(wish: ErasureWish) -> str:
    """Return on whose wish somebody is erased, as the audit keeps it."""
    return f"asked by {wish.asked_by.value}; case {wish.case or '–'}"


def wish_of(customer: str, why: str) -> ErasureWish:
    """Return the wish that the audit keeps; the operator's own where it keeps none."""
    found = _WHY.fullmatch(why)
    asked_by = AskedBy(found[1]) if found else AskedBy.OPERATOR
    case = found[2] if found and found[2] != "–" else ""
    return ErasureWish(customer, 0, asked_by, case)


def _plain(value: object) -> str:
    return (
        value.isoformat()
        if isinstance(value, datetime)
        else str(getattr(value, "value", value))
    )
