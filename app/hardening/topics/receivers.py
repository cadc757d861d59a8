"""Receivers of meters by radio: what goes unsealed over a network, and who may send to us."""

import re
from collections.abc import Iterator
from ipaddress import ip_address
from typing import NamedTuple

from app.hardening.topic import Premises, Told, Topic
from app.model.device import LinkConfig
from app.model.hardening import Grade, said
from app.model.linknames import RADIO

OLD_KEY_DAYS = 10 * 365  # a meter's key lasts about as long as its battery
_NAMED = re.compile(r"(?:(?P<name>[^=:]+)=)?(?P<kind>[a-z0-9]+):(?P<rest>.+)\Z")
_SHOWN = 3


class _Way(NamedTuple):
    place: str  # "Street/roof"
    kind: str
    host: str
    sealed: bool


def look(premises: Premises) -> Iterator[Told]:
    """Look at every receiver, and at the keys of meters; no key itself is told."""
    for link in premises.links:
        if link.kind == RADIO and link.enabled:
            for way in _ways(link):
                yield from _judged(way)
    yield from _keys(premises)


def _ways(link: LinkConfig) -> Iterator[_Way]:
    """Yield a line's receivers, as far as they can be told apart."""
    for part in filter(None, re.split(r"[,\s]+", str(link.options.get("receivers", "")))):
        found = _NAMED.match(part)
        if found is None:
            continue
        where, _mark, options = found["rest"].partition("?")
        host = where.partition("/")[0].rpartition("@")[2].rpartition(":")[0].strip("[]")
        named = {each.partition("=")[0] for each in options.split("&")}
        sealed = bool(named & {"tls", "ca", "cert"})
        yield _Way(f"{link.name}/{found['name'] or part}", found["kind"], host, sealed)


def _judged(way: _Way) -> Iterator[Told]:
    values = {"name": way.place, "host": way.host}
    here = _is_here(way.host)
    if way.kind == "mqtt" and not way.sealed:
        yield Told(
            Grade.NOTE if here else Grade.WEAK,
            way.place,
            said("The receiver {name} speaks with its broker at {host} without TLS."),
            ""
            if here
            else said("Its password and the telegrams can be read on the way: use TLS."),
            values,
        )
    if way.kind == "push" and not way.sealed:
        yield Told(
            Grade.ADVICE if here else Grade.WEAK,
            way.place,
            said("The receiver {name} takes pushed telegrams without TLS."),
            said("Let a proxy with a certificate stand before it, or give it one itself."),
            values,
        )
    if way.kind in ("push", "udp") and not here:
        yield Told(
            Grade.ADVICE,
            way.place,
            said("The receiver {name} is open to other computers at {host}."),
            said("Let the firewall through only who sends it telegrams."),
            values,
        )
    if way.sealed:
        yield Told(Grade.GOOD, way.place, said("The receiver {name} uses TLS."), values=values)


def _keys(premises: Premises) -> Iterator[Told]:
    keys = premises.meter_keys
    old = [each for each in keys if (premises.now - each.since).days > OLD_KEY_DAYS]
    replaced = [each for each in keys if each.earlier]
    if old:
        names = ", ".join(each.meter for each in old[:_SHOWN])
        yield Told(
            Grade.ADVICE,
            names,
            said("Keys of meters older than ten years: {count} ({names})"),
            said("Ask the maker for new ones, or exchange the meters."),
            {"count": str(len(old)), "names": names},
        )
    if replaced:
        names = ", ".join(each.meter for each in replaced[:_SHOWN])
        yield Told(
            Grade.NOTE,
            names,
            said("Meters whose earlier key is still tried: {count} ({names})"),
            said("Once they speak by the new one, remove the keys and take the new ones in."),
            {"count": str(len(replaced)), "names": names},
        )
    if keys and not old:
        yield Told(
            Grade.GOOD,
            "keys",
            said("Keys of meters, all of them sealed in the store of secrets: {count}"),
            values={"count": str(len(keys))},
        )


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


TOPIC = Topic("receivers", said("Receivers of meters"), 55, look)
