"""The settings of application A266.1 on an ECL Comfort 310: heating and hot water.

Numbers, ranges and OFF codings follow published descriptions; start values are
those of one running unit, which its installer may have changed: they are no
factory settings. The curve points come from the published curve of slope 1.0.
"""

from drivers.simulators.registers.table import Setting

CURVE_OUTDOOR_C = (-30, -15, -5, 0, 5, 15)
_CURVE_OF_SLOPE_1 = (75, 60, 50, 45, 40, 28)
_CROSSING_C = 24.6  # all slopes meet here, at 20 °C outdoors
START_SLOPE = 1.2

_ON_OFF = (0, 1)
_OUTDOOR = (-60, 20)
_WATER = (10, 150)


def curve_points_c(slope: float) -> tuple[int, ...]:
    """Return the flow temperatures at `CURVE_OUTDOOR_C` for a slope of 0.1 … 4.0, in °C.

    The published points of slope 1.0 turned about the published crossing of all
    slopes; the maker's own rounding in between is not published.
    """
    turned = (_CROSSING_C + slope * (flow_c - _CROSSING_C) for flow_c in _CURVE_OF_SLOPE_1)
    return tuple(min(150, max(10, round(flow_c))) for flow_c in turned)


HEATING = (
    Setting(11004, "desired temperature, constant", 5, 150, 50),
    Setting(11010, "ECA address", 0, 2, 0),
    Setting(11011, "auto saving", -29, 10, -15),
    Setting(11012, "boost", 1, 99, 0, off=0),
    Setting(11013, "ramp", 1, 99, 0, off=0),
    Setting(11014, "optimiser", 10, 59, 9, off=9),
    Setting(11015, "room integrator", 1, 50, 0, off=0),
    Setting(11017, "demand offset", 1, 20, 0, off=0),
    Setting(11020, "optimiser based on", *_ON_OFF, 0),
    Setting(11021, "total stop", *_ON_OFF, 0),
    Setting(11022, "pump exercise", *_ON_OFF, 1),
    Setting(11023, "valve exercise", *_ON_OFF, 0),
    Setting(11024, "actuator", *_ON_OFF, 1),
    Setting(11026, "pre-stop", *_ON_OFF, 1),
    Setting(11028, "return limit at constant temperature", 10, 110, 70),
    Setting(11029, "return limit while hot water charges", 10, 110, 9, off=9),
    Setting(11031, "return limit: high outdoor X1", *_OUTDOOR, 15),
    Setting(11032, "return limit: low limit Y1", *_WATER, 50),
    Setting(11033, "return limit: low outdoor X2", *_OUTDOOR, -15),
    Setting(11034, "return limit: high limit Y2", *_WATER, 60),
    Setting(11035, "return influence max", -99, 99, -20, scale=10),
    Setting(11036, "return influence min", -99, 99, 0, scale=10),
    Setting(11037, "return integrator", 1, 50, 25, off=0),
    Setting(11040, "pump post-run", 0, 99, 3),
    Setting(11043, "parallel operation", 1, 99, 0, off=0),
    Setting(11050, "pump demand", *_ON_OFF, 0),
    Setting(11052, "hot-water priority", *_ON_OFF, 0),
    Setting(11077, "pump frost temperature", -10, 20, 2),
    Setting(11078, "pump heat temperature", 5, 40, 20),
    Setting(11085, "return priority", *_ON_OFF, 0),
    Setting(11093, "frost protection temperature", 5, 40, 10),
    Setting(11109, "flow limit: input type", 0, 9, 0),
    Setting(11112, "flow limit: integrator", 1, 50, 0, off=0),
    Setting(11113, "flow limit: filter", 1, 50, 10),
    Setting(11114, "flow limit: pulse", 1, 9999, 0, off=0),
    Setting(11115, "flow limit: units", 0, 8, 0),
    Setting(11116, "flow limit: high Y2", 0, 9999, 9999, scale=10),
    Setting(11117, "flow limit: low Y1", 0, 9999, 9999, scale=10),
    Setting(11118, "flow limit: low outdoor X2", *_OUTDOOR, -15),
    Setting(11119, "flow limit: high outdoor X1", *_OUTDOOR, 15),
    Setting(11141, "external override input", 0, 16, 0),
    Setting(11142, "external override mode", 0, 3, 0),
    Setting(11147, "alarm: upper difference", 1, 30, 0, off=0),
    Setting(11148, "alarm: lower difference", 1, 30, 0, off=0),
    Setting(11149, "alarm: delay", 1, 99, 10),
    Setting(11150, "alarm: lowest temperature", 10, 50, 30),
    Setting(11174, "motor protection", 10, 59, 9, off=9),
    Setting(11175, "heat curve slope", 1, 40, round(START_SLOPE * 10), scale=10),
    Setting(11177, "flow temperature min", *_WATER, 28),
    Setting(11178, "flow temperature max", *_WATER, 70),
    Setting(11179, "heating cut-out", 1, 50, 20, off=0),
    Setting(11180, "room temperature comfort", 50, 400, 200, scale=10),
    Setting(11181, "room temperature saving", 50, 400, 170, scale=10),
    Setting(11182, "room influence max", -99, 0, -40, scale=10),
    Setting(11183, "room influence min", 0, 99, 0, scale=10),
    Setting(11184, "Xp", 5, 250, 40),
    Setting(11185, "Tn", 1, 999, 500),
    Setting(11186, "motor run time", 5, 250, 70),
    Setting(11187, "neutral zone", 1, 9, 1),
    Setting(11189, "shortest activation, x 20 ms", 2, 50, 5),
    Setting(11392, "summer start month", 1, 12, 5),
    Setting(11393, "summer start day", 1, 31, 20),
    Setting(11395, "summer filter", 1, 300, 250, off=0),
    Setting(11396, "winter start month", 1, 12, 5),
    Setting(11397, "winter start day", 1, 31, 20),
    Setting(11398, "winter cut-out", 1, 50, 20, off=0),
    Setting(11399, "winter filter", 1, 300, 250, off=0),
    *(
        Setting(11400 + place, f"curve point at {outdoor_c} °C", *_WATER, flow_c)
        for place, (outdoor_c, flow_c) in enumerate(
            zip(CURVE_OUTDOOR_C, curve_points_c(START_SLOPE), strict=True)
        )
    ),
    Setting(11500, "send desired temperature", *_ON_OFF, 1),
    Setting(11910, "floor drying: screed circuit", *_ON_OFF, 1),
)

