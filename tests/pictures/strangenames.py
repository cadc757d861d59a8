"""Names nobody should give and somebody will: everything a person may name is called so."""

import json
import random
from dataclasses import replace
from pathlib import Path

from app.asked import Document, Note, Preset
from app.model.reading import point_id
from app.verbs import Viewer
from tests.fakes.asked import VIEWER, FakeServices
from tests.fakes.auditlog import FakeAuditLog, some_entries
from tests.fakes.smallplant import AHORNVEJ, NOON
from tests.pictures.stage import hostile

FIRST = "<b>x</b>"  # every name begins so, however little of it is shown
LONGEST = 300
_PARTS = (
    *("<img src=x onerror=y>", "<a href='file:///'>", "</p></body>", "<!--", "&lt;&amp;&#65;"),
    *("%s %d %(name)s %%", "{} {0} {name} {0.__class__}", "$text ${colour}", "\\n\\u0041"),
    *("'; DROP TABLE devices;--", '"quoted"', "`ticks`", "a\tb", "../../etc", "C:\\NUL"),
    *("תחנת חום ١٤", "محطة", "\u202eback\u202c", "𝔉𝔧𝔢𝔯𝔫", "🔥🏭", "𠮷野", "Ωμέγα", "Łódź"),
    *("e\u0301\u0302\u0323" * 6, "Z\u0335\u0321a\u0334\u0322", "ffi\u200b\u00ad\u2060", "ﷺ"),
    *("Fjernvarmecentral" * 6, "m" * 60, "i" * 90, "Ahornvej 14 " * 8, "&Amp && &a"),
    *("=1+1", "@SUM(1)", "-", "0", "null", "None", "nan", "…", "–", "0x7f"),
)


def strange(seed: int) -> str:
    """Return a strange name, always the same one for a number; 1 to 300 letters."""
    dice = random.Random(seed)
    made, wanted = FIRST, dice.choice((20, 120, LONGEST))
    while len(made) < wanted:
        made += dice.choice((" ", " ", "", "-")) + dice.choice(_PARTS)
    return made[:LONGEST].strip()


def stranger(name: str) -> FakeServices:
    """Return a plant where devices, points, files, notes, presets and people are named so."""
    services = hostile(name)
    services.plant.name = name
    point = point_id(AHORNVEJ, "s3")
    services.project.kept = [
        Note("note-1", AHORNVEJ, name, NOON, point, name, NOON, 1),
        Note("note-2", AHORNVEJ, f"{name}\n{name}", author=name, written_at=NOON, version=1),
    ]
    paper = Document("file-0/1", AHORNVEJ, name, name, Path(f"{'x' * 9}.pdf"), NOON, name)
    services.project.added = [(paper, b"")]
    for kind in ("devices", "readings", "chart", "dashboard"):
        made = Preset(kind, kind, name, VIEWER.login, shared=True, content=json.dumps({}))
        services.desk.all_presets[kind] = made
    services.audit = _audit(name)
    for at, detail in services.plant.details.items():
        services.plant.details[at] = replace(
            detail,
            identity=dict.fromkeys(detail.identity, name),
            circuits=dict.fromkeys(detail.circuits, name),
        )
    return services


def person(name: str) -> Viewer:
    """Return somebody called so, who may do everything."""
    return replace(VIEWER, name=name)


def _audit(name: str) -> FakeAuditLog:
    """Everybody did everything to everything, all of one name."""
    log = FakeAuditLog(
        [
            replace(
                each, name=name, workstation=name, entity=name, old=name, new=name, reason=name
            )
            for each in some_entries()
        ]
    )
    log.broken = name
    return log
