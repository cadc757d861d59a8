"""The controller serves the registers its descriptions name, their ranges, and no other."""

from collections.abc import Callable

import pytest

from drivers.simulators.pdu import Refusal
from drivers.simulators.registers.a266 import SETTINGS, curve_points_c
from drivers.simulators.registers.ecl310 import SENSOR_OPEN, EclIdentity, EclRegisters
from drivers.simulators.registers.table import signed, unsigned
from tests.drivers.simulators.plant import TUESDAY_NOON, Hands, central, live


class Unit:
    """A controller's register bank, spoken to in PNUs."""

    def __init__(self, seed: int = 3) -> None:
        self.hands = Hands()
        self.central = central(seed)
        identity = EclIdentity.of(seed, 0, 1, "127.0.0.1")
        self.bank = EclRegisters(self.central, identity, self.hands)

    def __getitem__(self, pnu: int) -> int:
        return self.bank.read(3, pnu - 1, 1)[0]

    def __setitem__(self, pnu: int, raw: int) -> None:
        self.bank.write(pnu - 1, unsigned(raw))

    def block(self, pnu: int, count: int) -> list[int]:
        return list(self.bank.read(4, pnu - 1, count))

    def refusal(self, action: Callable[[], object]) -> int:
        with pytest.raises(Refusal) as caught:
            action()
        return caught.value.code

    def write_refusal(self, pnu: int, raw: int) -> int:
        return self.refusal(lambda: self.__setitem__(pnu, raw))

    def live(self, seconds: int) -> None:
        live(self.central, seconds, every_s=seconds)
        self.hands.pass_s(seconds)


@pytest.fixture(scope="module")
def unit() -> Unit:
    """A controller nobody writes to."""
    return Unit()


def test_it_says_who_it_is(unit: Unit) -> None:
    assert unit.block(2060, 4) == [ord("A"), 266, 1, 0x0800]
    assert unit[19] == 3040
    assert unit[35] == 557
    assert unit[34] == 16642
    assert unit[38] == 1
    assert unit.block(278, 4) == [127, 0, 0, 1]
    year, week = divmod(unit[2099], 256)
    assert 18 <= year <= 26
    assert 1 <= week <= 53


def test_the_serial_follows_the_seed_or_what_was_given() -> None:
    serials = {EclIdentity.of(seed, 0, 1, "127.0.0.1").serial for seed in range(100)}
    assert len(serials) > 95
    given = EclIdentity.of(1, 519_186, 1, "127.0.0.1").registers()
    assert (given[36], given[37]) == (7, 60434)


def test_settings_take_their_range_and_off_and_refuse_the_rest() -> None:
    unit = Unit()
    assert [signed(unit[setting.pnu]) for setting in SETTINGS] == [
        setting.start for setting in SETTINGS
    ]
    for setting in SETTINGS:
        assert setting.accepts(setting.start), setting
        for raw in (setting.low, setting.high):
            unit[setting.pnu] = raw
            assert signed(unit[setting.pnu]) == raw, setting
        if setting.off is not None:
            unit[setting.pnu] = setting.off
            assert unit[setting.pnu] == setting.off
        outside = [setting.high + 1, setting.low - 1]
        for raw in outside:
            if raw != setting.off:
                assert unit.write_refusal(setting.pnu, raw) == 3, (setting, raw)
        last = setting.high if setting.off is None else setting.off
        assert signed(unit[setting.pnu]) == last, "a refused write changes nothing"


def test_off_is_coded_below_the_range() -> None:
    for setting in SETTINGS:
        if setting.off is not None:
            assert setting.off == {1: 0, 10: 9}[setting.low], setting


def test_negative_settings_are_sixteen_bit_numbers(unit: Unit) -> None:
    assert unit[11011] == 65521
    assert unit[11182] == 65496


@pytest.mark.parametrize(
    "pnu",
    [
        2,
        39,
        1023,
        1026,
        1072,
        2064,
        3116,
        3119,
        3176,
        3309,
        3310,
        3998,
        4032,
        4065,
        4072,
        4203,
        4217,
        6001,
        10197,
        10200,
        10217,
        11079,
        11080,
        11203,
        11254,
        11406,
        12094,
        12097,
        12152,
        12193,
        64044,
        64050,
        65536,
    ],
)
def test_what_no_description_names_is_not_served(unit: Unit, pnu: int) -> None:
    assert unit.refusal(lambda: unit[pnu]) == 2


