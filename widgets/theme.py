"""The looks of the desk, Day and Night: every colour by its role, from one file a theme."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from importlib.resources import files

from PyQt6.QtCore import QObject, pyqtSignal
from PyQt6.QtGui import QColor, QPalette
from PyQt6.QtWidgets import QApplication

from app.errors import BadInput
from widgets.fonts import body_font
from widgets.stylesheet import style_sheet

THEMES = ("day", "night")
_LINEAR_BELOW = 0.04045  # sRGB transfer, IEC 61966-2-1


@dataclass(frozen=True, slots=True)
class AlarmColours:
    """Fill, number and edge of one priority's marker; the edge is never left out."""

    fill: str
    number: str
    edge: str


@dataclass(frozen=True, slots=True)
class Theme:
    """One look: each colour as ``#RRGGBB``, named after what it is for."""

    name: str
    dark: bool
    window: str
    surface: str
    line: str
    text: str
    quiet: str
    control_edge: str
    process_line: str
    symbol_idle: str
    symbol_band: str
    symbol_run: str
    on_run: str
    live_value: str
    accent: str
    on_accent: str
    selection: str
    hover: str
    chart_grid: str
    bad_hatch: str
    supply_pipe: str
    return_pipe: str
    alarms: tuple[AlarmColours, ...]  # priority 1 first
    pens: tuple[str, ...]  # of trends; the sixth is the first again, dashed

    def alarm(self, priority: int) -> AlarmColours:
        """Return the colours of a priority; numbers outside 1…4 look like the nearest."""
        return self.alarms[min(max(priority, 1), len(self.alarms)) - 1]

    def tokens(self) -> dict[str, str]:
        """Return the single colours by role, as style sheets and drawings name them."""
        taken = {"name", "dark", "alarms", "pens"}
        plain = {each.name for each in fields(self)} - taken
        return {name: getattr(self, name) for name in sorted(plain)} | {
            "alarm_edge": self.alarms[0].edge
        }


def load_theme(name: str) -> Theme:
    """Return the theme kept in ``resources/themes/<name>.toml``.

    Raises:
        BadInput: There is no such theme, or its file lacks a colour; the sentence names it.
    """
    place = files("resources.themes") / f"{name}.toml"
    if name not in THEMES:
        raise BadInput(f"there is no theme {name!r}; there are {', '.join(THEMES)}")
    return theme_from(tomllib.loads(place.read_text(encoding="utf-8")), place.name)


def theme_from(table: Mapping[str, object], where: str) -> Theme:
    """Build a theme from a file's table; ``where`` names the file in complaints.

    Raises:
        BadInput: A colour is missing, unknown, or no ``#RRGGBB``.
    """
    try:
        colours = dict(table["colours"])  # type: ignore[call-overload]
        alarms = tuple(AlarmColours(**each) for each in table["alarms"])  # type: ignore[attr-defined]
        pens = tuple(table["pens"]["colours"])  # type: ignore[index]
        theme = Theme(
            name=str(table["name"]),
            dark=bool(table["dark"]),
            alarms=alarms,
            pens=pens,
            **colours,
        )
    except (KeyError, TypeError) as error:
        raise BadInput(f"theme file {where}: {error}") from error
    edges = [part for each in alarms for part in (each.fill, each.number, each.edge)]
    for colour in (*theme.tokens().values(), *pens, *edges):
        if not (len(colour) == len("#RRGGBB") and QColor(colour).isValid()):
            raise BadInput(f"theme file {where}: {colour!r} is no colour of the form #RRGGBB")
    return theme


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, 1 (none) to 21 (WCAG 2.2, relative luminance)."""
    brighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def palette(theme: Theme) -> QPalette:
    """Return the colours Qt's own style draws with."""
    role = QPalette.ColorRole
    colours = {
        role.Window: theme.window,
        role.WindowText: theme.text,
        role.Base: theme.surface,
        role.AlternateBase: theme.surface,
        role.Text: theme.text,
        role.PlaceholderText: theme.quiet,
        role.Button: theme.surface,
        role.ButtonText: theme.text,
        role.BrightText: theme.text,
        role.Highlight: theme.selection,
        role.HighlightedText: theme.text,
        role.ToolTipBase: theme.surface,
        role.ToolTipText: theme.text,
        role.Link: theme.accent,
        role.LinkVisited: theme.accent,
        role.Accent: theme.accent,
        role.Light: theme.surface,
        role.Midlight: theme.hover,
        role.Mid: theme.line,
        role.Dark: theme.control_edge,
        role.Shadow: theme.process_line,
    }
    made = QPalette()
    for where, colour in colours.items():
        made.setColor(where, QColor(colour))
    for where in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, where, QColor(theme.quiet))
    return made


class Look(QObject):
    """The theme in force for the whole application; `use` switches it live.

    Pages read ``theme`` when they paint and listen to ``changed`` when they keep
    something drawn (a cached picture, a chart's pens).
    """

    changed = pyqtSignal()

    def __init__(self, name: str = "day", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = load_theme(name)
        self._dress()

    @property
    def theme(self) -> Theme:
        """The colours in force."""
        return self._theme

    def use(self, name: str) -> None:
        """Switch every open window to the theme ``name``; `BadInput` when there is none."""
        if name == self._theme.name:
            return
        self._theme = load_theme(name)
        self._dress()
        self.changed.emit()

    def _dress(self) -> None:
        app = QApplication.instance()
        if not isinstance(app, QApplication):
            return
        sheet = style_sheet(self._theme.tokens())
        if app.styleSheet() == sheet:
            return  # worn already; Qt would work out every widget anew
        app.setStyle("Fusion")
        app.setFont(body_font())
        app.setPalette(palette(self._theme))
        app.setStyleSheet(sheet)


def _luminance(colour: str) -> float:
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= _LINEAR_BELOW else ((part + 0.055) / 1.055) ** 2.4
        for part in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
