"""People of a project by real commands: who sees what, and how an owner gets in again."""

import json
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from app.model.person import Person
from app.model.version import Thing, ThingKind
from app.project.opening import open_project
from tests.journeys.product import heatdesk
from tests.journeys.smallsite import LOGIN, PASSWORD, Site, at_home, create_site, running_site
from tests.journeys.smallsite import substations as some

# A journey of minutes: run with `pytest -m campaign tests/journeys`.
pytestmark = pytest.mark.campaign
WORD = "valves like to be turned"
OWN, FOREIGN = (each.config.id for each in some(2))


def ask(site: Site, *arguments: object, user: str = "berit") -> "tuple[int, str, str]":
    """Run a command on the site as somebody; return code, output and complaint."""
    word = site.home / f"word-{user}"
    word.write_text(PASSWORD if user == LOGIN else WORD, encoding="utf-8")
    done = heatdesk(site.home, *arguments, "--user", user, "--password-file", word)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.feature("LM-55", "LM-77")
def test_commands_tell_nobody_of_devices_that_were_not_given(tmp_path: Path) -> None:
    with running_site(tmp_path, some(2)) as site, site.joined() as admin:
        guest = Person("berit", "Berit Vagt", "basic", devices=(OWN,), is_guest=True)
        admin.ask(admin.asked.people.add_person(admin.viewer, guest, WORD))
        code, listed, _error = ask(site, "devices", site.folder, "--json")
        assert code == 0
        assert {each["device"] for each in json.loads(listed)} == {OWN}
        foreign = ask(site, "read", site.folder, FOREIGN, "--json")
        nowhere = ask(site, "read", site.folder, "nowhere-1", "--json")
        assert foreign[0] == nowhere[0] == 2
        assert foreign[2].replace(FOREIGN, "X") == nowhere[2].replace("nowhere-1", "X")
        refused = ask(site, "report", "commissioning", site.folder, "--devices", OWN,
                      "--out", tmp_path / "x.pdf")  # fmt: skip
        assert refused[0] == 3, refused
        written = ask(site, "write", site.folder, OWN, "c1_heat_curve_slope", "1.2", "--yes")
        assert "may not" in written[1] + written[2]
        gone = replace(guest, ended="no longer here", version=1)
        admin.ask(admin.asked.people.change_person(admin.viewer, gone))
        code, _listed, error = ask(site, "devices", site.folder, "--json")
        assert (code, "no longer here" in error) == (3, True)


@pytest.mark.feature("EW-14")
def test_no_code_of_a_manual_can_be_chosen_and_none_opens_anything(tmp_path: Path) -> None:
    """The published codes of four users; a new project knows none of either."""
    site, word = Site(tmp_path), tmp_path / "code"
    codes, logins = ("99999", "88888", "55555", "11111"), ("administrator", "user", "admin")
    with at_home(tmp_path):
        for code in codes:
            word.write_text(code, encoding="utf-8")
            made = tmp_path / "with a code"
            new = heatdesk(tmp_path, "new", made, "--user", "user", "--password-file", word)
            assert (new.returncode, made.exists()) == (2, False), new.stderr
            assert code not in new.stdout + new.stderr
        create_site(site, ())
        tries = [(LOGIN, code) for code in codes] + [(login, codes[0]) for login in logins]
        for login, code in tries:
            word.write_text(code, encoding="utf-8")
            came = ("--user", login, "--password-file", word)
            done = heatdesk(tmp_path, "devices", site.folder, *came)
            assert (done.returncode, done.stdout) == (3, ""), (login, code)
        with closing(open_project(site.folder)) as project:
            assert [each.login for each in project.accounts.people()] == [LOGIN]


def test_the_owner_of_the_files_gets_in_again_and_the_audit_says_so(tmp_path: Path) -> None:
    site = Site(tmp_path)
    with at_home(tmp_path):
        create_site(site, ())
        word = tmp_path / "new-word"
        word.write_text(WORD, encoding="utf-8")
        new = heatdesk(tmp_path, "recover", site.folder, "--user", "berit", "--name",
                       "Berit Vagt", "--password-file", word)  # fmt: skip
        assert new.returncode == 0, new.stderr
        again = heatdesk(tmp_path, "recover", site.folder, "--user", LOGIN,
                         "--password-file", word)  # fmt: skip
        assert again.returncode == 0, again.stderr
        assert ask(site, "devices", site.folder, user="berit")[0] == 0
        assert ask(site, "devices", site.folder, user=LOGIN)[0] == 3
        with closing(open_project(site.folder)) as project:
            (made,) = project.archive.versions(Thing(ThingKind.PERSON, "berit"))
            assert (made.author, "who owns the files" in made.note) == ("Berit Vagt", True)
        word.write_text("short", encoding="utf-8")
        weak = heatdesk(
            tmp_path, "recover", site.folder, "--user", "x", "--password-file", word
        )
        assert (weak.returncode, "at least 12" in weak.stderr) == (2, True)
