"""The page of receivers: how each is doing, and one added, changed, tried and removed."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PyQt6.QtWidgets import QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from app.model.collector import Charge, CollectorFigures
from app.model.device import LinkConfig
from app.model.reception import RadioLine, Receiver, ReceiverFigures
from app.profiles.collectors import collector_kinds
from drivers.receivers.mqtt import place_of as broker_of
from drivers.receivers.push import SHORTEST_TOKEN
from tests.fakes.asked import VIEWER, FakeServices
from tests.fakes.desk import Desk
from tests.fakes.hands import click
from tests.fakes.radio import ROOF, STREET, TAKEN_AT, YARD, FakeRadio
from widgets.controls.quality import figures
from widgets.models.receiverplace import KINDS, values_of
from widgets.pages import receivers as module
from widgets.pages.receivers import ReceiversPage
from widgets.receivers.dialog import ReceiverDialog
from widgets.receivers.form import ReceiverForm
from widgets.receivers.table import ReceiverRow, rows_of, state_of

MakeDesk = Callable[..., Desk]


@pytest.fixture
def services() -> FakeServices:
    return FakeServices()


@pytest.fixture
def radio(services: FakeServices) -> FakeRadio:
    return services.radio


@pytest.fixture
def page(make_desk: MakeDesk, qtbot: QtBot, services: FakeServices) -> ReceiversPage:
    made = ReceiversPage(make_desk(services).context)
    qtbot.addWidget(made)
    made.resize(1232, 800)
    made.show()
    qtbot.waitUntil(made.settled)
    return made


def cells(page: ReceiversPage, name: str) -> dict[str, str]:
    row = next(each for each in page.model.rows if each.receiver.name == name)
    return {each.id: each.cell(row).text for each in page.model.columns}


def said(page: ReceiversPage) -> str:
    words = page.notice.findChildren(QLabel)
    return " ".join(each.text() for each in words) if page.notice.isVisible() else ""


def opened(page: ReceiversPage, qtbot: QtBot) -> ReceiverDialog:
    """Return the dialog in front, once the core has judged what stands in it."""
    dialog = page.findChildren(ReceiverDialog)[-1]
    qtbot.waitUntil(lambda: dialog.keep.isEnabled() or bool(by_field(dialog)))
    return dialog


def by_field(dialog: ReceiverDialog) -> dict[str, str]:
    """Return what is said beside the fields, by the name that a screen reader tells."""
    told = [
        each for each in dialog.form.findChildren(QLineEdit) if each.accessibleDescription()
    ]
    return {each.accessibleName(): each.accessibleDescription() for each in told}


def fill(dialog: ReceiverDialog, kind: str, name: str, **values: str) -> None:
    form = dialog.form
    form.kind.setCurrentIndex(form.kind.findData(kind))
    form.name.setText(name)
    for field, text in values.items():
        form.fields[kind][field].setText(text)
    form.name.textEdited.emit(name)


def test_each_receiver_tells_how_it_is_doing(page: ReceiversPage) -> None:
    roof, yard = cells(page, "roof"), cells(page, "yard")
    assert (roof["kind"], roof["state"]) == ("Lines from a TCP server", "listens")
    assert (roof["rate"], roof["missed"], roof["foreign"]) == ("3.8", "4.0", "1")
    assert (roof["again"], roof["best"], roof["reopened"]) == ("24", "−65", "2")
    assert roof["last"]
    assert (yard["kind"], yard["state"]) == ("MQTT broker", "no route")
    assert (yard["rate"], yard["missed"], yard["best"]) == ("", "", ""), "unknown is not 0"
    assert page._head.beside.text() == "2 receivers"


def test_states_are_told_apart() -> None:
    line = RadioLine(STREET, (ROOF,))
    stands = ReceiverFigures(
        STREET.id, "roof", "", 0, 0, 0, 0, 0, None, (), stands=True, expected=True
    )
    told = {
        "listens": ReceiverRow(line, ROOF, stands),
        "listens; nothing is expected now": ReceiverRow(
            line, ROOF, replace(stands, expected=False)
        ),
        "connecting": ReceiverRow(line, ROOF, replace(stands, stands=False)),
        "listens; nothing heard yet": ReceiverRow(line, ROOF, replace(stands, unsure=True)),
        "does not listen": ReceiverRow(line, ROOF, None),
        "no route": ReceiverRow(line, ROOF, replace(stands, trouble="no route")),
        "out of service": ReceiverRow(
            RadioLine(replace(STREET, enabled=False), (ROOF,)), ROOF, stands
        ),
    }
    assert {state_of(row)[0] for row in told.values()} == set(told)
    assert [state_of(row)[0] for row in told.values()] == list(told)
    broken = RadioLine(STREET, (), "link Street: ‘x’ names no receiver")
    (row,) = rows_of([broken], [])
    assert state_of(row)[0] == broken.fault


def test_a_receiver_is_added_to_a_line_that_is_there(
    page: ReceiversPage, services: FakeServices, qtbot: QtBot
) -> None:
    click(page.add)
    dialog = opened(page, qtbot)
    fill(dialog, "cul", "attic", port="/dev/ttyACM0")
    assert not dialog.keep.isEnabled(), "what was judged is another line now"
    qtbot.waitUntil(dialog.keep.isEnabled)
    click(dialog.keep)
    qtbot.waitUntil(lambda: bool(services.project.changes))
    (link,) = services.project.changes
    assert isinstance(link, LinkConfig)
    assert link.id == "street"
    assert str(link.options["receivers"]).endswith(" attic=cul:/dev/ttyACM0")
    assert str(link.options["receivers"]).startswith("roof=tcp:10.0.0.7:4000 yard=mqtt:")
    assert link.options["expected"] == STREET.options["expected"]
    assert link.options["silent_min"] == 30.0
    assert not services.radio.secrets


def test_a_new_line_comes_with_its_first_receiver_and_its_password_is_kept(
    page: ReceiversPage, services: FakeServices, qtbot: QtBot
) -> None:
    click(page.add)
    dialog = opened(page, qtbot)
    dialog.form.line.setCurrentIndex(1)
    assert (dialog.form.expected.text(), dialog.form.silent.text()) == ("", "")
    fill(dialog, "push", "yard", host="127.0.0.1", port="8080")
    dialog.form.secret.setText("a token of a good many letters")
    qtbot.waitUntil(dialog.keep.isEnabled)
    click(dialog.keep)
    qtbot.waitUntil(lambda: bool(services.radio.secrets) or page.notice.isVisible())
    (link,) = services.project.changes
    assert isinstance(link, LinkConfig)
    assert (link.kind, dict(link.options)) == (
        "wmbus",
        {"receivers": "yard=push:127.0.0.1:8080"},
    )
    assert list(services.radio.secrets.values()) == ["a token of a good many letters"]
    qtbot.waitUntil(lambda: dialog.form.secret.text() == "")


def test_a_receiver_is_changed_in_its_place_and_its_password_stays(
    page: ReceiversPage, services: FakeServices, qtbot: QtBot
) -> None:
    page.table.go_to(lambda row: row.receiver == ROOF)
    click(page.edit)
    dialog = opened(page, qtbot)
    assert not dialog.form.line.isEnabled()
    assert dialog.form.fields["tcp"]["host"].text() == "10.0.0.7"
    dialog.form.fields["tcp"]["port"].setText("4001")
    dialog.form.silent.setText("12,5")
    dialog.form.expected.setText("")
    click(dialog.keep)
    qtbot.waitUntil(lambda: bool(services.project.changes))
    (link,) = services.project.changes
    assert isinstance(link, LinkConfig)
    assert str(link.options["receivers"]).startswith("roof=tcp:10.0.0.7:4001 yard=mqtt:")
    assert link.options["silent_min"] == 12.5
    assert "expected" not in link.options


def test_a_password_is_never_shown_and_asked_for_under_a_new_name_or_place(
    page: ReceiversPage, qtbot: QtBot
) -> None:
    page.table.go_to(lambda row: row.receiver == YARD)
    click(page.edit)
    dialog = opened(page, qtbot)
    assert dialog.form.secret.text() == ""
    assert "kept" in dialog.form.secret.placeholderText()
    assert dialog.form.fields["mqtt"]["topic"].text() == "meters/#"
    dialog.form.name.setText("garden")
    dialog.check()
    qtbot.waitUntil(lambda: "type it again" in dialog.verdict.text())
    dialog.form.name.setText("yard")
    dialog.check()
    qtbot.waitUntil(lambda: dialog.verdict.text() == "")
    dialog.form.fields["mqtt"]["host"].setText("10.9.9.9")
    dialog.check()
    qtbot.waitUntil(lambda: "type it again" in dialog.verdict.text())


def test_what_cannot_be_is_said_while_one_types_and_not_saved(
    page: ReceiversPage, services: FakeServices, qtbot: QtBot
) -> None:
    click(page.add)
    dialog = opened(page, qtbot)
    fill(dialog, "tcp", "far", host="nowhere", port="0")
    port = dialog.form.fields["tcp"]["port"]
    qtbot.waitUntil(lambda: "is no HOST:PORT" in port.accessibleDescription())
    assert dialog.verdict.text() == "", "it is said where it is to be mended"
    assert not dialog.keep.isEnabled()
    assert not dialog.tries.isEnabled()
    click(dialog.keep)
    assert not services.project.changes


def test_a_try_shows_the_first_lines_in_words_and_keeps_nothing(
    page: ReceiversPage, radio: FakeRadio, services: FakeServices, qtbot: QtBot
) -> None:
    page.table.go_to(lambda row: row.receiver == YARD)
    click(page.edit)
    dialog = opened(page, qtbot)
    dialog.form.secret.setText("quiet")
    click(dialog.tries)
    qtbot.waitUntil(dialog.lines.isVisible)
    assert dialog.verdict.text() == "Connected; 2 lines came."
    assert dialog.lines.toPlainText().splitlines() == [
        "KAM 71482036, Heat, -71 dBm, Cellar",
        "no telegram: hello",
    ]
    text = "yard=mqtt:eng@10.0.0.8:8883/meters/%23?tls"
    assert radio.tried == [(text, "street", "quiet")]
    assert not services.project.changes


def test_what_the_core_refuses_stays_in_the_dialog(
    page: ReceiversPage, services: FakeServices, qtbot: QtBot
) -> None:
    click(page.add)
    dialog = opened(page, qtbot)
    fill(dialog, "cul", "attic", port="/dev/ttyACM0")
    qtbot.waitUntil(dialog.keep.isEnabled)
    services.project.overtaken = "Riis was quicker"
    click(dialog.keep)
    qtbot.waitUntil(dialog.notice.isVisible)
    assert dialog.isVisible()
    assert "Riis was quicker" in dialog.notice.says.text()
    assert not services.project.changes


def test_a_removed_receiver_leaves_the_others_and_its_password_is_forgotten(
    page: ReceiversPage,
    services: FakeServices,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []

    def agree(question: str, *_more: object) -> bool:
        asked.append(question)
        return True

    monkeypatch.setattr(module, "agreed", agree)
    services.radio.radio_lines = [RadioLine(STREET, (ROOF, YARD))]
    page.table.go_to(lambda row: row.receiver == ROOF)
    click(page.remove)
    qtbot.waitUntil(lambda: bool(services.project.changes))
    assert asked == ["Remove the receiver roof? Its password is forgotten."]
    (link,) = services.project.changes
    assert isinstance(link, LinkConfig)
    assert link.options["receivers"] == f"yard=mqtt:{YARD.place}"


def test_the_last_receiver_takes_its_line_along(
    page: ReceiversPage,
    services: FakeServices,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "agreed", lambda *_asked: True)
    services.radio.radio_lines = [RadioLine(STREET, (ROOF,))]
    page.refresh()
    qtbot.waitUntil(lambda: len(page.model.rows) == 1)
    page.table.go_to(lambda row: row.receiver == ROOF)
    click(page.remove)
    qtbot.waitUntil(lambda: services.project.changes == ["street"])


def test_a_plant_without_receivers_offers_the_first_one(
    page: ReceiversPage, services: FakeServices, qtbot: QtBot
) -> None:
    services.radio.radio_lines = []
    page.refresh()
    qtbot.waitUntil(lambda: page._stack.currentIndex() == 1)
    assert not page.edit.isVisible()
    assert not page.remove.isVisible()
    page._edit()
    assert "Choose a receiver first." in said(page)


def test_a_line_that_names_no_receiver_has_a_row_and_is_mended_there(
    page: ReceiversPage, services: FakeServices, qtbot: QtBot
) -> None:
    services.radio.radio_lines = [RadioLine(STREET, (), "link Street: no receiver")]
    page.refresh()
    qtbot.waitUntil(lambda: len(page.model.rows) == 1)
    page.table.go_to(lambda _row: True)
    page._edit()
    dialog = opened(page, qtbot)
    assert dialog.form.chosen.link == STREET
    fill(dialog, "tcp", "roof", host="10.0.0.7", port="4000")
    qtbot.waitUntil(dialog.keep.isEnabled)
    click(dialog.keep)
    qtbot.waitUntil(lambda: bool(services.project.changes))
    (link,) = services.project.changes
    assert isinstance(link, LinkConfig)
    assert (link.id, link.options["receivers"]) == (STREET.id, "roof=tcp:10.0.0.7:4000")


@pytest.mark.parametrize(
    ("option", "value", "field"),
    [("expected", "by day", "expected"), ("silent_min", "x", "silent")],
)
def test_a_receiver_whose_line_is_broken_opens_and_says_by_the_field_what_is_wrong(
    page: ReceiversPage, services: FakeServices, qtbot: QtBot,
    option: str, value: str, field: str,
) -> None:  # fmt: skip
    wrong = replace(STREET, options={**STREET.options, option: value})
    fault = f"link Street: {option} cannot be"
    services.radio.radio_lines = [RadioLine(wrong, (ROOF, YARD), fault)]
    services.radio.refused[option] = (value, fault)
    page.refresh()
    qtbot.waitUntil(lambda: page.model.rows[0].line.fault == fault)
    page.table.go_to(lambda row: row.receiver == YARD)
    click(page.edit)
    dialog = page.findChildren(ReceiverDialog)[-1]
    editor = getattr(dialog.form, field)
    qtbot.waitUntil(lambda: editor.accessibleDescription() == fault)
    shown = [each.text() for each in dialog.findChildren(QLabel) if each.isVisible()]
    assert shown.count(fault) == 1, "by its field, and nowhere else"
    assert not dialog.keep.isEnabled()
    editor.setText("")
    editor.textEdited.emit("")
    qtbot.waitUntil(dialog.keep.isEnabled)
    assert editor.accessibleDescription() == ""
    click(dialog.keep)
    qtbot.waitUntil(lambda: bool(services.project.changes))
    (link,) = services.project.changes
    assert isinstance(link, LinkConfig)
    assert option not in link.options
    assert link.options["receivers"] == STREET.options["receivers"]


def test_a_part_that_is_spelt_as_no_receiver_is_there_to_be_mended(
    page: ReceiversPage, services: FakeServices, qtbot: QtBot
) -> None:
    odd = Receiver("", "", "nowhere", has_secret=False)
    services.radio.radio_lines = [RadioLine(STREET, (ROOF, odd), "link Street: nowhere")]
    page.refresh()
    qtbot.waitUntil(lambda: [row.receiver for row in page.model.rows] == [ROOF, odd])
    page.table.go_to(lambda row: row.receiver == odd)
    page._edit()
    dialog = page.findChildren(ReceiverDialog)[-1]
    assert dialog.form.fields["tcp"]["host"].text() == "nowhere"
    assert str(dialog.form.link().options["receivers"]).startswith("roof=tcp:10.0.0.7:4000 ")
    page.table.go_to(lambda row: row.receiver == ROOF)
    page._edit()
    other = page.findChildren(ReceiverDialog)[-1]
    assert other.form.link().options["receivers"] == "roof=tcp:10.0.0.7:4000 nowhere"


def test_a_form_of_a_new_receiver_begins_empty(qtbot: QtBot) -> None:
    form = ReceiverForm([], None, None)
    qtbot.addWidget(form)
    assert form.is_new_line
    assert form.link().options["receivers"] == "=tcp::"
    assert VIEWER.name


MINI = collector_kinds()["mini-concentrator"]


def brings(page: ReceiversPage, radio: FakeRadio, collector: CollectorFigures) -> None:
    """Let the roof be such a collector, as the core tells."""
    radio.collectors["roof"] = collector
    page.refresh()


@pytest.mark.feature("RD-13")
@pytest.mark.feature("RD-14")
def test_a_collector_shows_its_limits_and_what_is_beyond_them(
    page: ReceiversPage, radio: FakeRadio, qtbot: QtBot
) -> None:
    assert (cells(page, "roof")["carries"], cells(page, "roof")["battery"]) == ("", "")
    brings(page, radio, CollectorFigures(MINI, 25, 60.0))
    qtbot.waitUntil(lambda: cells(page, "roof")["carries"] == "25 / 25")
    assert cells(page, "roof")["state"] == "listens"
    charge = Charge(2.9, "V", TAKEN_AT, 3.0, low=True)
    brings(page, radio, CollectorFigures(MINI, 1_026, 60.0, charge))
    qtbot.waitUntil(lambda: cells(page, "roof")["carries"] == f"{figures(1_026, 0)} / 25")
    told = cells(page, "roof")
    assert told["battery"] == "2.9 V"
    assert told["state"] == (
        "brings 1026 meters; Kamstrup Mini Concentrator is made for 25; "
        "its battery is low: 2.9 V"
    )
    brings(page, radio, CollectorFigures(collector_kinds()["bridge-4g"], 4))
    qtbot.waitUntil(lambda: cells(page, "roof")["battery"] == "unknown")
    assert cells(page, "yard")["battery"] == "", "nobody says it is a collector"


def test_a_receiver_is_said_to_be_a_collector_and_keeps_it_under_a_new_name(
    page: ReceiversPage, services: FakeServices, qtbot: QtBot
) -> None:
    line = replace(STREET, options={**STREET.options, "collectors": "roof=bridge-4g"})
    services.radio.radio_lines = [RadioLine(line, (ROOF, YARD))]
    page.refresh()
    qtbot.waitUntil(lambda: page.lines == services.radio.radio_lines)
    page.table.go_to(lambda row: row.receiver == ROOF)
    click(page.edit)
    form = opened(page, qtbot).form
    assert form.collector.currentText() == "Kamstrup 4G Bridge"
    assert "5 meters" in form.limits.text()
    form.name.setText("attic")
    assert form.link().options["collectors"] == "attic=bridge-4g"
    form.collector.setCurrentIndex(form.collector.findData("mini-concentrator"))
    assert "every 5 min" in form.limits.text()
    assert form.link().options["collectors"] == "attic=mini-concentrator"
    form.collector.setCurrentIndex(0)
    assert not form.limits.text()
    assert "collectors" not in form.link().options
    page.table.go_to(lambda row: row.receiver == YARD)
    click(page.edit)
    other = page.findChildren(ReceiverDialog)[-1].form
    assert other.collector.currentData() == ""
    assert other.link().options["collectors"] == "roof=bridge-4g", "the other one's stays"


def test_a_removed_collector_leaves_the_line_one_that_can_be(
    page: ReceiversPage,
    services: FakeServices,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "agreed", lambda *_asked: True)
    named = "roof=bridge-4g yard=concentrator"
    line = replace(STREET, options={**STREET.options, "collectors": named})
    services.radio.radio_lines = [RadioLine(line, (ROOF, YARD))]
    page.refresh()
    qtbot.waitUntil(lambda: page.lines == services.radio.radio_lines)
    page.table.go_to(lambda row: row.receiver == ROOF)
    click(page.remove)
    qtbot.waitUntil(lambda: bool(services.project.changes))
    (link,) = services.project.changes
    assert isinstance(link, LinkConfig)
    assert link.options["collectors"] == "yard=concentrator"


def refused(dialog: ReceiverDialog, qtbot: QtBot) -> dict[str, str]:
    """Ask anew, and return what is said beside which field: one fault, at one place."""
    dialog.form.mark(None, "")
    dialog.check()
    qtbot.waitUntil(lambda: bool(by_field(dialog)))
    assert not dialog.keep.isEnabled()
    assert not dialog.verdict.isVisible(), "no gap where nothing is said"
    shown = [each for each in by_field(dialog).values() if each]
    assert len(shown) == 1
    assert len(shown[0]) < 250, "nobody reads ten thousand letters back"
    return by_field(dialog)


NO_NAMES = (
    *(
        "",
        "  ",
        "roof top",
        "a=b",
        "tcp:x",
        "tcp:10.0.0.7:4000 x",
        "a,b",
        "x" * 61,
        "x" * 10_000,
    ),
    *("a\nb", "\N{RIGHT-TO-LEFT OVERRIDE}foor"),
)


def test_a_name_that_cannot_be_is_told_at_the_name_and_nowhere_else(
    page: ReceiversPage, services: FakeServices, qtbot: QtBot
) -> None:
    click(page.add)
    dialog = opened(page, qtbot)
    for name in NO_NAMES:
        fill(dialog, "tcp", name, host="10.0.0.9", port="4000")
        assert list(refused(dialog, qtbot)) == ["Name"], name[:70]
    click(dialog.keep)
    assert not services.project.changes
    for good in ("dach", "Tagrenne-2.øst_1", "مستقبل", "x" * 60):
        fill(dialog, "tcp", good, host="10.0.0.9", port="4000")
        dialog.check()
        qtbot.waitUntil(dialog.keep.isEnabled)
        assert by_field(dialog) == {}


def test_a_name_that_another_one_has_is_told_at_the_name(
    page: ReceiversPage, qtbot: QtBot
) -> None:
    click(page.add)
    dialog = opened(page, qtbot)
    fill(dialog, "tcp", "roof", host="h", port="0")
    told = refused(dialog, qtbot)
    assert "two receivers are called roof" in told["Name"]


LONG = "y" * 10_000


NO_PLACES = (
    ("tcp", "host", ""), ("tcp", "host", "a b"), ("tcp", "host", LONG),
    ("tcp", "host", "10.0.0.7:4000"), ("tcp", "host", "http://10.0.0.7"),
    ("tcp", "port", ""), ("tcp", "port", "0"), ("tcp", "port", "٤٠٠٠"),
    ("tcp", "port", LONG),
    ("udp", "port", "65536"), ("udp", "host", "a@b"),
    ("file", "path", ""),
    ("im871a", "port", "nonsense"), ("amb8465", "port", LONG), ("cul", "port", ""),
    ("mqtt", "host", "broker/other"), ("mqtt", "port", "80/83"), ("mqtt", "topic", "a/#/b"),
    ("mqtt", "topic", ""), ("mqtt", "user", "eng:quiet"),
    ("push", "host", "nowhere"), ("push", "port", "x"), ("push", "key", ""),
    ("push", "cert", ""),
    ("elvaco", "folder", ""), ("elvaco", "zone", "Mars/Olympus"), ("elvaco", "zone", LONG),
    ("table", "folder", ""),
)  # fmt: skip


def test_what_is_wrong_in_a_place_is_told_at_the_field_that_is_meant(
    page: ReceiversPage, qtbot: QtBot
) -> None:
    click(page.add)
    dialog = opened(page, qtbot)
    for kind, field, text in NO_PLACES:
        good = {each.id: each.good for each in KINDS[kind].fields}
        fill(dialog, kind, "cellar", **good | {field: text})
        title = dialog.form.fields[kind][field].accessibleName()
        assert list(refused(dialog, qtbot)) == [title], (kind, field, text[:70])
    for kind, words in KINDS.items():
        fill(dialog, kind, "cellar", **{each.id: each.good for each in words.fields})
        dialog.check()
        qtbot.waitUntil(dialog.keep.isEnabled)
        assert by_field(dialog) == {}, kind


def test_a_broker_s_user_may_be_called_as_it_likes(
    page: ReceiversPage, services: FakeServices, qtbot: QtBot
) -> None:
    click(page.add)
    dialog = opened(page, qtbot)
    fill(dialog, "mqtt", "c", host="broker", port="1883", topic="a/#", user="plant/eng ø@x")
    dialog.check()
    qtbot.waitUntil(dialog.keep.isEnabled)
    made = dialog.form.receiver()
    assert broker_of(made.place).user == "plant/eng ø@x"
    assert values_of("mqtt", made.place)["user"] == "plant/eng ø@x"


def test_minutes_and_hours_are_plain_ones_or_none(page: ReceiversPage, qtbot: QtBot) -> None:
    page.table.go_to(lambda row: row.receiver == ROOF)
    click(page.edit)
    dialog = opened(page, qtbot)
    for text in ("0", "0,0", "-1", "٣٠", "1e3", "nan", "inf", "1_000", "9" * 400):
        dialog.form.silent.setText(text)
        assert list(refused(dialog, qtbot)) == ["Open anew after silent minutes"], text[:9]
    dialog.form.silent.setText("")
    dialog.form.expected.setText("Mon-Fri ٠٦:00-22:00 UTC")
    assert list(refused(dialog, qtbot)) == ["Hours with telegrams"]


def test_a_password_that_none_can_be_is_told_before_anything_is_saved(
    page: ReceiversPage, services: FakeServices, qtbot: QtBot
) -> None:
    click(page.add)
    dialog = opened(page, qtbot)
    fill(dialog, "mqtt", "c", host="broker", port="1883", topic="a", user="eng")
    dialog.form.secret.setText("p" * 201)
    assert list(refused(dialog, qtbot)) == ["Password of the broker"]
    assert "ppp" not in str(by_field(dialog))
    assert not services.project.changes


def test_what_is_wrong_with_another_receiver_of_the_line_is_told_below_all_fields(
    page: ReceiversPage, services: FakeServices, qtbot: QtBot
) -> None:
    odd = Receiver("", "", "nowhere", has_secret=False)
    services.radio.radio_lines = [RadioLine(STREET, (ROOF, odd), "link Street: nowhere")]
    page.refresh()
    qtbot.waitUntil(lambda: [row.receiver for row in page.model.rows] == [ROOF, odd])
    page.table.go_to(lambda row: row.receiver == ROOF)
    page._edit()
    dialog = page.findChildren(ReceiverDialog)[-1]
    qtbot.waitUntil(dialog.verdict.isVisible)
    assert "'nowhere' names no receiver" in dialog.verdict.text()
    assert by_field(dialog) == {}
    assert not dialog.keep.isEnabled()


def test_a_fault_takes_the_room_of_its_words_and_gives_it_back(
    page: ReceiversPage, qtbot: QtBot
) -> None:
    click(page.add)
    dialog = opened(page, qtbot)
    good = {"host": "broker", "port": "1883", "topic": "a"}
    fill(dialog, "mqtt", "cellar", **good)
    dialog.check()
    qtbot.waitUntil(dialog.keep.isEnabled)
    plain = dialog.height()
    fill(dialog, "mqtt", "cellar", **good | {"host": "x y" * 200})
    refused(dialog, qtbot)
    assert plain < dialog.height() <= plain + 60, "two lines of words, and no gap around them"
    fill(dialog, "mqtt", "cellar", **good)
    dialog.check()
    qtbot.waitUntil(dialog.keep.isEnabled)
    assert dialog.height() == plain
    dialog.form.collector.setCurrentIndex(1)
    dialog.check()
    qtbot.waitUntil(lambda: dialog.height() > plain)
    assert dialog.height() <= plain + 60


def test_a_token_nobody_would_be_let_in_with_is_told_while_it_is_typed(
    page: ReceiversPage, services: FakeServices, qtbot: QtBot
) -> None:
    assert KINDS["push"].shortest_secret == SHORTEST_TOKEN
    click(page.add)
    dialog = opened(page, qtbot)
    fill(dialog, "push", "gate", host="127.0.0.1", port="8080")
    dialog.form.secret.setText("t" * (SHORTEST_TOKEN - 1))
    assert refused(dialog, qtbot) == {
        "Token, 24 letters or more": "24 letters or more, or nobody is let in"
    }
    for right in ("t" * SHORTEST_TOKEN, ""):  # none: the one that is kept stays
        dialog.form.secret.setText(right)
        dialog.check()
        qtbot.waitUntil(dialog.keep.isEnabled)
        assert by_field(dialog) == {}
    fill(dialog, "mqtt", "gate", host="broker", port="1883", topic="a")
    dialog.form.secret.setText("short")
    dialog.check()
    qtbot.waitUntil(dialog.keep.isEnabled)
    assert by_field(dialog) == {}, "a broker's password is as long as the broker likes"