def test_one_unserved_register_fails_the_whole_block(unit: Unit) -> None:
    assert len(unit.block(10201, 16)) == 16
    assert unit.refusal(lambda: unit.block(10201, 17)) == 2
    assert unit.refusal(lambda: unit.block(10200, 2)) == 2
    assert unit.refusal(lambda: unit.block(11175, 2)) == 2, "11176 is a gap"


def test_the_blocks_the_fast_points_need_are_whole(unit: Unit) -> None:
    for pnu, count in (
        (3999, 33),
        (4066, 6),
        (4201, 2),
        (4211, 6),
        (10201, 16),
        (11177, 5),
        (11400, 6),
        (12122, 4),
        (12190, 2),
        (1024, 2),
        (1040, 32),
        (64045, 5),
        (2060, 4),
        (34, 5),
        (278, 12),
        (3110, 6),
        (3275 - 5, 6),
        (5997, 3),
    ):
        assert len(unit.block(pnu, count)) == count


def test_sensors_are_hundredths_and_the_unconnected_are_open(unit: Unit) -> None:
    water, around = unit.central.substation.state, unit.central.around
    expected = (
        around.outdoor_c,
        water.room_c,
        water.flow_c,
        water.tank_middle_c,
        water.heat_return_c,
        water.dhw_return_c,
    )
    for number, temperature_c in enumerate(expected, start=1):
        assert signed(unit[10200 + number]) / 100 == pytest.approx(temperature_c, abs=0.05)
    assert unit.block(10207, 10) == [SENSOR_OPEN] * 10
    assert unit.block(11201, 2) == unit.block(10201, 2)


def test_below_zero_a_sensor_is_negative_and_out_of_range_it_is_open() -> None:
    unit = Unit()
    unit.central.forced |= {1: -12.34, 2: None, 3: 151.0, 7: 0.0}
    assert signed(unit[10201]) == -1234
    assert unit.block(10202, 2) == [SENSOR_OPEN, SENSOR_OPEN]
    assert unit[10207] == 0


def test_desired_flow_is_shown_in_hundredths(unit: Unit) -> None:
    assert unit[11253] / 100 == pytest.approx(
        unit.central.regulator.memory.desired_flow_c, abs=0.005
    )


def test_single_states_and_the_output_mask_agree() -> None:
    unit = Unit()
    unit[4068] = 2
    for _ in range(40):
        unit.live(3)
        mask = unit[3999]
        states = unit.block(4000, 12)
        assert [mask >> place & 1 for place in range(12)] == states
        assert not (states[0] and states[1]), "never open and close at once"
    assert unit[4006] == 1
    assert unit[4008] == 1


def test_an_override_moves_its_relay_and_what_the_display_forces_outranks_it() -> None:
    unit = Unit()
    unit[4066] = 1
    assert unit[4006] == 0
    unit[4066] = 2
    assert unit[4006] == 1
    unit.bank.set_raw(4026, 1)
    assert unit[4006] == 0
    assert unit[4026] == 1
    assert unit.write_refusal(4026, 0) == 2, "only the display may"
    assert unit.write_refusal(4066, 3) == 3


def test_read_only_registers_refuse_writes(unit: Unit) -> None:
    for pnu in (10201, 11253, 4006, 3999, 4211, 1025, 1040, 36, 38, 2061, 258, 278, 5999, 4016):
        assert unit.write_refusal(pnu, 1) == 2, pnu


def test_modes_take_five_values_and_manual_is_for_both_circuits() -> None:
    unit = Unit()
    for mode in (2, 3, 4, 1):
        unit[4202] = mode
        assert unit.block(4201, 2) == [1, mode]
    assert unit.write_refusal(4201, 5) == 3
    unit[4202] = 3
    unit[4201] = 0
    assert unit.block(4201, 2) == [0, 0]
    unit[4201] = 2
    assert unit.block(4201, 2) == [2, 3], "the other circuit gets its mode back"


def test_status_follows_mode() -> None:
    unit = Unit()
    assert unit.block(4211, 2) == [2, 2]
    unit[4201] = 3
    assert unit.block(4211, 2) == [0, 2]


def test_the_week_program_is_read_and_written_by_day() -> None:
    unit = Unit()
    assert unit.block(3110, 6) == [530, 2200, 0, 0, 0, 0]
    unit[3111] = 2130
    unit[3175] = 2400
    assert unit.block(3110, 2) == [530, 2130]
    assert unit.write_refusal(3110, 575) == 3
    assert unit.write_refusal(3110, 2401) == 3
    assert unit.refusal(lambda: unit.block(3110, 7)) == 2


