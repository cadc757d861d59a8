"""The inspector's service: one answer for one telegram, and nothing kept of either."""

import asyncio
import logging
from pathlib import Path

import pytest

from app.compose.telegrams import meters_of, telegrams_of
from app.errors import BadInput, NotPermitted
from app.model.anatomy import Anatomy
from app.model.rights import Capability
from app.model.undecoded import Cause
from app.plant.telegrams import MOST_LETTERS
from app.profiles.meters import FOLDER
from tests.drivers.mbus.telegrams import KEY, bare, long_head, mode_7, wired
from tests.fakes.asked import VIEWER
from tests.people import person

SEALED = bare(mode_7(bytes.fromhex("04064A010000"))).hex()
OWN = """\
schema: 1
meter: {id: acme.meter, version: 1, vendor: Acme, label: Acme meters, status: draft}
models: [{manufacturer: KAM, versions: [27], media: [4], model: Acme One}]
points: [{vif: "FF22", id: info, name: Own code}]
tests: [{records: "04FF22 01000000", expect: {info: 1}}]
sources: [a test]
"""


def inspected(telegram: str, key: str = "", folder: Path = Path("nowhere")) -> Anatomy:
    """Return what the service says of a telegram."""
    return asyncio.run(telegrams_of(meters_of(folder)).inspect(VIEWER, telegram, key))


def test_a_telegram_is_opened_with_the_key_of_this_one_question() -> None:
    service = telegrams_of(meters_of(Path("nowhere")))

    async def asked() -> list[Cause | None]:
        answers = [
            await service.inspect(VIEWER, SEALED),
            await service.inspect(VIEWER, SEALED, KEY.hex()),
            await service.inspect(VIEWER, SEALED),
        ]
        return [each.cannot.cause if each.cannot else None for each in answers]

    assert asyncio.run(asked()) == [Cause.NO_KEY, None, Cause.NO_KEY]


@pytest.mark.parametrize("key", ["12", "x" * 32, KEY.hex() + "00", "no key at all"])
def test_a_key_that_is_none_is_refused_and_not_repeated(key: str) -> None:
    with pytest.raises(BadInput) as refused:
        inspected(SEALED, key)
    assert str(refused.value) == "a key has 32 hexadecimal digits"


def test_a_key_may_be_written_with_blanks() -> None:
    assert inspected(SEALED, KEY.hex(" ")).cannot is None


@pytest.mark.parametrize(
    "line",
    [
        "T1;1;1;2026-01-20 08:47:20.000;17;28;12345678;0x{hex}",
        "rl;T1;1;1;2026-01-20 08:47:20.000;17;28;12345678;0x{hex}",  # rtl_wmbus -v
        "(wmbus) telegram=|{hex}|+17",
        '{{"telegram": "{hex}", "rssi_dbm": -71}}',
        "  0x{hex}\n",
    ],
)
def test_a_line_of_a_receiver_s_log_is_taken_apart_as_it_stands(line: str) -> None:
    found = inspected(line.format(hex=SEALED.lower()), KEY.hex())
    assert found.cannot is None
    assert found.received == SEALED.upper()


def test_a_line_that_its_receiver_calls_damaged_says_so() -> None:
    found = inspected(f"T1;0;0;2026-01-20 08:47:20.000;17;28;12345678;0x{SEALED}")
    assert found.cannot is not None
    assert (found.cannot.cause, found.parts) == (Cause.CRC, ())
    assert "damaged" in found.cannot.said


def test_a_line_without_a_telegram_is_no_telegram() -> None:
    for line in ('{"id": "12345678", "total_m3": 12.3}', "T1;1;1;no;telegram", "hello"):
        found = inspected(line)
        assert found.cannot is not None
        assert found.cannot.cause is Cause.NO_TELEGRAM


def test_more_letters_than_a_telegram_can_have_are_refused() -> None:
    with pytest.raises(BadInput, match=str(MOST_LETTERS)):
        inspected("0" * (MOST_LETTERS + 1))
    assert inspected("0" * MOST_LETTERS).cannot is not None


def test_who_configures_nothing_may_not_ask() -> None:
    viewer = person("guest", capabilities=[Capability.SEE_PLANT])
    with pytest.raises(NotPermitted):
        asyncio.run(telegrams_of(meters_of(Path("nowhere"))).inspect(viewer, SEALED))


def test_meter_profiles_of_the_project_speak_and_broken_ones_are_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / FOLDER
    folder.mkdir()
    (folder / "acme.meter.yaml").write_text(OWN, encoding="utf-8")
    (folder / "broken.yaml").write_text("nonsense", encoding="utf-8")
    telegram = wired(long_head() + bytes.fromhex("04FF2201000000")).hex()
    with caplog.at_level(logging.WARNING):
        found = inspected(telegram, KEY.hex(), tmp_path)
    assert found.profile == "Acme One"
    assert [part.name for part in found.parts if part.name] == ["Own code"]
    assert "broken.yaml:1" in caplog.text
    assert KEY.hex() not in caplog.text
