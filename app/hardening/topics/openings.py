"""Where this program waits for others: measured at the system, not told from memory."""

from collections.abc import Iterator
from ipaddress import ip_address

from app.hardening.topic import Premises, Told, Topic
from app.model.hardening import Grade, said


def look(premises: Premises) -> Iterator[Told]:
    """Look at every socket this process listens on."""
    if premises.listening is None:
        yield Told(
            Grade.UNKNOWN,
            "heatdesk",
            said("The system does not tell where this program waits for others."),
        )
        return
    for each in premises.listening:
        place = f"{each.address}:{each.port}"
        values = {"place": place}
        if not ip_address(each.address).is_loopback:
            yield Told(
                Grade.WEAK,
                place,
                said("{place} can be reached from other computers."),
                said("Close it, or let the firewall through only who needs it."),
                values,
            )
        elif each.port == premises.own_port:
            yield Told(
                Grade.GOOD,
                place,
                said(
                    "Windows and commands of this computer alone may join at {place}, with "
                    "a word only this user can read, and a login."
                ),
                values=values,
            )
        else:
            yield Told(
                Grade.NOTE,
                place,
                said("Programs of this computer can reach {place}."),
                values=values,
            )
    if all(ip_address(each.address).is_loopback for each in premises.listening):
        yield Told(
            Grade.GOOD,
            "heatdesk",
            said("Nothing of this program can be reached from other computers."),
        )


TOPIC = Topic("openings", said("What is open"), 40, look)
