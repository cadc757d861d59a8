"""A desk in front of a fake plant: everything a page is given, with a real core thread."""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from app.corethread import CoreThread
from app.verbs import Viewer
from tests.fakes.asked import VIEWER, FakeServices
from tests.fakes.smallplant import NOON
from widgets.alarmboard import AlarmBoard
from widgets.asking import Asking
from widgets.desk import Desk as PersonalDesk
from widgets.directory import Directory
from widgets.overrideboard import OverrideBoard
from widgets.pagetype import PageContext, Show
from widgets.pairboard import PairBoard
from widgets.pointfeed import PointFeed
from widgets.secondperson.paired import paired
from widgets.theme import Look
from widgets.workcentre import WorkCentre
from widgets.writelock import WriteLock

COPENHAGEN = ZoneInfo("Europe/Copenhagen")


class Desk:
    """The pieces of one screen; `close` stops its core thread."""

    def __init__(
        self,
        services: FakeServices | None = None,
        *,
        theme: str = "day",
        viewer: Viewer = VIEWER,
        now: Callable[[], datetime] = lambda: NOON,
    ) -> None:
        self.services = services or FakeServices()
        self.core = CoreThread()
        self.core.start()
        self.asking = Asking(self.core)
        self.feed = PointFeed()
        self.look = Look(theme)
        self.viewer = viewer
        self.now = now
        self.shown: list[Show] = []
        asked = self.services.asked
        self.directory = Directory(asked, viewer, self.asking, self.feed)
        self.alarms = AlarmBoard(asked, viewer, self.asking, self.feed)
        self.pairs = PairBoard(asked, viewer, self.asking, self.feed)
        self.context = PageContext(
            asked=paired(asked, self.pairs),
            viewer=viewer,
            asking=self.asking,
            feed=self.feed,
            look=self.look,
            directory=self.directory,
            alarms=self.alarms,
            desk=PersonalDesk(asked, viewer, self.asking, {}),
            write_lock=WriteLock(now, locked=False),
            work=WorkCentre(now),
            show=self.shown.append,
            now=now,
            pairs=self.pairs,
            overrides=OverrideBoard(asked, viewer, self.asking, self.feed),
            zone=COPENHAGEN,
        )
        self.directory.refresh()
        self.alarms.refresh()

    def close(self) -> None:
        self.asking.close()
        self.core.submit(_settled()).result(timeout=10)
        self.core.stop()


async def _settled() -> None:
    """Let everything asked before come to its end."""
