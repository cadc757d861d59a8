"""Whatever an archive, a document or a report is called: nothing lands outside its folder."""

import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

import pytest

from app.errors import BadInput, PlantError
from app.model.reading import DeviceId
from app.model.version import FILES, Thing
from app.project.ownfiles import require_name
from app.project.safezip import LONGEST_PLACE, fault_of_step, members_of
from app.project.takeover import Parcel, look_into, take_over
from tests.app.project.hostile import lying, names, tree, zips
from tests.app.project.sites import Ticking, create, keys, opened


def test_of_500_hostile_archives_none_is_taken_and_each_sentence_names_the_entry(
    tmp_path: Path,
) -> None:
    place = tmp_path / "stick" / "from the laptop.zip"
    place.parent.mkdir()
    count = 0
    for name, content in zips():
        place.write_bytes(content)
        before = tree(tmp_path)
        with pytest.raises(BadInput) as refused:
            look_into(place)
        assert repr(name[:LONGEST_PLACE]) in str(refused.value), name
        parcel = Parcel(place, "", "x", datetime.now(UTC), "0", 2, 1000, "")
        for inside in ("", "documents"):
            with pytest.raises(BadInput):
                take_over(
                    replace(parcel, inside=inside),
                    tmp_path / "office" / "Nordby",
                    keys=keys(tmp_path),
                    now=Ticking(),
                )
        assert tree(tmp_path) - before <= {"office"}
        count += 1
    assert count >= 500


def test_an_archive_that_unpacks_to_more_than_it_says_leaves_nothing_behind(
    tmp_path: Path,
) -> None:
    place, name = tmp_path / "laptop.zip", "history/2026.sqlite"
    place.write_bytes(lying(name))
    parcel = Parcel(place, "", "x", datetime.now(UTC), "0", 2, 1000, "")
    before = tree(tmp_path)
    with pytest.raises(PlantError, match=name):
        take_over(parcel, tmp_path / "Nordby", keys=keys(tmp_path), now=Ticking())
    assert tree(tmp_path) == before


def test_of_500_hostile_names_every_document_is_filed_in_its_folder_or_refused(
    tmp_path: Path,
) -> None:
    hostile = names()
    assert len(hostile) >= 500
    project = opened(tmp_path, create(tmp_path))
    inside = project.folder.documents.resolve()
    before = tree(tmp_path)
    for number, name in enumerate(hostile):
        device = DeviceId(name) if number % 3 == 0 else None
        try:
            filed = project.documents.file(
                b"x", name, title=name, kind="note", created_by="ole", device=device
            )
        except PlantError:
            continue
        assert filed.path.resolve().is_relative_to(inside)
        assert not fault_of_step(filed.path.name)
        assert not fault_of_step(filed.path.parent.name)
    came = {place for place in tree(tmp_path) - before if "sqlite" not in place}
    assert all(place.startswith("nordby/documents/") for place in came)
    project.close()


def test_a_profile_or_diagram_of_the_project_has_a_plain_name_or_is_refused() -> None:
    refused = 0
    for kind, name, ending in product(FILES, names(), ("", ".yaml", ".json")):
        try:
            require_name(Thing(kind, name + ending))
        except BadInput:
            refused += 1
        else:
            assert not fault_of_step(name + ending)  # "a." + ".yaml" leads nowhere
    assert refused > 2000


def test_an_honest_project_with_letters_of_its_language_is_taken(tmp_path: Path) -> None:
    place = tmp_path / "Østerby.zip"
    honest = ["Østerby/project.toml", "Østerby/documents/año-1.pdf", "Østerby/Fjernvarme 2.txt"]
    with zipfile.ZipFile(place, "w") as pack:
        pack.writestr("Østerby/", "")
        for name in honest:
            pack.writestr(name, "x")
    with zipfile.ZipFile(place) as pack:
        assert [each.filename for each in members_of(pack, place)] == honest
