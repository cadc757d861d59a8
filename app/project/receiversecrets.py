"""Passwords and tokens of receivers, each sealed in the project's store of secrets.

A secret is kept for one place: whoever changes where a receiver connects to, or how well that
is guarded, is not to have its password sent there. It is typed anew then.
"""

from app.errors import BadInput
from app.model.device import LinkId
from app.users.secrets import SecretsStore
from app.words import _

LONGEST = 200  # letters
_END = "\n"  # of the place; no place and no secret has one


class ReceiverSecrets:
    """Methods block shortly; `StoreBroken`, `SecretsLocked` where the store cannot be used."""

    def __init__(self, store: SecretsStore) -> None:
        self._store = store

    def of(self, link: LinkId, receiver: str, place: str) -> str:
        """Return a receiver's secret, "" where none is kept for just this place."""
        name = secret_name(link, receiver)
        kept = self._store.get(name) if name in self._store.names() else ""
        kept_for, _end, secret = kept.rpartition(_END)
        return secret if kept_for in ("", place) else ""  # "": kept before places were noted

    def put(self, link: LinkId, receiver: str, place: str, secret: str) -> None:
        """Keep a receiver's secret for a place, instead of the one before; "" forgets it."""
        name = secret_name(link, receiver)
        if secret:
            self._store.put(name, f"{place}{_END}{secret}")
        elif name in self._store.names():
            self._store.remove(name)


def secret_name(link: LinkId, receiver: str) -> str:
    """Return by which name a receiver's secret is kept."""
    return f"receiver {link}/{receiver}"


def require_secret(text: str) -> None:
    """Raise `BadInput` for what no password can be; it is not repeated to anybody."""
    if len(text) > LONGEST or not text.isprintable():
        raise BadInput(
            _("a password has at most {most} letters, all of them printable").format(
                most=LONGEST
            )
        )
