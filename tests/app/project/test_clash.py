"""The second of two is told who was quicker, when by the plant's clock, and what changed."""

import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from app.model.version import ThingVersion
from app.project.clash import clash

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
SUMMER = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)


def saved(content: object, **changes: object) -> ThingVersion:
    """A version as V. Holm saved it on a summer night."""
    text = content if isinstance(content, str) else json.dumps(content)
    given: dict[str, object] = {"at": SUMMER, "author": "V. Holm", "note": ""}
    return ThingVersion(number=4, content=text, **(given | changes))  # type: ignore[arg-type]


def said(newest: ThingVersion, seen: object, zone: ZoneInfo = COPENHAGEN) -> str:
    """The sentence for a device."""
    text = seen if isinstance(seen, str) else json.dumps(seen)
    return str(clash("device elmevej-2", newest, text, zone))


def test_the_moment_is_told_by_the_clock_of_the_plant_not_of_the_store() -> None:
    newest = saved({"unit": 2})
    assert "(2026-07-02 00:30)" in said(newest, {"unit": 1})  # already the next day there
    assert "(2026-07-01 22:30)" in said(newest, {"unit": 1}, ZoneInfo("UTC"))


def test_a_removal_is_told_as_one_and_not_field_by_field() -> None:
    told = said(saved(""), {"unit": 1, "name": "Elmevej 2"})
    assert told == (
        "V. Holm changed device elmevej-2 meanwhile (2026-07-02 00:30): it was removed. "
        "Yours was not saved."
    )


@pytest.mark.parametrize("changes", [{"author": ""}, {"at": None}, {"author": "", "at": None}])
def test_a_change_nobody_signed_names_nobody(changes: dict[str, object]) -> None:
    told = said(saved({"unit": 2}, **changes), {"unit": 1})
    assert told == (
        "device elmevej-2 was changed meanwhile: unit “1” → “2”. Yours was not saved."
    )


def test_a_file_of_words_has_no_fields_to_tell() -> None:
    told = said(saved("manufacturer: Danfoss\n"), "manufacturer: Kamstrup\n")
    assert "meanwhile (2026-07-02 00:30): its words. Yours" in told


def test_of_a_change_in_many_fields_the_first_five_are_told() -> None:
    fields = {f"option_{at}": at for at in range(8)}
    told = said(saved(dict.fromkeys(fields, 9)), fields)
    assert "option 4 “4” → “9”; …. Yours was not saved." in told
    assert "option 5" not in told
