"""Every error the core raises on purpose; callers catch these, never ``Exception``."""

from app.clipped import clipped


class PlantError(Exception):
    """Base of them all: something an operator can be told in one sentence.

    ``refusal``: somebody asked for what is not theirs; ``in_audit``: that it was
    refused stands in the audit already.
    """

    refusal = False
    in_audit = False


class DeviceUnreachable(PlantError):
    """The device did not answer; trying again later is reasonable."""


class NothingSent(DeviceUnreachable):
    """The question never left: whatever was to be written did not change anything."""


class DeviceRefused(PlantError):
    """The device answered no; trying again unchanged is pointless."""


class GarbledAnswer(PlantError):
    """The device answered something that does not fit the question; nothing was booked."""


class ImplausibleReading(PlantError):
    """The device answered something physics forbids."""


class BadInput(PlantError):
    """A file, a value or a name from outside is wrong; the sentence names the place."""


class NotPermitted(PlantError):
    """Who asked may not do this."""

    refusal = True


class SecondPersonNeeded(NotPermitted):
    """Who asked may do this, but not alone."""

    refusal = False


class WriteRefused(PlantError):
    """The one door for writing said no before the device was asked."""


class Unsure(PlantError):
    """A write was sent and nobody knows whether it holds; never raised, told as a reason."""


class Conflict(PlantError):
    """Somebody else changed the same thing meanwhile."""


class ProjectInUse(PlantError):
    """Another core owns the project."""


class StoreBroken(PlantError):
    """A database cannot be read or written; the sentence names the file."""


class StoreDamaged(StoreBroken):
    """What lies in a database is not what was written: trying again changes nothing."""


class SecretsLocked(PlantError):
    """The secrets store has no key: neither the keyring nor a passphrase opened it."""


class FaultOfOurs(PlantError):
    """Something in Heatdesk itself went wrong; the sentence names the report."""


class CoreLost(PlantError):
    """The core that owns the project cannot be reached over the local channel."""


def missing(kind: str, name: object) -> BadInput:
    """Return the error for a thing that does not exist, or not for the one who asks."""
    return BadInput(f"there is no {kind} {clipped(str(name))}")


def hidden(kind: str, name: object) -> BadInput:
    """Return the same error where the thing may well be there: it is not theirs to ask for."""
    error = missing(kind, name)
    error.refusal = True
    return error
