"""Meters by radio, put together: the project's keys, and the decoder that tries them."""

import asyncio
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress

from app.acquisition.service import Acquisition
from app.compose.trying import require_line, try_layout, try_receiver, ways_named
from app.errors import BadInput, PlantError
from app.model.device import LinkConfig, LinkId
from app.model.meterkey import KeyTried
from app.plant.radio import RadioService, Ways
from app.ports import Clock, Deed
from app.project.changes import ChangeDesk
from app.project.config import PlantConfig
from app.project.opening import Project
from app.project.receiversecrets import STAYS, ReceiverSecrets, secret_name
from app.words import _

SWEEP_S = 3600.0
_log = logging.getLogger(__name__)


def radio_of(
    project: Project, changes: ChangeDesk, acquisition: Acquisition | None = None
) -> RadioService:
    """Return who looks after a project's radio meters, heard by ``acquisition``."""
    lines = {} if acquisition is None else acquisition.hearing

    def recent(meter: str) -> list[bytes]:
        return [each for line in lines.values() for each in line.recent(meter)]

    return RadioService(
        project.meter_keys,
        changes,
        try_key,
        ReceiverSecrets(project.secrets),
        lambda: tuple(receivers_in(changes.present.config)),
        lambda: [each.figures() for each in lines.values()],
        recent,
        Ways(ways_named, require_line, try_receiver, try_layout),
    )


def receivers_in(config: PlantConfig) -> Iterator[tuple[LinkId, str, str]]:
    """Yield every receiver of every radio link: link, name, place; broken links have none."""
    from drivers.wmbus import DRIVER, receivers_of

    for link in config.links.values():
        if link.kind == DRIVER.kind:
            with suppress(BadInput):
                receivers_of(link)
                yield from [
                    (link.id, name, f"{kind}:{place}") for name, kind, place in ways_named(link)
                ]


def secret_of(project: Project) -> Callable[[LinkConfig, str], str]:
    """Return what tells a receiver's own link its password, while it stays at its place."""
    secrets = ReceiverSecrets(project.secrets)

    def of(link: LinkConfig, receiver: str) -> str:
        for name, kind, place in ways_named(link):
            if name == receiver:
                return secrets.of(link.id, name, f"{kind}:{place}")
        return ""

    return of


async def forget_passwords(project: Project, changes: ChangeDesk, now: Clock) -> None:
    """Forget passwords of receivers taken out long ago, now and then, while the core lives."""
    secrets = ReceiverSecrets(project.secrets)

    def work() -> None:
        links = changes.present.config.links.values()  # of broken ones what there is
        there = {
            secret_name(each.id, name) for each in links for name, *_at in ways_named(each)
        }
        for name in secrets.sweep(there, now()):
            project.audit.keep(**_forgotten(name))

    while True:
        try:
            await changes.work(work)
        except PlantError as error:
            _log.warning("passwords of receivers taken out are not forgotten: %s", error)
        await asyncio.sleep(SWEEP_S)


def _forgotten(name: str) -> Deed:
    return Deed(
        login="",
        name="Heatdesk",
        workstation="",
        verb="radio.keep_secret",
        entity=name,
        old="",
        new="password forgotten",
        result="done",
        reason=f"the receiver was taken out {STAYS.days} days ago",
    )


def try_key(text: str, keys: Callable[[str], Sequence[bytes]]) -> KeyTried:
    """Say whether a telegram in hexadecimal digits opens by the ``keys`` of its meter."""
    from drivers.mbus.decoder import Decoder, Refused
    from drivers.mbus.telegram import BrokenTelegram, Sealed
    from drivers.mbus.written import telegram_of

    try:
        found = Decoder(lambda address: keys(address.id.lower())).decode(telegram_of(text))
    except Refused as fault:  # a compact frame may be opened, and its format unknown
        address, opens = fault.head.address, fault.head.security.state is Sealed.DECRYPTED
        return KeyTried(address.id, address.manufacturer, opens, str(fault))
    except BrokenTelegram as fault:
        return KeyTried("", "", False, str(fault))
    opens = found.security.state is Sealed.DECRYPTED
    if found.part:
        says = _("part of a message in several telegrams: a key opens the whole alone")
        return KeyTried(found.address.id, found.address.manufacturer, False, says)
    says = _("the key opens the telegram") if opens else _("the telegram is not sealed")
    return KeyTried(found.address.id, found.address.manufacturer, opens, says)
