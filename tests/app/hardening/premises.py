"""Premises with a fault of every kind, and what changes one of them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from app.hardening.topic import KeptSecret, Listening, Login, Premises
from app.model.device import LinkConfig, LinkId
from app.model.meterkey import MeterKey
from app.model.person import Person
from app.model.rights import Capability, Rights, Scope, every_right

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=800)
LATELY = NOW - timedelta(days=3)


def premises(**changed: Any) -> Premises:
    """Return a plant with one administrator, a guest, open lines and forgotten secrets."""
    basic = Rights({Capability.SEE_PLANT: Scope.ALL}, role="basic")
    people = (
        Person("lund", "K. Lund", "administrator", created_at=LONG_AGO, password_at=LONG_AGO),
        Person("jens", "Jens Service", "basic", is_guest=True, created_at=LATELY),
        Person("ole", "Ole Olsen", "limited", ended="no longer here", created_at=LONG_AGO),
    )
    whole = Premises(
        now=NOW,
        root=Path("/plants/østerby"),
        private=(),
        people=people,
        rights={
            "lund": every_right(),
            "jens": basic,
            "ole": Rights({}, ended="no longer here"),
        },
        old_hashes=frozenset(),
        logins=[Login(LATELY, "jens", "KONTROL-2", done=True)],
        links=[
            LinkConfig(LinkId("one"), "modbus-tcp", "Havnen", {"host": "10.0.0.5"}),
            LinkConfig(LinkId("two"), "modbus-tcp", "Skolen", {"host": "8.8.8.8"}),
        ],
        guarded_kinds=frozenset(),
        listening=[Listening("127.0.0.1", 40123)],
        own_port=40123,
        key_places=["key-file"],
        secrets=[
            KeptSecret("audit-key", LATELY, guessable=False),
            KeptSecret("gateway", LONG_AGO, guessable=True),
        ],
        audit_fault="",
        meter_keys=[MeterKey("71482036", LATELY, "order.kem")],
    )
    return replace(whole, **changed)
