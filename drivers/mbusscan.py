"""A search of a wired bus as the core asks for it: found meters by their names and profiles."""

from collections.abc import Callable

from app.model.scan import ScanFound, ScanProgress, ScanWish
from app.model.verified import WIRED
from app.profiles.meters import brought_along
from app.profiles.verified import proof_of
from drivers.links.mbus import MbusLink
from drivers.mbus.asking import Secondary
from drivers.mbus.names import maker_letters, medium_name
from drivers.mbus.points import report_of
from drivers.mbussearch import FoundMeter, Progress, Search


class BusScan:
    """A `Searching` on one link; on the core's loop."""

    def __init__(self, link: MbusLink, wish: ScanWish) -> None:
        """Prepare; raises `BadInput` where the wish names no numbers."""
        self._wish, self._link = wish, link
        self._echoes, self._newest = link.figures.echoes, Progress(0.0, 0, 0, 0, None)
        self._search = Search(link, self._note, Secondary.parsed(wish.within))

    async def run(self) -> None:
        """Search to the end; see `Searching.run`."""
        await (self._search.primary() if self._wish.by_primary else self._search.secondary())

    def rest(self, *, resting: bool) -> None:
        """Stop asking or go on; the question under way is answered first."""
        going: Callable[[], object] = self._search.going.set
        (self._search.going.clear if resting else going)()

    def progress(self) -> ScanProgress:
        """Return how far it has come."""
        search, newest = self._search, self._newest
        return ScanProgress(
            newest.share,
            newest.left_s,
            search.asked,
            newest.at,
            search.collisions,
            self._link.figures.echoes - self._echoes,
            search.noises,
            tuple(map(self._told, search.found)),
            tuple(map(str, search.unresolved)),
        )

    def _note(self, progress: Progress) -> None:
        self._newest = progress

    def _told(self, meter: FoundMeter) -> ScanFound:
        address = meter.secondary
        telegram = self._search.telegrams[address]
        report, maker = report_of(telegram, brought_along()), maker_letters(address.maker)
        model = report.model
        return ScanFound(
            str(address),
            meter.primary,
            address.id,
            maker,
            medium_name(address.medium),
            model.model if model is not None else "",
            proof_of(WIRED, maker, address.version, address.medium, report.profile),
        )
