"""How the passwords of people are kept, how old they are, and who guesses at them."""

from collections.abc import Iterator
from datetime import timedelta

from app.hardening.topic import Premises, Told, Topic
from app.model.hardening import Grade, said

OLD = timedelta(days=365)
GUESSED_LATELY = timedelta(days=7)
IN_A_FILE = ".password"  # what such files of a demo end with
MANY_GUESSES = 20  # within those days: more than people mistype


def look(premises: Premises) -> Iterator[Told]:
    """Look at every password of somebody who may come in."""
    inside = premises.people_in()
    for person in inside:
        if person.password_at is None:
            yield Told(
                Grade.UNKNOWN,
                person.login,
                said("It is not known since when {name} has this password."),
                values={"name": person.name},
            )
        elif premises.now - person.password_at > OLD:
            yield Told(
                Grade.ADVICE,
                person.login,
                said("{name} has had this password for {days} days."),
                said("A password that was used for years may be known to others: set another."),
                {"name": person.name, "days": str((premises.now - person.password_at).days)},
            )
        if person.login in premises.old_hashes:
            yield Told(
                Grade.ADVICE,
                person.login,
                said("The password of {name} is kept in a way of former times."),
                said("It is renewed by itself the next time this person comes in."),
                {"name": person.name},
            )
    if inside and not premises.old_hashes:
        yield Told(
            Grade.GOOD,
            "argon2id",
            said("Passwords are kept only as argon2id hashes, each with a salt of its own."),
        )
    for file in premises.private:
        if file.suffix == IN_A_FILE:
            yield Told(
                Grade.ADVICE,
                str(file),
                said("A password stands in this file, for whoever can read it."),
                said(
                    "Where more than a demo is run, set another password and remove the file."
                ),
            )
    yield from _guesses(premises)


def _guesses(premises: Premises) -> Iterator[Told]:
    recent = premises.now - GUESSED_LATELY
    wrong = [each for each in premises.logins if not each.done and each.at >= recent]
    values = {"count": str(len(wrong)), "days": str(GUESSED_LATELY.days)}
    sentence = said("Wrong passwords in the last {days} days: {count}")
    if len(wrong) < MANY_GUESSES:
        yield Told(Grade.GOOD if not wrong else Grade.NOTE, "login", sentence, values=values)
        return
    sources = sorted({each.source for each in wrong})
    yield Told(
        Grade.WEAK,
        ", ".join(sources[:5]),
        sentence,
        said("Somebody may be guessing: look at the activity log, and at these computers."),
        values,
    )


TOPIC = Topic("passwords", said("Passwords"), 20, look)
