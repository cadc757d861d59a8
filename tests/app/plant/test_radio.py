"""Keys of meters as people look after them: who may, what is logged, what is refused."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from app.auditverbs import AuditEntry
from app.compose.radio import forget_passwords, radio_of, secret_of, try_key
from app.errors import BadInput, NotPermitted
from app.model.device import LinkConfig, LinkId
from app.model.meterkey import KeysTaken, KeyTried, key_test_text
from app.plant.radio import RadioService
from app.project.opening import Project
from app.project.receiversecrets import STAYS, ReceiverSecrets
from app.project.service import ProjectService
from app.verbs import Capability, verbs_of
from drivers.mbus.checks import crc
from drivers.simulators.street.meters import StreetMeter
from drivers.simulators.street.telegrams import MODES, Said, frame_of
from tests.app.project.sites import create, opened
from tests.app.project.test_keyfiles import PASSWORD, order, sealed
from tests.drivers.mbus.telegrams import KEY, bare, short_head
from tests.drivers.simulators.test_street import AT
from tests.plant import GUEST, LUND

METERS = [StreetMeter(5, place) for place in range(4)]
TABLE = "".join(f"{each.number};{each.key.hex()}\n" for each in METERS).encode()


@pytest.fixture
async def project(tmp_path: Path) -> AsyncIterator[Project]:
    made = opened(tmp_path, create(tmp_path))
    yield made
    made.close()


@pytest.fixture
async def radio(project: Project) -> RadioService:
    return radio_of(project, ProjectService(project).changes)


def logged(project: Project) -> Sequence[AuditEntry]:
    return [each for each in project.audit.entries(50) if each.verb.startswith("radio.")]


async def test_a_table_and_a_sealed_order_are_taken_in_and_logged_without_a_key(
    radio: RadioService, project: Project
) -> None:
    assert await radio.import_keys(LUND, "street.csv", TABLE) == KeysTaken(4, 0, 0)
    kem = sealed(order([(METERS[0].number, "22" * 16), ("12345678", "11" * 16)]))
    assert await radio.import_keys(LUND, "o.kem", kem, PASSWORD) == KeysTaken(1, 1, 0)
    assert [(each.meter, each.source, each.earlier) for each in await radio.keys(LUND)] == [
        ("12345678", "o.kem", 0),
        (METERS[0].number, "o.kem", 1),
        *((each.number, "street.csv", 0) for each in METERS[1:]),
    ]
    newest, first = logged(project)
    assert (first.verb, first.new, first.result) == (
        "radio.import_keys",
        "4 from street.csv",
        "done",
    )
    assert newest.new == "2 from o.kem"
    assert newest.name == LUND.name
    said = repr(logged(project)) + repr(await radio.keys(LUND))
    assert not any(each.key.hex() in said for each in METERS)
    assert PASSWORD not in said


async def test_faults_of_a_file_come_along_and_the_rest_is_kept(radio: RadioService) -> None:
    done = await radio.import_keys(LUND, "k.csv", TABLE + b"who;what\n")
    assert (done.added, len(done.faults)) == (4, 1)
    assert done.faults[0].startswith("k.csv, line 5:")


async def test_a_file_that_is_none_changes_nothing_and_is_no_deed(
    radio: RadioService, project: Project
) -> None:
    for name, content in (("a.csv", b"nothing;here"), ("b.kem", sealed(order([])))):
        with pytest.raises(BadInput, match=name):
            await radio.import_keys(LUND, name, content, "wrong")
    assert not await radio.keys(LUND)
    assert not logged(project)


async def test_keys_are_forgotten_by_number(radio: RadioService, project: Project) -> None:
    await radio.import_keys(LUND, "street.csv", TABLE)
    numbers = [METERS[0].number, METERS[1].number]
    assert await radio.remove_keys(LUND, numbers) == 2
    assert await radio.remove_keys(LUND, numbers) == 0
    assert len(await radio.keys(LUND)) == 2
    assert logged(project)[0].old == ", ".join(numbers)
    with pytest.raises(BadInput, match="is no number of a meter"):
        await radio.remove_keys(LUND, ["everything"])


@pytest.mark.parametrize("mode", MODES[1:])
async def test_a_key_is_tried_on_a_telegram(radio: RadioService, mode: str) -> None:
    telegram = frame_of(Said(METERS[2], AT, 700, mode)).hex()
    number = METERS[2].number
    unknown = await radio.try_key(LUND, telegram)
    assert (unknown.meter, unknown.opens) == (number, False)
    assert unknown.says == "the telegram is sealed, and there is no key for its meter"
    await radio.import_keys(LUND, "street.csv", TABLE)
    assert await radio.try_key(LUND, telegram) == KeyTried(
        number, "KAM", True, "the key opens the telegram"
    )
    assert (await radio.try_key(LUND, telegram, METERS[2].key.hex())).opens
    wrong = await radio.try_key(LUND, telegram, METERS[3].key.hex())
    assert wrong.says == "the telegram is sealed, and the key for its meter does not fit"
    assert not wrong.opens


async def test_a_key_that_was_replaced_still_opens_what_it_sealed(radio: RadioService) -> None:
    telegram = frame_of(Said(METERS[0], AT, 700)).hex()
    await radio.import_keys(LUND, "old.csv", TABLE)
    await radio.import_keys(LUND, "new.csv", f"{METERS[0].number};{'ab' * 16}".encode())
    assert (await radio.try_key(LUND, telegram)).opens


def hearing(project: Project, *counts: int) -> RadioService:
    """Return a service for whose third meter these telegrams were heard, the newest first."""
    frames = [frame_of(Said(METERS[2], AT, count)) for count in counts]
    heard = {METERS[2].number: frames}
    changes = ProjectService(project).changes
    secrets = ReceiverSecrets(project.secrets)
    return RadioService(
        project.meter_keys, changes, try_key, secrets, recent=lambda meter: heard.get(meter, ())
    )


async def test_the_keys_of_a_meter_are_tested_on_what_was_heard_of_it(
    project: Project,
) -> None:
    radio, number = hearing(project, 9, 8), METERS[2].number
    without = await radio.test_keys(LUND, number)
    assert (without.keys, [each.opens for each in without.telegrams]) == (0, [False, False])
    assert key_test_text(without) == "no key is kept for this meter"
    await radio.import_keys(LUND, "street.csv", TABLE)
    tested = await radio.test_keys(LUND, f" {number} ")
    assert (tested.meter, tested.keys) == (number, 1)
    assert [each.opens for each in tested.telegrams] == [True, True]
    assert tested.telegrams[0].telegram == frame_of(Said(METERS[2], AT, 9)).hex()
    assert key_test_text(tested) == "its key opens 2 of the 2 telegrams heard last"
    wrong = f"{number};{'ab' * 16}\n{METERS[0].number};{'cd' * 16}".encode()
    await radio.remove_keys(LUND, [number])
    await radio.import_keys(LUND, "wrong.csv", wrong)
    refused = await radio.test_keys(LUND, number)
    assert key_test_text(refused) == "its key opens 0 of the 2 telegrams heard last"
    assert {each.says for each in refused.telegrams} == {
        "the telegram is sealed, and the key for its meter does not fit"
    }
    assert METERS[2].key.hex() not in repr(tested)
    assert "ab" * 16 not in repr(refused)


async def test_a_meter_nobody_heard_is_told_as_one_and_a_wrong_number_refused(
    project: Project,
) -> None:
    radio = hearing(project)
    await radio.import_keys(LUND, "street.csv", TABLE)
    silent = await radio.test_keys(LUND, METERS[2].number)
    assert key_test_text(silent) == "nothing was heard of this meter since Heatdesk started"
    with pytest.raises(BadInput, match="is no number of a meter"):
        await radio.test_keys(LUND, "everything")
    for wrong in ("-1", " −12345678", "+7", "x" * 10_000):
        with pytest.raises(BadInput, match="is no number of a meter") as refused:
            await radio.test_keys(LUND, wrong)
        assert len(str(refused.value)) < 120
    assert not [each for each in logged(project) if each.verb == "radio.test_keys"]


def test_a_key_opens_a_compact_frame_whose_format_nobody_told() -> None:
    inner = b"\x79" + bytes.fromhex("34120000A00F")
    sealed_frame = ell_frame(METERS[2], inner)
    tried = try_key(sealed_frame.hex(), lambda _meter: [METERS[2].key])
    assert tried.opens
    assert "compact frame of format 1234" in tried.says


def ell_frame(meter: StreetMeter, inner: bytes) -> bytes:
    """Return a radio frame whose extended link layer is sealed around ``inner``."""
    said = Said(meter, AT, 5, "ell")
    control, session = 0x20, (0x2000_0000 | said.count).to_bytes(4, "little")
    start = said.sender + bytes([control]) + session + bytes(3)
    plain = crc(inner).to_bytes(2, "little") + inner
    cipher = Cipher(algorithms.AES(meter.key), modes.CTR(start)).encryptor().update(plain)
    rest = b"\x44" + said.sender + bytes([0x8D, control, 5]) + session + cipher
    return bytes([len(rest)]) + rest


@pytest.mark.parametrize("key", ["12", "zz" * 16, "00" * 15, "00" * 17])
async def test_a_typed_key_that_is_none_is_refused_and_not_repeated(
    radio: RadioService, key: str
) -> None:
    with pytest.raises(BadInput) as refused:
        await radio.try_key(LUND, "00", key)
    assert str(refused.value) == "a key has 32 hexadecimal digits"


async def test_only_who_keeps_all_devices_keeps_keys(
    radio: RadioService, project: Project
) -> None:
    needed = dict(verbs_of(RadioService))
    assert needed.pop("reception") is Capability.SEE_PLANT
    assert set(needed.values()) == {Capability.EDIT_DEVICES}
    for asked in (
        radio.keys(GUEST),
        radio.import_keys(GUEST, "k.csv", TABLE),
        radio.remove_keys(GUEST, [METERS[0].number]),
        radio.try_key(GUEST, "00"),
        radio.test_keys(GUEST, METERS[0].number),
    ):
        with pytest.raises(NotPermitted):
            await asked
    assert not project.meter_keys.listed()


@pytest.mark.parametrize("telegram", ["", "zz", "00", "FFFF", "68" * 40, "1" * 61])
def test_what_is_no_telegram_opens_nothing_and_says_why(telegram: str) -> None:
    tried = try_key(telegram, lambda _meter: [bytes(16)])
    assert not tried.opens
    assert tried.says


async def test_a_password_of_a_receiver_is_kept_logged_and_told_to_its_link_alone(
    project: Project,
) -> None:
    services = ProjectService(project)
    ways = {"roof": "broker=mqtt:eng@127.0.0.1:9/m/# log=file:/x", "yard": "log=file:/y"}
    for name, receivers in ways.items():
        link = LinkConfig(LinkId(name), "wmbus", name, {"receivers": receivers})
        await services.put_link(LUND, link)
    await services.put_link(LUND, LinkConfig(LinkId("bad"), "wmbus", "Bad", {}))
    radio = radio_of(project, services.changes)
    await radio.keep_secret(LUND, "broker", "quiet water")
    await radio.keep_secret(LUND, "yard/log", "other word")
    told, links = secret_of(project), services.changes.present.config.links
    roof, yard = links[LinkId("roof")], links[LinkId("yard")]
    assert told(roof, "broker") == "quiet water"
    assert told(yard, "log") == "other word"
    assert told(roof, "log") == told(links[LinkId("bad")], "log") == ""
    moved = replace(roof, options={"receivers": "broker=mqtt:eng@10.9.9.9:9/m/#"})
    assert told(moved, "broker") == "", "its password is not sent to another place"
    await radio.keep_secret(LUND, "broker", "")
    assert told(roof, "broker") == ""
    forgotten, other, kept = logged(project)
    assert (kept.entity, kept.new) == ("receiver roof/broker", "password kept")
    assert (other.entity, forgotten.new) == ("receiver yard/log", "password forgotten")
    assert "water" not in repr(logged(project))
    for name, says in (("log", "several links"), ("none", "no receiver none")):
        with pytest.raises(BadInput, match=says):
            await radio.keep_secret(LUND, name, "word")
    with pytest.raises(BadInput, match="at most 200"):
        await radio.keep_secret(LUND, "broker", "two\nlines")
    with pytest.raises(NotPermitted):
        await radio.keep_secret(GUEST, "broker", "word")
    assert len(logged(project)) == 3


async def test_the_password_of_a_line_removed_by_hand_stays_a_while_and_goes_with_a_note(
    project: Project,
) -> None:
    service = ProjectService(project)
    radio = radio_of(project, service.changes)
    street = LinkConfig(LinkId("street"), "wmbus", "S", {"receivers": "b=push:127.0.0.1:9999"})
    await service.put_link(LUND, street)
    await radio.keep_secret(LUND, "street/b", "quiet water, deep as the sea")
    clock = [datetime.now(UTC)]

    async def swept() -> None:
        work = asyncio.create_task(forget_passwords(project, service.changes, lambda: clock[0]))
        await asyncio.sleep(0)
        await service.changes.work(lambda: None)  # behind it in the same thread
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)

    await service.remove_link(LUND, street.id)
    await swept()
    clock[0] += STAYS - timedelta(minutes=1)
    await swept()
    await service.put_link(LUND, street)
    (line,) = await radio.lines(LUND)
    assert line.receivers[0].has_secret, "it was taken back in time"
    await service.remove_link(LUND, street.id)
    clock[0] += 2 * STAYS
    await swept()
    assert "receiver street/b" not in project.secrets.names()
    note = logged(project)[0]
    assert (note.name, note.entity) == ("Heatdesk", "receiver street/b")
    assert note.reason == "the receiver was taken out 30 days ago"


def test_a_part_of_a_message_opens_by_no_key() -> None:
    """Only the whole is sealed: nothing can be said of a key by one of its parts."""
    part = bare(bytes.fromhex("90020140") + short_head(0x0520) + bytes(8))
    tried = try_key(part.hex(), lambda _number: (KEY,))
    assert (tried.opens, tried.meter) == (False, "12345678")
    assert "part of a message in several telegrams" in tried.says