FLOOR_DRYING = (
    Setting(10512, "floor drying: running", *_ON_OFF, 0),
    Setting(10514, "floor drying: longest power failure", 5, 3000, 30),
    Setting(10903, "floor drying: ramp X5-X6", 1, 20, 5, off=0),
    Setting(10904, "floor drying: ramp X7-X8", 1, 20, 5, off=0),
    Setting(10912, "floor drying: continued", *_ON_OFF, 0),
    Setting(10913, "floor drying: after power failure", *_ON_OFF, 0),
    *(
        Setting(10930 + place, f"floor drying: X{place + 1}", 0, 1200, hours)
        for place, hours in enumerate((0, 0, 0, 0, 0, 360, 720, 1080))
    ),
)

HOT_WATER = (
    Setting(12022, "pump exercise", *_ON_OFF, 0),
    Setting(12023, "valve exercise", *_ON_OFF, 0),
    Setting(12024, "actuator", *_ON_OFF, 1),
    Setting(12030, "return limit", 10, 120, 60),
    Setting(12035, "return influence max", -99, 99, -20, scale=10),
    Setting(12036, "return influence min", -99, 99, 0, scale=10),
    Setting(12037, "return integrator", 1, 50, 25, off=0),
    Setting(12040, "pump post-run", 0, 99, 3),
    Setting(12077, "pump frost temperature", -10, 20, 2),
    Setting(12078, "pump heat temperature", 5, 80, 20),
    Setting(12085, "return priority", *_ON_OFF, 0),
    Setting(12093, "frost protection temperature", 5, 40, 10),
    Setting(12109, "flow limit: input type", 0, 9, 0),
    Setting(12111, "flow limit", 0, 9999, 9999, scale=10),
    Setting(12112, "flow limit: integrator", 1, 50, 0, off=0),
    Setting(12113, "flow limit: filter", 1, 50, 10),
    Setting(12114, "flow limit: pulse", 1, 9999, 0, off=0),
    Setting(12115, "flow limit: units", 0, 8, 0),
    Setting(12122, "anti-bacteria days", 0, 127, 0),
    Setting(12123, "anti-bacteria start, half hours", 0, 47, 0),
    Setting(12124, "anti-bacteria duration", 10, 600, 120),
    Setting(12125, "anti-bacteria temperature", 10, 110, 9, off=9),
    Setting(12141, "external override input", 0, 16, 0),
    Setting(12142, "external override mode", 0, 2, 0),
    Setting(12147, "alarm: upper difference", 1, 30, 0, off=0),
    Setting(12148, "alarm: lower difference", 1, 30, 0, off=0),
    Setting(12149, "alarm: delay", 1, 99, 10),
    Setting(12150, "alarm: lowest temperature", 10, 50, 30),
    Setting(12173, "auto-tuning", *_ON_OFF, 0),
    Setting(12174, "motor protection", 10, 59, 9, off=9),
    Setting(12177, "temperature min", *_WATER, 10),
    Setting(12178, "temperature max", *_WATER, 90),
    Setting(12184, "Xp", 5, 250, 35),
    Setting(12185, "Tn", 1, 999, 600),
    Setting(12186, "motor run time", 5, 250, 70),
    Setting(12187, "neutral zone", 1, 9, 3),
    Setting(12189, "shortest activation, x 20 ms", 2, 50, 3),
    Setting(12190, "hot water comfort", 100, 1100, 530, scale=10),
    Setting(12191, "hot water saving", 100, 1100, 450, scale=10),
    Setting(12500, "send desired temperature", *_ON_OFF, 1),
)

SETTINGS = (*HEATING, *FLOOR_DRYING, *HOT_WATER)
