"""The screen in a person's language: words, figures, dates, and Qt's own texts."""

import re
from dataclasses import replace

from PyQt6.QtCore import QLibraryInfo, QLocale, QTranslator
from PyQt6.QtWidgets import QApplication

from app.asked import DeviceDetail, DeviceView
from app.meterwords import meter_words
from app.model.alarm import PROGRAM, Alarm
from app.model.point import PointSpec
from app.model.profile import UNIT_NOT_SET
from app.model.verified import Proof
from app.sentences import told_sentence
from app.words import LANGUAGES, _, language, told, use_language

LANGUAGE_KEY = "language"
_WEEK = re.compile(r"week (\d{1,2}), (\d{4})")  # as app.model.identity writes it
_PROOFS = frozenset(each.value for each in Proof)
PAPER_KEY = "report_language"
_LOCALES = {
    "en": QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom),
    "da": QLocale(QLocale.Language.Danish, QLocale.Country.Denmark),
    "de": QLocale(QLocale.Language.German, QLocale.Country.Germany),
    "fr": QLocale(QLocale.Language.French, QLocale.Country.France),
}


def speak(code: str) -> None:
    """Answer in the language ``code``; what is on the screen stays as it is (GUI thread)."""
    use_language(code)
    QLocale.setDefault(_LOCALES.get(code, _LOCALES["en"]))
    app = QApplication.instance()
    if app is None:
        return
    for old in app.findChildren(QTranslator):
        app.removeTranslator(old)
        old.deleteLater()
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    words = QTranslator(app)
    if words.load(f"qtbase_{code}", folder):
        app.installTranslator(words)


def paper_language(chosen: object) -> str:
    """Return the language of reports: the one ``chosen``, else the screen's."""
    return chosen if isinstance(chosen, str) and chosen in LANGUAGES else language()


def told_detail(detail: DeviceDetail) -> DeviceDetail:
    """Return a device with its profile's words in the screen's language."""
    return replace(
        detail,
        view=told_view(detail.view),
        identity={name: told_fact(fact) for name, fact in detail.identity.items()},
        points=tuple(told_spec(spec) for spec in detail.points),
        unknown=tuple(
            replace(each, title=told(each.title), why=told(each.why)) for each in detail.unknown
        ),
        clock_note=told(detail.clock_note),
        circuits={number: told(name) for number, name in detail.circuits.items()},
    )


def told_fact(fact: str) -> str:
    """Return what a device says of itself; what we say of it in the screen's language."""
    found = _WEEK.fullmatch(fact)
    if found is None:
        return told(fact) if fact in _PROOFS else fact
    return _("week {week}, {year}").format(week=found.group(1), year=found.group(2))


def told_view(view: DeviceView) -> DeviceView:
    """Return a device of a list with its profile's label in the screen's language."""
    return replace(view, label=told(view.label))


def told_spec(spec: PointSpec) -> PointSpec:
    """Return a point with its profile's words in the screen's language."""
    rules = spec.write
    return replace(
        spec,
        name=meter_words(spec.name),
        group=told(spec.group),
        unit=_("unit not set") if spec.unit == UNIT_NOT_SET else spec.unit,
        note=told(spec.note),
        choices={code: meter_words(word) for code, word in spec.choices.items()},
        write=replace(rules, danger=told(rules.danger)) if rules and rules.danger else rules,
    )


def told_alarm(alarm: Alarm) -> Alarm:
    """Return an alarm called in the screen's language, where its name is a profile's or ours.

    Those that the program raises about itself may name a part of it.
    """
    rule = alarm.rule
    name = told_sentence(rule.name) if rule.device == PROGRAM else told(rule.name)
    return replace(alarm, rule=replace(rule, name=name))
