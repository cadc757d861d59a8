"""Residents are kept sealed: in order, in versions, and for nobody who lacks the key."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import BadInput, Conflict, StoreBroken
from app.model.customer import Customer, Tenancy
from app.project.customers import (
    CUSTOMER_KEY,
    LONGEST,
    MOST_METERS,
    Customers,
    require_customer,
)
from app.project.opening import Project
from tests.app.project.sites import create, opened

SPRING, AUTUMN = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 10, 1, tzinfo=UTC)
MADS = Customer("", "Mads Østerlund", number="KV-204177", email="mads@example.dk")
SEALED = "SELECT sealed FROM customer WHERE id = ?"


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    made = opened(tmp_path, create(tmp_path))
    yield made
    made.close()


@pytest.fixture
def customers(project: Project) -> Customers:
    return project.customers


def run(project: Project, sentence: str, *given: object) -> list[tuple[str]]:
    """Let another hand into the file."""
    with closing(sqlite3.connect(project.folder.config)) as connection, connection:
        return connection.execute(sentence, given).fetchall()


def test_everybody_stands_by_name_whatever_the_case_of_its_letters(
    customers: Customers,
) -> None:
    for name in ("birte Lund", "Anna", "Carl", "anna"):
        customers.put(replace(MADS, name=name), "Ole Holm", "")
    assert [each.name.casefold() for each in customers.all()] == [
        *("anna", "anna", "birte lund", "carl"),
    ]
    ids = {each.id for each in customers.all()}
    assert len(ids) == 4
    assert all(each.startswith("c-") for each in ids)


def test_a_plant_without_residents_makes_no_key(project: Project, customers: Customers) -> None:
    assert customers.all() == []
    assert CUSTOMER_KEY not in project.secrets.names()


def test_a_change_is_a_version_and_the_older_ones_stay(customers: Customers) -> None:
    first = customers.put(MADS, "Ole Holm", "moved in")
    moved = replace(first, meters=(Tenancy("flat-2", SPRING, None),), phone="20715543")
    second = customers.put(moved, "Vera", "got his meter")
    assert (first.version, second.version) == (1, 2)
    assert customers.get(first.id) == second
    assert customers.versions(first.id) == [second, first]


def test_two_who_began_from_the_same_are_not_both_saved(customers: Customers) -> None:
    seen = customers.put(MADS, "Ole Holm", "")
    kept = customers.put(replace(seen, phone="1111"), "Ole Holm", "")
    with pytest.raises(Conflict, match="open it again"):
        customers.put(replace(seen, phone="2222"), "Vera", "")
    assert customers.get(seen.id) == kept
    assert len(customers.versions(seen.id)) == 2  # the refused one left no version


def test_nobody_is_changed_who_is_not_there(customers: Customers) -> None:
    with pytest.raises(BadInput, match="there is no customer c-00"):
        customers.put(replace(MADS, id="c-00"), "Ole Holm", "")
    with pytest.raises(BadInput, match="there is no customer c-00"):
        customers.get("c-00")
    assert customers.versions("c-00") == []
    assert customers.all() == []


def test_nothing_personal_can_be_read_in_the_file_and_no_two_seals_are_alike(
    project: Project, customers: Customers
) -> None:
    one = customers.put(MADS, "Ole Holm", "")
    other = customers.put(MADS, "Ole Holm", "")
    seals = [run(project, SEALED, each.id)[0][0] for each in (one, other)]
    assert seals[0] != seals[1]  # or equal residents could be told from equal seals
    raw = b"".join(each.read_bytes() for each in project.folder.root.glob("config.sqlite*"))
    for word in ("Østerlund", "KV-204177", "mads@example.dk"):
        assert word.encode() not in raw


def test_a_seal_somebody_wrote_over_says_whose_it_was(
    project: Project, customers: Customers
) -> None:
    made = customers.put(MADS, "Ole Holm", "")
    for sealed in ("", "AAAA", "not base64 at all!", "A" * 200):
        run(project, "UPDATE customer SET sealed = ? WHERE id = ?", sealed, made.id)
        with pytest.raises(StoreBroken, match=f"customer {made.id} cannot be opened"):
            customers.get(made.id)
        with pytest.raises(StoreBroken, match=r"config\.sqlite"):
            customers.all()


def test_a_seal_moved_to_somebody_else_does_not_open(
    project: Project, customers: Customers
) -> None:
    one = customers.put(MADS, "Ole Holm", "")
    other = customers.put(replace(MADS, name="Anna"), "Ole Holm", "")
    (seal,) = run(project, SEALED, one.id)[0]
    run(project, "UPDATE customer SET sealed = ? WHERE id = ?", seal, other.id)
    with pytest.raises(StoreBroken, match=other.id):
        customers.get(other.id)
    assert customers.get(one.id) == one


def test_another_key_opens_nobody(project: Project, customers: Customers) -> None:
    made = customers.put(MADS, "Ole Holm", "")
    project.secrets.put(CUSTOMER_KEY, "00" * 32)
    with pytest.raises(StoreBroken, match="its key is another"):
        customers.versions(made.id)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"name": ""}, "a customer needs a name"),
        ({"name": " \t"}, "a customer needs a name"),
        ({"name": "x" * (LONGEST + 1)}, f"at most {LONGEST} characters"),
        ({"remark": "x" * (LONGEST + 1)}, f"at most {LONGEST} characters"),
        ({"address": "x" * (LONGEST + 1)}, f"at most {LONGEST} characters"),
        ({"meters": (Tenancy("m", SPRING),) * (MOST_METERS + 1)}, f"most {MOST_METERS} meters"),
        ({"meters": (Tenancy("m", AUTUMN, SPRING),)}, "ends after it begins"),
        ({"meters": (Tenancy("m", SPRING, SPRING),)}, "ends after it begins"),
        ({"meters": (Tenancy("m", SPRING.replace(tzinfo=None)),)}, "ends after it begins"),
        (
            {"meters": (Tenancy("m", SPRING, AUTUMN.replace(tzinfo=None)),)},
            "ends after it begins",
        ),
    ],
)
def test_who_cannot_be_a_resident_is_refused_with_the_reason(
    changes: dict[str, object], says: str
) -> None:
    with pytest.raises(BadInput, match=says):
        require_customer(replace(MADS, **changes))  # type: ignore[arg-type]


def test_who_cannot_be_a_resident_is_not_kept(customers: Customers) -> None:
    with pytest.raises(BadInput):
        customers.put(replace(MADS, name=" "), "Ole Holm", "")
    assert customers.all() == []


def test_the_longest_and_the_most_are_taken() -> None:
    meters = (Tenancy("m", SPRING, SPRING + timedelta(microseconds=1)),) * MOST_METERS
    require_customer(replace(MADS, name="x" * LONGEST, remark="y" * LONGEST, meters=meters))


@given(st.datetimes(timezones=st.just(UTC)), st.none() | st.just(AUTUMN))
def test_a_contract_never_counts_beyond_the_moment_it_is_looked_at(
    now: datetime, until: datetime | None
) -> None:
    end = Tenancy("m", SPRING, until).end(now)
    assert end <= now
    assert end == now if until is None else end <= until


def test_a_resident_is_looked_for_by_what_he_is_called_and_not_where_he_lives() -> None:
    known = replace(MADS, phone="", address="Bøgevej 3", remark="has a dog")
    assert known.called == ("Mads Østerlund", "KV-204177", "mads@example.dk")


def test_an_erasure_is_known_to_the_file_that_kept_it(customers: Customers) -> None:
    assert not customers.was_erased("e-1")
    customers.keep_erasure("e-1", SPRING, '{"id": "e-1"}')
    customers.keep_erasure("e-1", SPRING, '{"id": "e-1", "proof": null}')  # again: no harm
    assert customers.was_erased("e-1")
    assert not customers.was_erased("e-2")
    assert customers.erasures() == [{"id": "e-1", "proof": None}]
