"""The record of what people did: is it whole?"""

from collections.abc import Iterator

from app.hardening.topic import Premises, Told, Topic
from app.model.hardening import Grade, said


def look(premises: Premises) -> Iterator[Told]:
    """Tell what following the chain of the activity log found."""
    if premises.audit_fault:
        yield Told(
            Grade.WEAK,
            "audit",
            said("The activity log is not whole: {fault}"),
            said("Find out who could change its file, and keep a copy of it as it is."),
            {"fault": premises.audit_fault},
        )
        return
    yield Told(
        Grade.GOOD,
        "audit",
        said("The activity log is whole: no entry was altered, added or taken out."),
    )


TOPIC = Topic("record", said("Activity log"), 70, look)
