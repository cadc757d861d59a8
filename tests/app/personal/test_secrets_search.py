"""Known secrets are given to a running project, and stand in clear in no file of it."""

import shutil
from pathlib import Path

import pytest

from app.errors import PlantError
from app.model.customer import Customer
from app.model.device import LinkConfig, LinkId
from app.model.person import Person
from app.model.rights import Locked
from app.project.callname import call_names, new_key
from tests.app.personal.house import NOW, PASSWORD, Clock, make_house, running, traces_in

pytestmark = pytest.mark.timeout(180)
OTHER, WRONG, PIN = "cold water runs downhill", "nobody ever said so", "493817"
LINE_SECRET = "s3cr3t-of-the-gateway-77"


def test_no_password_pin_or_key_stands_in_any_file(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    make_house(folder)
    with running(folder, Clock(NOW)) as joined:
        asked, viewer, ask = joined.asked, joined.viewer, joined.ask
        assert joined.core is not None
        store = joined.core.project.secrets
        store.put("gateway", LINE_SECRET)
        ask(asked.people.add_person(viewer, Person("berit", "Berit Vagt", "read-only"), OTHER))
        ask(asked.customers.put_customer(viewer, Customer("", "Mads Riis")))
        ask(asked.session.set_pin(viewer, PASSWORD, PIN))
        ask(asked.session.lock(viewer, Locked.WRITING))
        ask(asked.session.open_writing(viewer, PASSWORD))
        for word in (WRONG, OTHER):
            with pytest.raises(PlantError):
                ask(joined.core.authenticate("ole", word))
        link = LinkConfig(
            LinkId("line"), "modbus-tcp", "Line", {"host": "127.0.0.1", "port": 1}
        )
        ask(asked.project.put_link(viewer, link))
        assert joined.crash is not None
        report = joined.crash.report(RuntimeError("something broke"), "a test")
        assert report.is_relative_to(folder)
        findings = str(ask(asked.hardening.findings(viewer)))
        keys = [store.get(name) for name in store.names()]
        assert len(keys) >= 3
    secrets = (PASSWORD, OTHER, WRONG, PIN, LINE_SECRET, *keys)
    assert traces_in(folder, tuple(secrets)) == []
    assert not any(secret in findings for secret in secrets)
    shutil.copy(report, folder / "planted.txt")
    (folder / "planted.txt").write_text(LINE_SECRET, "utf-8")
    assert len(traces_in(folder, tuple(secrets))) > 0  # the search itself finds one


def test_what_is_kept_of_a_name_does_not_tell_it() -> None:
    kept = str(call_names(new_key(), ["Mads Riis", "+45 20 71 55 43"]))
    # Six digits: four in a row stand in some of the random keys by chance.
    assert not any(word in kept.lower() for word in ("mads", "riis", "207155", "715543"))
