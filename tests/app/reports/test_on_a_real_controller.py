"""Reports of a simulated controller behind a real server, made by a core of its own process."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from pypdf import PdfReader

from app.asked import Document
from app.errors import DeviceUnreachable
from app.model.control import WriteRequest, WriteState
from app.model.reading import DeviceId, Quality
from app.reports import commissioning
from app.reports.commissioning_data import CommissioningData, SettingRow
from app.reports.filing import checksum
from tests.journeys.quicksite import Operator, operator, quick_site
from tests.journeys.smallsite import Simulated, Site

NAME = "ahornvej-14"
STATION = DeviceId(NAME)
pytestmark = [pytest.mark.timeout(240), pytest.mark.feature("LM-47")]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with quick_site(tmp_path_factory.mktemp("reports"), 1) as site:
        yield site


@pytest.fixture
def engineer(site: Site) -> Iterator[Operator]:
    with operator(site) as someone:
        yield someone


@pytest.fixture
def controller(site: Site) -> Simulated:
    return site.simulators[NAME]


def report(engineer: Operator) -> list[Document]:
    """A report made now; PDF, XLSX, data."""
    made = engineer.asked.reports.commissioning(engineer.viewer, STATION)
    return list(engineer.joined.ask(made))


def data_of(documents: list[Document]) -> CommissioningData:
    path = documents[2].path
    data: CommissioningData = commissioning.REPORT.restore(path.read_bytes(), path.name)
    return data


def text_of(document: Document) -> str:
    pages = PdfReader(BytesIO(document.path.read_bytes())).pages
    return " ".join(" ".join(page.extract_text().split()) for page in pages)


def setting(data: CommissioningData, key: str) -> SettingRow:
    return next(row for row in data.settings if row.key == key)


def write(engineer: Operator, key: str, value: float, intent: str) -> WriteState:
    request = WriteRequest(STATION, key, value, intent)
    return engineer.joined.ask(engineer.asked.control.write(engineer.viewer, request)).state


def test_all_settings_are_read_at_run_time_and_printed(engineer: Operator) -> None:
    made = report(engineer)
    data, text = data_of(made), text_of(made[0])
    assert len(data.settings) == 148
    assert all(row.told.quality is Quality.GOOD for row in data.settings)
    assert data.fact("application") == "A266.1"
    assert data.conversation.requests > 0
    assert data.conversation.failures == 0
    assert "148 of 148" in text
    assert checksum(made[2].path.read_bytes()) in text.replace(" ", "")
    for row in data.settings:
        assert str(row.number) in text


def test_the_report_is_listed_with_the_devices_documents(engineer: Operator) -> None:
    made = report(engineer)
    listed = engineer.joined.ask(engineer.asked.project.documents(engineer.viewer, STATION))
    assert {document.id for document in made} <= {document.id for document in listed}
    assert all(Path(document.path).is_file() for document in made)


def test_a_setting_written_between_two_reports_is_the_difference(engineer: Operator) -> None:
    older = report(engineer)
    before = setting(data_of(older), "c1_room_comfort").told.value
    assert isinstance(before, float)
    assert write(engineer, "c1_room_comfort", before + 1.5, "warmer") is WriteState.CONFIRMED
    newer = report(engineer)
    data = data_of(newer)
    assert [row.key for row in data.settings if row.changed] == ["c1_room_comfort"]
    change = setting(data, "c1_room_comfort").change
    assert change is not None
    assert change.state == "confirmed"
    ask = engineer.asked.reports.difference(engineer.viewer, older[0].id, newer[0].id)
    made = list(engineer.joined.ask(ask))
    assert "1 of 148 settings differ" in text_of(made[0])
    rows = openpyxl.load_workbook(made[1].path)["Settings"].iter_rows(values_only=True)
    (told,) = [row for row in rows if row[0] == 11180]
    assert (told[4], told[5]) == (before, before + 1.5)
    assert write(engineer, "c1_room_comfort", before, "as it was") is WriteState.CONFIRMED


def test_an_open_sensor_is_told_as_open_and_not_as_192_degrees(
    engineer: Operator, controller: Simulated
) -> None:
    controller.say("set s3 open")
    try:
        made = report(engineer)
    finally:
        controller.say("set s3 60")
    row = next(row for row in data_of(made).measured if row.key == "s3")
    assert (row.told.value, row.told.reason) == (None, "sensor-open")
    text = text_of(made[0])
    assert "no sensor, or open" in text
    assert "192" not in text


def test_a_refused_register_is_one_missing_value_and_not_a_missing_report(
    engineer: Operator, controller: Simulated
) -> None:
    controller.say("fault exception:11012 on")
    try:
        made = report(engineer)
    finally:
        controller.say("fault clear")
    data = data_of(made)
    boost = setting(data, "c1_boost")
    assert boost.told.value is None
    assert boost.told.quality is Quality.BAD
    assert sum(row.told.value is None for row in data.settings) == 1
    assert "147 of 148" in text_of(made[0])


def test_a_controller_that_is_gone_gets_no_report(
    engineer: Operator, controller: Simulated
) -> None:
    listed = engineer.asked.project.documents
    before = len(engineer.joined.ask(listed(engineer.viewer, STATION)))
    controller.kill()
    try:
        with pytest.raises(DeviceUnreachable):
            report(engineer)
    finally:
        controller.restart()
    assert len(engineer.joined.ask(listed(engineer.viewer, STATION))) == before
