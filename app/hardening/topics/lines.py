"""The lines to controllers and meters: what protects them, and through which networks."""

from collections import defaultdict
from collections.abc import Iterator
from ipaddress import ip_address

from app.hardening.topic import Premises, Told, Topic
from app.model.device import LinkConfig
from app.model.hardening import Grade, said
from app.model.linknames import RADIO
from app.model.paths import KIND as PATHS

_SHOWN = 3
# Receivers have a topic of their own; a meter with several paths is read by those.
_NO_LINES = {RADIO, PATHS}


def look(premises: Premises) -> Iterator[Told]:
    """Look at every line, kind by kind; but for those by radio, which only listen."""
    by_kind: defaultdict[str, list[LinkConfig]] = defaultdict(list)
    for link in premises.links:
        if link.kind not in _NO_LINES:
            by_kind[link.kind].append(link)
    for kind, links in sorted(by_kind.items()):
        values = {"count": str(len(links)), "names": _some(links)}
        if kind in premises.guarded_kinds:
            yield Told(
                Grade.GOOD,
                kind,
                said("Encrypted lines that prove both ends by certificates: {count} ({names})"),
                values=values,
            )
            continue
        if all("device" in each.options for each in links):
            yield Told(
                Grade.NOTE,
                kind,
                said("Lines at serial ports of this computer: {count} ({names})"),
                values=values,
            )
            continue
        yield Told(
            Grade.ADVICE,
            kind,
            said("Lines without encryption and without proof of who asks: {count} ({names})"),
            said(
                "Whoever is in their network can read and write at these controllers: keep "
                "it apart from offices and the internet."
            ),
            values,
        )
    for link in premises.links:
        host = str(link.options.get("host", ""))
        if _is_public(host) and link.kind not in premises.guarded_kinds:
            yield Told(
                Grade.WEAK,
                link.name,
                said("The line {name} goes to {host}, an address of the public internet."),
                said("Reach it through a VPN: its controller answers to everybody there."),
                {"name": link.name, "host": host},
            )
    if not premises.guarded_kinds.intersection(by_kind):
        yield Told(Grade.NOTE, "certificates", said("No line uses a certificate."))


def _some(links: list[LinkConfig]) -> str:
    names = [link.name for link in links]
    return ", ".join([*names[:_SHOWN], *(["…"] if len(names) > _SHOWN else [])])


def _is_public(host: str) -> bool:
    try:
        return ip_address(host).is_global
    except ValueError:
        return False  # a name: where it leads is the resolver's affair


TOPIC = Topic("lines", said("Lines to controllers and meters"), 50, look)
