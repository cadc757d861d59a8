"""A search of a wired bus as the core asks for it: found meters by their names and profiles."""

from collections.abc import Callable, Iterator

from app.model.scan import USUAL_RATES, ScanFound, ScanProgress, ScanWish
from app.model.verified import WIRED
from app.profiles.meters import brought_along
from app.profiles.verified import proof_of
from drivers.links.mbus import MbusLink
from drivers.mbus.asking import Secondary
from drivers.mbus.names import maker_letters, medium_name
from drivers.mbus.points import report_of
from drivers.mbussearch import FoundMeter, Progress, Search


class BusScan:
    """A `Searching` on one link, at one rate after the other; on the core's loop."""

    def __init__(self, link: MbusLink, wish: ScanWish) -> None:
        """Prepare; raises `BadInput` where the wish names no numbers."""
        self._wish, self._link = wish, link
        self._echoes, self._newest = link.figures.echoes, Progress(0.0, 0, 0, 0, None)
        within, own = Secondary.parsed(wish.within), link.timing.baud
        others = [each for each in USUAL_RATES if wish.in_turn and each != own]
        self._searches = [Search(link, self._note, within, rate) for rate in (own, *others)]
        self._at = 0

    async def run(self) -> None:
        """Search to the end; see `Searching.run`.

        A line whose rate its serial server alone can set is searched at that one.
        """
        if not self._link.switchable:
            del self._searches[1:]
        for at, search in enumerate(self._searches):
            self._at = at
            await (search.primary() if self._wish.by_primary else search.secondary())

    def rest(self, *, resting: bool) -> None:
        """Stop asking or go on; the question under way is answered first."""
        for search in self._searches:
            going: Callable[[], object] = search.going.set
            (search.going.clear if resting else going)()

    def progress(self) -> ScanProgress:
        """Return how far it has come.

        The time left is that of the rate being searched: one at which nobody speaks costs
        one question.
        """
        searches, newest = self._searches, self._newest
        return ScanProgress(
            (self._at + newest.share) / len(searches),
            newest.left_s,
            sum(each.asked for each in searches),
            newest.at,
            sum(each.collisions for each in searches),
            self._link.figures.echoes - self._echoes,
            sum(each.noises for each in searches),
            tuple(self._found()),
            tuple(str(address) for each in searches for address in each.unresolved),
            searches[self._at].baud or 0,
        )

    def _note(self, progress: Progress) -> None:
        self._newest = progress

    def _found(self) -> Iterator[ScanFound]:
        """Yield who answered, each once: some meters follow any rate."""
        known: set[Secondary] = set()
        for search in self._searches:
            for meter in search.found:
                if meter.secondary not in known:
                    known.add(meter.secondary)
                    yield self._told(search, meter)

    def _told(self, search: Search, meter: FoundMeter) -> ScanFound:
        address, rate = meter.secondary, search.baud or 0
        telegram = search.telegrams[address]
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
            rate if rate != self._link.timing.baud else 0,
        )
