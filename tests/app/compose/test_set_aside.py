"""A plant that runs, one of whose history files is damaged: told as an alarm, brought back."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.alarms.own import HISTORY_DAMAGED as TROUBLE
from app.compose.joining import Joined, join
from app.history.quarantine import set_aside_in
from app.model.alarm import AlarmState
from app.model.reading import PointId
from tests.app.history.plant import FAR_OFF, LONG_AGO
from tests.journeys.product import heatdesk, wait_for
from tests.journeys.quicksite import QUICK_PROFILE, quick_substations
from tests.journeys.smallsite import LOGIN, PASSWORD, Site, running_site

pytestmark = pytest.mark.timeout(120)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with running_site(
        tmp_path, quick_substations(1), profile=QUICK_PROFILE, core=False
    ) as site:
        yield site


def states(joined: Joined) -> dict[str, AlarmState]:
    standing = joined.ask(joined.asked.alarms.standing(joined.viewer))
    return {each.rule.id: each.state for each in standing}


def test_recording_goes_on_an_alarm_stands_and_salvage_brings_the_rest_back(
    site: Site, tmp_path: Path
) -> None:
    folder = site.folder / "history"
    with join(site.folder, LOGIN, PASSWORD) as joined:
        core = joined.core
        assert core is not None
        store = core.recording.store
        wait_for(lambda: core.recording.stored > 50, 60)
        [point] = [PointId(each) for each in list(store.samples_per_point("fast"))[:1]]
        before = len(store.range(point, LONG_AGO, FAR_OFF, "fast"))
        assert before
        store.close()
        whole = (folder / "fast.sqlite").read_bytes()
        (folder / "fast.sqlite").write_bytes(bytes(100) + whole[100:])
        (folder / "fast.sqlite-wal").unlink(missing_ok=True)
        stored = core.recording.stored
        wait_for(lambda: bool(set_aside_in(folder)) and core.recording.stored > stored, 60)
        wait_for(lambda: TROUBLE in states(joined), 30)
        assert states(joined)[TROUBLE] is AlarmState.UNACKNOWLEDGED
        assert core.recording.damage in joined.ask(joined.asked.plant.troubles(joined.viewer))
        word = tmp_path / "word"
        word.write_text(PASSWORD + "\n", "utf-8")
        done = heatdesk(
            tmp_path, "salvage", site.folder, "--user", LOGIN, "--password-file", word
        )
        assert done.returncode == 0, done.stderr
        assert "fast.sqlite: " in done.stdout
        wait_for(lambda: states(joined).get(TROUBLE) is AlarmState.RETURNED, 30)
        assert core.recording.damage == ""
        assert len(store.range(point, LONG_AGO, FAR_OFF, "fast")) >= before
