"""Where the key of the secrets lies, and which secrets are weak or old."""

from collections.abc import Iterator
from datetime import timedelta

from app.hardening.topic import Premises, Told, Topic
from app.model.hardening import Grade, said

OLD = timedelta(days=2 * 365)
_PLACES = {
    "keyring": (
        Grade.GOOD,
        said("The key of the secrets lies in the keyring of the system."),
        "",
    ),
    "passphrase": (
        Grade.GOOD,
        said("A passphrase opens the secrets."),
        "",
    ),
    "key-file": (
        Grade.ADVICE,
        said("The key of the secrets lies in a file of the user who made the project."),
        said("Who can read this user’s files can open the secrets: use the system’s keyring."),
    ),
}


def look(premises: Premises) -> Iterator[Told]:
    """Look at the store of secrets; no secret itself is told."""
    for place in premises.key_places:
        if place in _PLACES:
            yield Told(_PLACES[place][0], place, *_PLACES[place][1:])
    for secret in premises.secrets:
        if secret.guessable:
            yield Told(
                Grade.WEAK,
                secret.name,
                said("The secret “{name}” can be guessed."),
                said("Set a longer one, there and at the other end."),
                {"name": secret.name},
            )
        if secret.since is None:
            yield Told(
                Grade.UNKNOWN,
                secret.name,
                said("It is not known since when the secret “{name}” is in use."),
                values={"name": secret.name},
            )
            continue
        days = (premises.now - secret.since).days
        values = {"name": secret.name, "days": str(days)}
        sentence = said("The secret “{name}” has been in use for {days} days.")
        if premises.now - secret.since > OLD:
            advice = said("Set another one, there and at the other end.")
            yield Told(Grade.ADVICE, secret.name, sentence, advice, values)
        else:
            yield Told(Grade.GOOD, secret.name, sentence, values=values)


TOPIC = Topic("secrets", said("Secrets"), 30, look)
