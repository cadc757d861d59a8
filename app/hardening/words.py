"""Findings in words: of a screen, a paper or a terminal, each in its own language."""

from collections.abc import Callable

from app.model.hardening import Grade, HardeningFinding, said
from app.model.linknames import LINK_NAMES

Tell = Callable[[str], str]  # an English text → the same in the language wanted
GRADES = {
    Grade.WEAK: said("Weak"),
    Grade.ADVICE: said("Advice"),
    Grade.UNKNOWN: said("Not known"),
    Grade.NOTE: said("So it is"),
    Grade.GOOD: said("Good"),
}
# Topic → what a finding is about, as it is kept → in words people read.
_PLACES = {
    "people": {
        "manage-users": said("People and roles"),
        "edit-project": said("Configuration"),
        "write-all": said("Settings"),
        "manage-api": said("Other programs"),
    },
    "passwords": {"argon2id": said("Stored passwords"), "login": said("Logins")},
    "secrets": {
        "keyring": said("Keyring of the system"),
        "passphrase": said("Passphrase"),
        "key-file": said("Key file"),
        "audit-key": said("Key of the activity log"),
        "backup-passphrase": said("Passphrase of nightly backups"),
        "customer-key": said("Key of residents"),
        "database-password": said("Password of the database server"),
        "erasure-key": said("Key of what was erased"),
        "meter-keys": said("Keys of meters"),
    },
    "openings": {"heatdesk": "Heatdesk"},
    "lines": {**LINK_NAMES, "certificates": said("Certificates")},
    "record": {"audit": said("Activity log")},
}
# What a secret is called that there is one of for each of something, by how its name begins.
_EACH = {
    "audit-key/": said("Key of the activity log of {name}"),
    "receiver ": said("Password of the receiver {name}"),
}
TO_MEND = (Grade.WEAK, Grade.ADVICE, Grade.UNKNOWN)


def sentence_of(finding: HardeningFinding, tell: Tell) -> str:
    """Return what was found."""
    return tell(finding.sentence).format_map(_values(finding, tell))


def advice_of(finding: HardeningFinding, tell: Tell) -> str:
    """Return what to do about it; "" for nothing."""
    return tell(finding.advice).format_map(_values(finding, tell)) if finding.advice else ""


def place_of(finding: HardeningFinding, tell: Tell) -> str:
    """Return what it is about: a person, a line, a file as they are called, else in words."""
    return _called(finding.topic, finding.place, tell)


def _values(finding: HardeningFinding, tell: Tell) -> dict[str, str]:
    values = dict(finding.values)
    if finding.topic == "secrets" and "name" in values:
        values["name"] = _called(finding.topic, values["name"], tell)
    return values


def _called(topic: str, kept: str, tell: Tell) -> str:
    words = _PLACES.get(topic, {}).get(kept)
    if words is None and topic == "secrets":
        for begin, template in _EACH.items():
            if kept.startswith(begin):
                return tell(template).format(name=kept.removeprefix(begin))
    return kept if words is None else tell(words)
