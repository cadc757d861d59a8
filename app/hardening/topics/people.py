"""Who may come in, and who may do what matters most."""

from collections.abc import Iterator

from app.hardening.topic import LOOKED_BACK, Premises, Told, Topic
from app.model.hardening import Grade, said
from app.model.rights import Capability

_MATTERS = {
    Capability.MANAGE_USERS: said("These may manage people and roles: {names}"),
    Capability.EDIT_PROJECT: said("These may change the whole configuration: {names}"),
    Capability.WRITE_ALL: said("These may change every kind of setting: {names}"),
    Capability.MANAGE_API: said("These may give keys to other programs: {names}"),
}


def look(premises: Premises) -> Iterator[Told]:
    """Look at everybody who may come in."""
    inside = premises.people_in()
    for capability, sentence in _MATTERS.items():
        names = [p.name for p in inside if premises.rights[p.login].may(capability)]
        told = ", ".join(sorted(names, key=str.casefold)) or "–"
        yield Told(Grade.NOTE, capability.value, sentence, values={"names": told})
    keepers = [p for p in inside if premises.rights[p.login].whole(Capability.MANAGE_USERS)]
    if len(keepers) == 1:
        yield Told(
            Grade.ADVICE,
            keepers[0].login,
            said("Only {name} can let others in."),
            said("Let a second person manage people, for the day the first is away."),
            {"name": keepers[0].name},
        )
    came = {each.login for each in premises.logins if each.done}
    long_ago = premises.now - LOOKED_BACK
    for person in inside:
        if person.is_guest:
            yield Told(
                Grade.ADVICE,
                person.login,
                said("{name} is a guest and may come in."),
                said("Send guests away as soon as their work is done."),
                {"name": person.name},
            )
        if (
            person.login not in came
            and person.created_at is not None
            and person.created_at < long_ago
        ):
            yield Told(
                Grade.ADVICE,
                person.login,
                said("{name} has not come in for {days} days."),
                said("Send away who does not work here any more."),
                {"name": person.name, "days": str(LOOKED_BACK.days)},
            )


TOPIC = Topic("people", said("People and rights"), 10, look)
