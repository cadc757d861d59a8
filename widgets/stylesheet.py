"""How standard controls look: measures of the mockups, colours of the theme."""

from collections.abc import Mapping
from importlib.resources import files
from string import Template

# Roles are dynamic properties set by widgets.controls.plain, so a colour has one home.
_SHEET = Template("""
QToolTip { background: $surface; color: $text; border: 1px solid $control_edge;
  padding: 4px 8px; }
QLabel[role="quiet"], QLabel[role="small"] { color: $quiet; }
QLabel[role="small"] { font-size: 12px; }
QLabel[role="title"] { font-size: 18px; font-weight: 600; }
QLabel[role="big"] { font-size: 18px; font-weight: 600; }
QLabel[role="bigquiet"] { font-size: 18px; color: $quiet; }
QLabel[role="strong"] { font-weight: 600; }
QLabel[role="fault"] { color: $alarm_edge; font-size: 12px; }
QLabel[role="project"] { font-size: 12px; font-weight: 600; }
QLabel[role="figure"] { font-size: 26px; font-weight: 600; }
QLabel[role="livefigure"] { font-size: 26px; font-weight: 600; color: $live_value; }
QLabel[role="livefigure"]:disabled { color: $quiet; }
QLabel[role="live"] { color: $live_value; font-weight: 600; }

#top { background: $window; border-bottom: 1px solid $line; }
#project { border-right: 1px solid $line; }
#rail { background: $window; border-right: 1px solid $line; }
#rail QPushButton { text-align: left; border: none; border-left: 3px solid transparent;
  border-radius: 0; padding: 0 8px 0 13px; min-height: 40px; max-height: 40px;
  background: transparent; color: $text; }
#rail QPushButton:hover { background: $hover; }
#rail QPushButton:checked { background: $surface; border-left-color: $accent;
  font-weight: 600; }
#rail QPushButton:focus { border: 2px solid $accent; }
#rail #collapse { border-top: 1px solid $line; color: $quiet; }
#palette { background: $surface; border: 1px solid $control_edge; border-radius: 6px; }
#finder { text-align: left; color: $quiet; padding: 0 8px; font-weight: 400;
  min-height: 30px; max-height: 30px; }
#finder:focus { min-height: 28px; max-height: 28px; padding: 0 7px; }
#keys { border: 1px solid $line; border-radius: 3px; color: $quiet; font-size: 12px;
  padding: 0 4px; }
#toast { background: $surface; border: 1px solid $control_edge; border-radius: 6px; }
#strip { background: $surface; border-top: 1px solid $control_edge; }
#strip #cell { min-height: 47px; max-height: 47px; padding: 0; background: transparent;
  border: none; border-right: 1px solid $line; border-radius: 0; }
#strip #cell:hover { background: $hover; }
QPushButton#badge { padding: 0 8px; font-size: 12px; font-weight: 600; border-radius: 3px;
  min-height: 18px; max-height: 18px; }
QPushButton#badge:focus { padding: 0 7px; min-height: 16px; max-height: 16px; }
#badge { border: 1px solid $control_edge; border-radius: 3px; padding: 0 8px; font-size: 12px;
  font-weight: 600; min-height: 18px; max-height: 18px; }
#card { background: $surface; border: 1px solid $line; border-radius: 6px; }
#cardhead, #toolbar { border: none; border-bottom: 1px solid $line; }
#cardfoot { border: none; border-top: 1px solid $line; background: $window;
  border-bottom-left-radius: 5px; border-bottom-right-radius: 5px; }
#applyline { border: none; border-top: 2px solid $accent; }
#applybar { border: none; }
#changerow { border: none; border-bottom: 1px solid $line; }
#refusedrow { border: none; border-bottom: 1px solid $line;
  border-left: 3px solid $alarm_edge; }
#plain { background: $surface; }
#trouble { background: $surface; border: 1px solid $alarm_edge; border-radius: 6px; }
#trouble[place="page"] { margin: 8px 16px 0 16px; }
#subject { border-bottom: 1px solid $line; }

QPushButton { min-height: 26px; max-height: 26px; padding: 0 12px; border-radius: 4px;
  border: 1px solid $control_edge; background: $surface; color: $text; }
QPushButton:hover { background: $hover; }
QPushButton:pressed { background: $selection; }
QPushButton:focus { border: 2px solid $accent; padding: 0 11px; min-height: 24px;
  max-height: 24px; }
QPushButton:disabled { color: $quiet; border-color: $line; background: $window; }
QPushButton[role="primary"] { background: $accent; border-color: $accent; color: $on_accent;
  font-weight: 600; min-height: 30px; max-height: 30px; }
QPushButton[role="primary"]:focus { border: 2px solid $text; min-height: 28px;
  max-height: 28px; }
QPushButton[role="primary"]:disabled { background: $window; color: $quiet;
  border-color: $line; }
QPushButton[role="head"] { min-height: 22px; max-height: 22px; padding: 0 8px; }
QPushButton[role="head"]:focus { min-height: 20px; max-height: 20px; padding: 0 7px; }
QPushButton[role="bare"] { border: 1px solid transparent; background: transparent;
  padding: 0 4px; }
QPushButton[role="bare"]:hover { background: $hover; }
QPushButton[role="bare"]:focus { border: 2px solid $accent; padding: 0 3px; }
QPushButton[role="line"] { text-align: left; min-height: 28px; max-height: 28px;
  padding: 0 4px; border: none; border-top: 1px solid $line; border-radius: 0;
  background: transparent; }
QPushButton[role="line"]:hover { background: $hover; }
QPushButton[role="line"]:focus { border: 2px solid $accent; padding: 0 3px; }
QPushButton[role="door"] { text-align: left; min-height: 0; max-height: 1000px; padding: 0;
  border: 1px solid $line; border-radius: 6px; background: $surface; }
QPushButton[role="door"]:hover { background: $hover; border-color: $control_edge; }
QPushButton[role="door"]:pressed { background: $selection; }
QPushButton[role="door"]:focus { border: 2px solid $accent; padding: 0; }
QPushButton[role="door"]:disabled { background: $window; }
#welcomeside { background: $window; border-right: 1px solid $line; }
QPushButton[role="segment"] { border-radius: 0; border-right-width: 0; padding: 0 12px; }
QPushButton[role="segment"][last="true"] { border-right: 1px solid $control_edge;
  border-top-right-radius: 4px; border-bottom-right-radius: 4px; }
QPushButton[role="segment"][first="true"] { border-top-left-radius: 4px;
  border-bottom-left-radius: 4px; }
QPushButton[role="segment"]:checked { background: $selection; font-weight: 600;
  border-bottom: 2px solid $accent; }
QPushButton[role="segment"]:focus { border: 2px solid $accent; padding: 0 10px 0 11px; }

QLineEdit, QPlainTextEdit, QComboBox, QAbstractSpinBox { border: 1px solid $control_edge;
  border-radius: 4px;
  background: $surface; color: $text; padding: 0 8px; placeholder-text-color: $quiet;
  selection-background-color: $accent; selection-color: $on_accent; }
QLineEdit, QComboBox, QAbstractSpinBox { min-height: 26px; max-height: 26px; }
QAbstractSpinBox QLineEdit, QAbstractSpinBox QLineEdit:focus { border: none; padding: 0; }
QPlainTextEdit { padding: 4px; }
QLineEdit:focus, QPlainTextEdit:focus, QComboBox:focus,
QAbstractSpinBox:focus { border: 2px solid $accent; padding: 0 7px; }
QLineEdit:focus, QComboBox:focus, QAbstractSpinBox:focus { min-height: 24px;
  max-height: 24px; }
QPlainTextEdit:focus { padding: 3px; }
QComboBox::drop-down, QDateTimeEdit::drop-down { border: none; width: 24px; }
QComboBox::down-arrow, QDateTimeEdit::down-arrow { image: url("$arrow"); width: 12px;
  height: 12px; }
QComboBox QAbstractItemView { background: $surface; color: $text;
  border: 1px solid $control_edge;
  selection-background-color: $selection; selection-color: $text; outline: none; }
QCheckBox { spacing: 8px; }
QCheckBox::indicator { width: 13px; height: 13px; border: 1.5px solid $control_edge;
  border-radius: 2px; background: $surface; }
QCheckBox::indicator:checked { background: $accent; border-color: $accent;
  image: url("$tick"); }
QCheckBox::indicator:checked:disabled { background: $control_edge;
  border-color: $control_edge; }
QCheckBox::indicator:focus { border: 2px solid $accent; }

QTabBar { qproperty-drawBase: 0; background: transparent; border: none; }
QTabBar#pages::tab { height: 30px; padding: 0 12px; color: $quiet; border: none;
  border-right: 1px solid $line; border-top: 2px solid transparent; background: transparent; }
QTabBar#pages::tab:hover { background: $hover; }
QTabBar#pages::tab:selected { background: $surface; color: $text;
  border-top: 2px solid $accent; }
QTabBar#pages::tab:selected:focus { border-top: 3px solid $accent; }
QTabBar#subjects::tab { height: 30px; padding: 0 8px; color: $quiet; border: none;
  border-bottom: 2px solid transparent; background: transparent; }
QTabBar#subjects::tab:hover { color: $text; }
QTabBar#subjects::tab:selected { color: $text; font-weight: 600;
  border-bottom: 2px solid $accent; }
QTabBar#subjects::tab:selected:focus { background: $selection; }
#pagesbar { border-bottom: 1px solid $line; }

QTableView, QTreeView, QListView, QScrollArea { background: $surface; border: none;
  outline: none;
  selection-background-color: $selection; selection-color: $text; }
QListView#contents { background: $window; border-right: 1px solid $line; }
QListView#contents::item { min-height: 20px; padding: 4px 12px; color: $text; }
QListView#contents::item:hover { background: $hover; }
QListView#contents::item:selected { background: $selection; color: $text; }
QListView#choices { border: 1px solid $control_edge; border-radius: 4px; }
QListView#choices:focus { border-color: $accent; }
QListView#choices::item { min-height: 24px; padding: 2px 8px; color: $text; }
QListView#choices::item:hover { background: $hover; }
QListView#choices::item:selected { background: $selection; color: $text; }
QTextBrowser { background: $surface; border: none; }
QScrollArea#ground, #groundinside { background: $window; }
QHeaderView { background: $window; border: none; }
QHeaderView::section { background: $window; color: $quiet; border: none;
  border-bottom: 1px solid $control_edge; padding: 0 8px; font-size: 12px; height: 35px; }
QHeaderView::section:first { padding-left: 12px; }
QHeaderView::up-arrow, QHeaderView::down-arrow { subcontrol-origin: margin;
  subcontrol-position: top center; width: 9px; height: 9px; }
QTableCornerButton::section { background: $window; border: none; }
QScrollBar:vertical { background: $surface; width: 12px; margin: 0; }
QScrollBar:horizontal { background: $surface; height: 12px; margin: 0; }
QScrollBar::handle { background: $symbol_band; border-radius: 4px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 32px; }
QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::handle:hover { background: $control_edge; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QProgressBar { border: none; background: $symbol_idle; border-radius: 2px; min-height: 4px;
  max-height: 4px; }
QProgressBar::chunk { background: $accent; border-radius: 2px; }
QMenu { background: $surface; color: $text; border: 1px solid $control_edge; padding: 4px 0; }
QMenu::item { padding: 4px 24px; min-height: 20px; }
QMenu::item:selected { background: $selection; }
QMenu::item:disabled { color: $quiet; }
QMenu::icon { padding-left: 10px; }
QMenu::separator { height: 1px; background: $line; margin: 4px 0; }
QSplitter::handle { background: transparent; }
""")


def style_sheet(tokens: Mapping[str, str]) -> str:
    """Return the style sheet of one theme; ``tokens`` are its colours by role.

    A sheet cannot colour a drawing: the arrow of choices and the tick of boxes are kept
    in each theme's inks.
    """
    drawings = {"arrow": _inked("arrow", tokens["text"])}
    drawings["tick"] = _inked("tick", tokens["on_accent"])
    return _SHEET.substitute({**tokens, **drawings})


def _inked(name: str, ink: str) -> str:
    place = files("resources.themes") / f"{name}-{ink.removeprefix('#').lower()}.svg"
    return str(place).replace("\\", "/")
