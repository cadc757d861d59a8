"""Passwords and tokens of receivers, each sealed in the project's store of secrets.

A secret is kept for one place: whoever changes where a receiver connects to, or how well that
is guarded, is not to have its password sent there. It is typed anew then. That of a receiver
which was taken out stays for a while, so that this can be taken back, and is forgotten then.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from app.errors import BadInput
from app.model.device import LinkId
from app.users.secrets import SecretsStore
from app.words import _

LONGEST = 200  # letters
STAYS = timedelta(days=30)  # after its receiver was taken out
_END = "\n"  # of the place; no place and no secret has one
_GONE = f"removed{_END}"  # before what is kept of a receiver that is there no more
_NAME = "receiver "


class ReceiverSecrets:
    """Methods block shortly; `StoreBroken`, `SecretsLocked` where the store cannot be used."""

    def __init__(self, store: SecretsStore) -> None:
        self._store = store

    def of(self, link: LinkId, receiver: str, place: str) -> str:
        """Return a receiver's secret, "" where none is kept for just this place."""
        name = secret_name(link, receiver)
        kept = self._store.get(name) if name in self._store.names() else ""
        kept = kept.removeprefix(_GONE)
        kept_for, _end, secret = kept.rpartition(_END)
        return secret if kept_for in ("", place) else ""  # "": kept before places were noted

    def put(self, link: LinkId, receiver: str, place: str, secret: str) -> None:
        """Keep a receiver's secret for a place, instead of the one before; "" forgets it."""
        name = secret_name(link, receiver)
        if secret:
            self._store.put(name, f"{place}{_END}{secret}")
        elif name in self._store.names():
            self._store.remove(name)

    def sweep(self, there: Collection[str], now: datetime) -> list[str]:
        """Forget what is kept of receivers that were taken out `STAYS` ago; return their names.

        ``there`` are the receivers as `secret_name` calls them. That of one that is not among
        them is marked first: its time runs from then on, and ends when it is there again.
        """
        forgotten = []
        for name, since in self._store.since().items():
            if not name.startswith(_NAME):
                continue
            kept = self._store.get(name)
            if name in there:
                if kept.startswith(_GONE):
                    self._store.put(name, kept.removeprefix(_GONE))
            elif not kept.startswith(_GONE):
                self._store.put(name, _GONE + kept)
            elif since is not None and now - since >= STAYS:
                self._store.remove(name)
                forgotten.append(name)
        return forgotten


def secret_name(link: LinkId, receiver: str) -> str:
    """Return by which name a receiver's secret is kept."""
    return f"{_NAME}{link}/{receiver}"


def require_secret(text: str) -> None:
    """Raise `BadInput` for what no password can be; it is not repeated to anybody."""
    if len(text) > LONGEST or not text.isprintable():
        raise BadInput(
            _("a password has at most {most} letters, all of them printable").format(
                most=LONGEST
            )
        )