def test_a_program_without_comfort_turns_to_saving() -> None:
    unit = Unit()
    unit[3120 + 1] = 600  # Tuesday ends at six
    unit.live(61)
    assert unit[4211] == 0


def test_a_new_slope_redraws_the_curve_and_a_moved_point_bends_it() -> None:
    unit = Unit()
    unit[11175] = 18
    assert unit.block(11400, 6) == list(curve_points_c(1.8))
    unit[11403] = 60
    unit.central.forced |= {1: 0.0, 2: None}
    unit.live(1)
    assert unit[11253] == 6000


def test_alarms_show_in_mask_and_single_states() -> None:
    unit = Unit()
    assert unit.block(1024, 2) == [0, 0]
    unit.bank.forced_alarms |= {1: True, 16: True, 17: True, 32: True}
    assert unit.block(1024, 2) == [0x8001, 0x8001]
    states = unit.block(1040, 32)
    assert [place + 1 for place, on in enumerate(states) if on] == [1, 16, 17, 32]


def test_a_deviation_alarm_of_the_controller_itself_is_number_one() -> None:
    unit = Unit()
    unit[11147], unit[11149] = 1, 1
    unit.central.forced[3] = 80.0
    unit.live(120)
    assert unit[1025] == 1
    assert unit[4011] == 1, "and the alarm relay is drawn"


def test_the_clock_is_local_and_can_be_set_without_passing_through_impossible_days() -> None:
    unit = Unit()
    assert unit.block(64045, 5) == [12, 0, 3, 2, 2026]
    unit[64045] = 14
    assert unit.block(64045, 2) == [14, 0]
    unit.hands.at = TUESDAY_NOON.replace(month=1, day=31)
    assert unit.write_refusal(64048, 2) == 3
    unit[64047] = 28
    unit[64048] = 2
    assert unit.block(64047, 2) == [28, 2]


def test_the_clock_decides_what_the_week_program_does() -> None:
    unit = Unit()
    assert unit[4211] == 2
    unit[64045] = 3
    assert unit[4211] == 0


def test_summer_time_can_be_switched_off() -> None:
    unit = Unit()
    unit.hands.at = TUESDAY_NOON.replace(month=7)
    assert (unit[10198], unit[64045]) == (1, 13)
    unit[10198] = 0
    assert (unit[10198], unit[64045]) == (0, 12)
    assert unit.write_refusal(10198, 2) == 3


def test_the_display_blinks_for_so_many_seconds() -> None:
    unit = Unit()
    unit[2097] = 30
    assert unit[2097] == 30
    unit.hands.pass_s(10)
    assert unit[2097] == 20
    unit[2097] = 0
    assert unit[2097] == 0


def test_the_log_is_cleared_by_command_two_alone() -> None:
    unit = Unit()
    unit[1] = 2
    assert unit[1] == 0
    assert unit.write_refusal(1, 3) == 3


def test_the_m_bus_goes_through_init_and_scan_back_to_idle() -> None:
    unit = Unit()
    assert unit[5999] == 3
    unit[5998] = 1
    assert unit[5999] == 1
    unit.hands.pass_s(60)
    assert unit[5999] == 3
    unit[5998] = 2
    unit.hands.pass_s(600)
    assert unit[5999] == 2
    unit.hands.pass_s(200)
    assert unit[5999] == 3
    unit[6050] = 17
    assert (unit[6050], unit[5999]) == (17, 1)
    unit[5997] = 3
    assert unit[5997] == 3
    assert unit.write_refusal(5997, 4) == 3
    assert unit.write_refusal(5998, 3) == 3
    assert unit.write_refusal(6000, 251) == 3


def test_power_back_starts_the_m_bus_afresh_and_keeps_the_settings() -> None:
    unit = Unit()
    unit[11180], unit[2097] = 215, 50
    unit.bank.restarted()
    assert (unit[11180], unit[2097], unit[5999]) == (215, 0, 1)


def test_writing_tells_that_something_is_to_be_kept() -> None:
    unit = Unit()
    told: list[bool] = []
    unit.bank.on_written = lambda: told.append(True)
    unit[11180] = 210
    assert unit.write_refusal(11180, 9999) == 3
    assert told == [True]


def test_a_written_set_point_moves_the_desired_flow() -> None:
    unit = Unit()
    unit.central.forced |= {1: 0.0, 2: None}
    unit.live(1)
    before = unit[11253]
    unit[11180] = 210
    unit.live(1)
    assert unit[11253] - before == 300
    unit[4201] = 4
    unit.live(1)
    assert unit[11253] == 1000
