"""Words and dates of one report, in the language it was asked for."""

from datetime import datetime, tzinfo

from babel.numbers import get_decimal_symbol

from app.words import LANGUAGES, catalogue_of


class Words:
    """Translates for one report: call it with the English text. Safe in any thread."""

    def __init__(self, language: str = "en") -> None:
        """An unknown language gives English."""
        self.language = language
        self._translations = catalogue_of(language)
        self.decimal_sign = get_decimal_symbol(language if language in LANGUAGES else "en")

    def __call__(self, text: str) -> str:
        """Return ``text`` in the report's language; an empty text stays empty."""
        return self._translations.gettext(text) if text else ""

    def many(self, one: str, more: str, count: int) -> str:
        """Return the form that fits ``count``, with ``{n}`` filled in."""
        return self._translations.ngettext(one, more, count).format(n=count)

    def date(self, at: datetime, zone: tzinfo) -> str:
        """Return a local date: "20 Jan 2026"."""
        local = at.astimezone(zone)
        _ = self
        return _("{day} {month} {year}").format(
            day=f"{local.day:02}", month=self._months()[local.month - 1], year=local.year
        )

    def day(self, at: datetime, zone: tzinfo) -> str:
        """Return a local day of the year: "20 Jan"."""
        return self.date(at, zone).replace(str(at.astimezone(zone).year), "").strip()

    def moment(self, at: datetime, zone: tzinfo, *, seconds: bool = True) -> str:
        """Return a local date and time: "20 Jan 2026, 08:46:58"."""
        return f"{self.date(at, zone)}, {clock(at, zone, seconds=seconds)}"

    def weekday(self, number: int) -> str:
        """Return a day's short name; 0 is Monday."""
        _ = self
        return (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))[number]

    def _months(self) -> tuple[str, ...]:
        _ = self
        return (
            *(_("Jan"), _("Feb"), _("Mar"), _("Apr"), _("May"), _("Jun")),
            *(_("Jul"), _("Aug"), _("Sep"), _("Oct"), _("Nov"), _("Dec")),
        )


def clock(at: datetime, zone: tzinfo, *, seconds: bool = True) -> str:
    """Return the local time of day: "08:46:58"."""
    return f"{at.astimezone(zone):{'%H:%M:%S' if seconds else '%H:%M'}}"


def offset(at: datetime, zone: tzinfo) -> str:
    """Return how far local time was ahead of UTC: "+01:00"."""
    digits = f"{at.astimezone(zone):%z}"
    return f"{digits[:3]}:{digits[3:5]}"


def zone_letters(at: datetime, zone: tzinfo) -> str:
    """Return the zone's letters at that moment ("CET"), or "UTC+03:00" where it has none."""
    name = at.astimezone(zone).tzname() or ""
    return name if name.isalpha() else f"UTC{offset(at, zone)}"
