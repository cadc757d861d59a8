"""Which readings an alarm may be judged by."""

from app.model.reading import Quality, Reading


def trusted_number(reading: Reading) -> float | None:
    """Return the number of a reading that may raise or clear an alarm, else None.

    Only GOOD and MANUAL count: a lost device or a broken sensor has its own alarm
    and must neither raise nor clear this one.
    """
    if reading.quality is not Quality.GOOD and reading.quality is not Quality.MANUAL:
        return None
    return reading.value if isinstance(reading.value, int | float) else None
