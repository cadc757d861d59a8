"""A wired meter is told to speak at another rate (EN 13757-3, CI B8 to BF), and met at it."""

from app.errors import DeviceRefused, DeviceUnreachable, GarbledAnswer, NothingSent
from app.words import _
from drivers.mbus.asking import baud_change
from drivers.mbusmaster import AUTOMATIC, MbusMaster, Station


def rate_settable(master: MbusMaster, station: Station) -> bool:
    """Tell whether a meter may be told another rate.

    Only where the line's own rate is set from here, and where the meter's is found by trying:
    after the next start nobody would know it otherwise.
    """
    return station.baud == AUTOMATIC and master.link.switchable


async def change_rate(master: MbusMaster, station: Station, baud: int) -> None:
    """Let a meter speak at ``baud`` from now on, told once; it is greeted at that rate.

    The acknowledgement still comes at the old one. Where it is lost, the rate at which the
    meter answers tells whether it took the order. Who is silent is asked at every other rate,
    the old one among them, and goes on at the one it answers at.

    Raises:
        BadInput: M-Bus knows no such rate.
        NothingSent: The line has no such rate, or the meter was silent before.
        DeviceRefused: It does not take the order, or goes on at another rate.
        DeviceUnreachable: It answers at no rate any more.
    """
    if not rate_settable(master, station):
        raise DeviceRefused(
            _(
                "{name}: only where its rate is found by trying (option baud: auto) can it be "
                "told another; nothing was sent"
            ).format(name=station.name)
        )
    user = baud_change(baud)
    async with master.link.turns.urgent():
        await master.link.require_rate(baud)  # else nobody could follow the meter there
    try:
        await master.command(station, user)
    except NothingSent:
        raise
    except DeviceUnreachable:
        pass  # its answer at this rate or that one tells whether it took the order
    master.rates[station.key] = baud
    try:
        await master.greet(station)
    except (DeviceUnreachable, GarbledAnswer) as error:
        master.rates.pop(station.key, None)
        raise DeviceUnreachable(
            _("{name}: since it was told to speak at {n} Bd it answers at no rate").format(
                name=station.name, n=baud
            )
        ) from error
    found = master.rates[station.key]
    if found != baud:
        raise DeviceRefused(
            _("{name}: it was told to speak at {n} Bd, and goes on at {found} Bd").format(
                name=station.name, n=baud, found=found
            )
        )
