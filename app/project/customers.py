"""Residents as kept: what is personal is sealed, so that no copy of the file tells it."""

import base64
import json
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app.database import reading, told, understood
from app.errors import BadInput, Conflict, StoreBroken, missing
from app.model.customer import Customer, Tenancy
from app.ports import Clock
from app.project.tables import CustomerRow, ErasureRow, ThingVersionRow
from app.users.keyplaces import NONCE_BYTES
from app.users.secrets import SecretsStore
from app.words import _

KIND = "customer"  # of his versions, among those of other things
CUSTOMER_KEY = "customer-key"  # name of the secret that seals what is personal
LONGEST = 500  # characters of a field
MOST_METERS = 100
_KEY_BYTES = 32
Witness = Callable[[Customer], object]


class Customers:
    """The residents in ``config.sqlite`` with their versions; methods block, any thread.

    All raise `StoreBroken` when the database or the seal cannot be used.
    """

    def __init__(self, engine: Engine, file: Path, store: SecretsStore, now: Clock) -> None:
        self._engine, self._reading, self._file = engine, reading(engine), file
        self._secrets, self._now = store, now

    def all(self) -> list[Customer]:
        """Return everybody, by name."""
        with self._look() as session:
            rows = [(row.id, row.version, row.sealed) for row in session.scalars(_EVERYBODY)]
        if not rows:
            return []
        seal = self._seal()
        found = [_opened(seal, *row, self._file) for row in rows]
        return sorted(found, key=lambda each: (each.name.casefold(), each.id))

    def get(self, customer: str) -> Customer:
        """Return one; `BadInput` for nobody."""
        with self._look() as session:
            row = session.get(CustomerRow, customer)
            if row is None:
                raise missing("customer", customer)
            kept = (row.id, row.version, row.sealed)
        return _opened(self._seal(), *kept, self._file)

    def put(
        self, customer: Customer, author: str, note: str, witness: Witness = lambda _made: None
    ) -> Customer:
        """Add a resident (without an id), or change the one with its id.

        ``witness`` hears of it before it is committed.

        Raises `BadInput` for what cannot be one, `Conflict` when outdated.
        """
        require_customer(customer)
        seal = self._seal()
        with told(self._file), Session(self._engine) as session, session.begin():
            row = session.get(CustomerRow, customer.id) if customer.id else None
            if customer.id and row is None:
                raise missing("customer", customer.id)
            if row is not None and row.version != customer.version:
                raise Conflict(_("somebody changed this customer meanwhile: open it again"))
            own = customer.id or f"c-{secrets.token_hex(6)}"
            made = replace(customer, id=own, version=(0 if row is None else row.version) + 1)
            text = _sealed(seal, made)
            if row is None:
                session.add(CustomerRow(id=own, version=made.version, sealed=text))
            else:
                row.version, row.sealed = made.version, text
            session.add(
                ThingVersionRow(
                    kind=KIND,
                    id=own,
                    number=made.version,
                    at=self._now(),
                    author=author,
                    note=note,
                    content=text,
                )
            )
            session.flush()
            witness(made)
        return made

    def versions(self, customer: str) -> list[Customer]:
        """Return a resident as every version had him, newest first."""
        row = ThingVersionRow
        wanted = select(row).where(row.kind == KIND, row.id == customer)
        with self._look() as session:
            kept = [
                (each.number, each.content)
                for each in session.scalars(wanted.order_by(row.number.desc()))
            ]
        seal = self._seal()
        return [_opened(seal, customer, *each, self._file) for each in kept]

    def keep_erasure(self, own: str, at: datetime, record: str) -> None:
        """Keep what shows that somebody was erased; again does no harm."""
        with told(self._file), Session(self._engine) as session, session.begin():
            session.merge(ErasureRow(id=own, at=at, record=record))

    def erasures(self) -> list[Mapping[str, Any]]:
        """Return what was kept of erasures."""
        with self._look() as session:
            return [json.loads(row.record) for row in session.scalars(select(ErasureRow))]

    def was_erased(self, own: str) -> bool:
        """Whether this very file knows of an erasure: an older copy of it does not."""
        with self._look() as session:
            return session.get(ErasureRow, own) is not None

    def _seal(self) -> AESGCM:
        if CUSTOMER_KEY not in self._secrets.names():
            self._secrets.put(CUSTOMER_KEY, secrets.token_hex(_KEY_BYTES))
        return AESGCM(bytes.fromhex(self._secrets.get(CUSTOMER_KEY)))

    @contextmanager
    def _look(self) -> Iterator[Session]:
        with told(self._file), understood(self._file), Session(self._reading) as session:
            yield session


_EVERYBODY = select(CustomerRow)


def require_customer(customer: Customer) -> None:
    """Raise `BadInput` unless this can be a resident."""
    texts = (
        customer.name, customer.number, customer.email, customer.phone, customer.address,
        customer.remark,
    )  # fmt: skip
    if not customer.name.strip():
        raise BadInput(_("a customer needs a name"))
    if any(len(text) > LONGEST for text in texts):
        raise BadInput(_("a field takes at most {count} characters").format(count=LONGEST))
    if len(customer.meters) > MOST_METERS:
        raise BadInput(_("a customer has at most {count} meters").format(count=MOST_METERS))
    for each in customer.meters:
        ends = each.until or datetime.max.replace(tzinfo=UTC)
        if each.since.tzinfo is None or ends.tzinfo is None or ends <= each.since:
            raise BadInput(_("a contract ends after it begins"))


def _sealed(seal: AESGCM, customer: Customer) -> str:
    plain = asdict(customer)
    plain["meters"] = [
        [each.meter, each.since.isoformat(), each.until.isoformat() if each.until else None]
        for each in customer.meters
    ]
    nonce = secrets.token_bytes(NONCE_BYTES)
    packed = seal.encrypt(nonce, json.dumps(plain).encode(), customer.id.encode())
    return base64.b64encode(nonce + packed).decode()


def _opened(seal: AESGCM, own: str, version: int, text: str, file: Path) -> Customer:
    try:
        raw = base64.b64decode(text, validate=True)
        plain = json.loads(seal.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], own.encode()))
        meters = tuple(_tenancy(*each) for each in plain.pop("meters"))
        return Customer(**{**plain, "meters": meters, "version": version})
    except (InvalidTag, ValueError, TypeError, KeyError) as error:
        raise StoreBroken(
            _("{file}: customer {id} cannot be opened: its key is another").format(
                file=file, id=own
            )
        ) from error


def _tenancy(meter: str, since: str, until: str | None) -> Tenancy:
    ends = None if until is None else datetime.fromisoformat(until)
    return Tenancy(meter, datetime.fromisoformat(since), ends)
