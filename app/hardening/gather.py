"""Gathers what the topics look at: from the project's own parts, and from the system."""

from collections.abc import Collection, Iterator
from pathlib import Path

import psutil

from app.hardening.topic import LOOKED_BACK, KeptSecret, Listening, Login, Premises
from app.hardening.topics.passwords import IN_A_FILE
from app.ports import Clock, DriverType
from app.project.opening import Project
from app.users.door import CONFIRM_VERB, LOGIN_VERB, REFUSED
from app.users.secrets import SecretsStore
from app.users.strength import Level, strength_of

_LONGEST = 100  # characters judged of a secret: the keys of all meters are one of megabytes


def gather(project: Project, drivers: Collection[DriverType], now: Clock) -> Premises:
    """Return everything as it is now; blocks for seconds, since the audit is followed whole.

    Raises `StoreBroken` or `SecretsLocked` where a file of the project cannot be read.
    """
    at, accounts, owner = now(), project.accounts, project.lock.owner
    people = accounts.people()
    entries = project.audit.since(at - LOOKED_BACK, (LOGIN_VERB, CONFIRM_VERB))
    return Premises(
        now=at,
        root=project.folder.root,
        private=(
            project.folder.secrets,
            *([Path(owner.token_file)] if owner.token_file else []),
            *sorted(project.folder.root.glob(f"*{IN_A_FILE}")),
        ),
        people=people,
        rights={person.login: accounts.rights(person.login) for person in people},
        old_hashes=accounts.old_hashes(),
        logins=[
            Login(each.at, each.login, each.workstation, each.result == "done")
            for each in entries
            if each.result in ("done", REFUSED)
        ],
        links=project.configuration.links(),
        guarded_kinds=frozenset(driver.kind for driver in drivers if driver.guarded),
        listening=listening(),
        own_port=owner.port,
        key_places=project.secrets.places,
        secrets=list(_secrets(project.secrets)),
        audit_fault=project.audit.verify(),
        meter_keys=project.meter_keys.listed(),
    )


def listening() -> list[Listening] | None:
    """Return where this process waits for others; None where the system does not tell."""
    try:
        found = psutil.Process().net_connections(kind="inet")
    except (psutil.Error, OSError):
        return None
    open_ones = {
        (each.laddr.ip, each.laddr.port)
        for each in found
        if each.laddr
        and (
            each.status == psutil.CONN_LISTEN
            or (each.status == psutil.CONN_NONE and not each.raddr)
        )
    }
    return [Listening(*each) for each in sorted(open_ones)]


def _secrets(store: SecretsStore) -> Iterator[KeptSecret]:
    for name, since in store.since().items():
        guessable = strength_of(store.get(name)[:_LONGEST]).level < Level.GOOD
        yield KeptSecret(name, since, guessable)
