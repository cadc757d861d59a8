"""What a reading said, taken over into a report: never an old or impossible value as fresh."""

from app.model.reading import Quality, Reading
from app.reports.commissioning_data import Told
from app.reports.form import finite

NOT_READ = "not-read"  # the device was not asked, or its answer lacked the point


def told_by(reading: Reading | None) -> Told:
    """Return what a reading said; one that is missing was not read."""
    if reading is None:
        return Told(None, Quality.BAD, NOT_READ)
    value = finite(reading.value)
    if value is None and reading.value is not None:
        return Told(None, Quality.BAD, "not-a-number")
    return Told(value, reading.quality, reading.reason)
