"""What somebody asked for that they may not do."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refusal:
    """One verb that was refused: who asked, from where, for what, and why not."""

    login: str
    name: str
    workstation: str
    service: object  # whose verb it is
    verb: str  # as the service calls it: "put_device"
    entity: str  # what the question named, as far as it may be told
    reason: str  # the sentence that was answered
    called: str = ""  # what the log calls it where that is not the verb: "write"
    old: str = ""  # how it stood, as far as that is known
    new: str = ""  # what was wished


def nobody_asks(_refusal: Refusal) -> None:
    """Forget a refusal: where no project is run there is no log for it."""
