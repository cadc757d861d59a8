"""Of which devices a line, a rule, a note or a paper is: a stranger to one sees none of it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from app.asked import Note
from app.model.device import LinkId
from app.model.reading import DeviceId, PointId
from app.model.version import Thing, ThingKind
from app.project.opening import Project
from app.project.service import ProjectService
from app.project.whose import Whose
from tests.app.project.sites import create, device, link, opened, rule
from tests.plant import LUND

AHORN, ELM, BIRCH = DeviceId("ahornvej-14"), DeviceId("elmevej-2"), DeviceId("birkevej-9")
OTHER = LinkId("other")


@dataclass
class Site:
    """A plant of two lines: two devices on one, one on the other."""

    kept: Project
    project: ProjectService
    whose: Whose

    async def of(self, kind: str, named: object) -> list[str] | None:
        """The devices a thing is about, in order; None: there is no such thing."""
        found = await self.whose.devices_of(kind, named)
        return None if found is None else sorted(set(found))


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    kept = opened(tmp_path, create(tmp_path))
    project = ProjectService(kept)
    await project.put_link(LUND, link())
    await project.put_link(LUND, link("other", host="10.0.0.6"))
    await project.put_device(LUND, device())
    await project.put_device(LUND, device(ELM, 2))
    await project.put_device(LUND, device(BIRCH, 1, link=OTHER))
    await project.put_rule(LUND, rule())
    yield Site(kept, project, Whose(kept, project.changes))
    kept.close()


async def test_a_line_is_of_all_that_answer_on_it(site: Site) -> None:
    assert await site.of("link", "gateway") == [AHORN, ELM]
    assert await site.of("link", link(port=503)) == [AHORN, ELM]  # what takes its place
    assert await site.of("link", link("brand-new")) == []
    assert await site.of("link", "nowhere") is None


async def test_a_device_that_moves_has_to_do_with_its_new_neighbours(site: Site) -> None:
    assert await site.of("device", device(name="Another name")) == [AHORN]
    assert await site.of("device", device(link=OTHER)) == [AHORN, BIRCH]
    assert await site.of("device", device("new", 9)) == [AHORN, ELM]
    assert await site.of("device", device("new", 9, link=LinkId("nowhere"))) == []
    assert await site.of("device", "ahornvej-14") is None  # a name is no device to be put


async def test_a_rule_that_changes_its_device_is_of_both(site: Site) -> None:
    moved = rule(device=ELM, point=PointId(f"{ELM}.supply"))
    assert await site.of("alarm rule", rule().id) == [AHORN]
    assert await site.of("alarm rule", moved) == [AHORN, ELM]
    assert await site.of("alarm rule", replace(moved, id="new")) == [ELM]
    assert await site.of("alarm rule", "nowhere") is None


async def test_a_note_is_of_every_device_it_ever_stood_with(site: Site) -> None:
    note = await site.project.keep_note(LUND, Note("", AHORN, "the valve hums"))
    assert await site.of("note", note.id) == [AHORN]
    assert await site.of("note", replace(note, device=ELM)) == [AHORN, ELM]
    assert await site.of("note", Note("", ELM, "new")) == [ELM]
    assert await site.of("note", "nowhere") is None
    await site.project.remove_note(LUND, note.id)
    assert await site.of("note", note.id) == [AHORN]  # its words can still be asked for


async def test_a_paper_is_of_its_device_and_one_of_the_plant_of_none(site: Site) -> None:
    def file(own: DeviceId | None) -> str:
        filed = site.kept.documents.file(
            b"x", "a.txt", title="A paper", kind="note", created_by="ole", device=own
        )
        return filed.id

    assert await site.of("document", file(AHORN)) == [AHORN]
    assert await site.of("document", file(None)) is None  # only who sees all has it
    assert await site.of("document", "") == []  # a new one replaces none
    assert await site.of("document", "nowhere") is None


async def test_what_is_gone_is_of_nobody(site: Site) -> None:
    line, judged = Thing(ThingKind.LINK, "other"), Thing(ThingKind.RULE, rule().id)
    assert list(site.whose.of_line_or_rule(line) or ()) == [BIRCH]
    assert list(site.whose.of_line_or_rule(judged) or ()) == [AHORN]
    await site.project.remove_device(LUND, BIRCH)
    assert list(site.whose.of_line_or_rule(line) or ()) == []
    await site.project.remove_link(LUND, LinkId("other"))
    await site.project.remove_rule(LUND, judged.id)
    assert site.whose.of_line_or_rule(line) is None
    assert site.whose.of_line_or_rule(judged) is None
