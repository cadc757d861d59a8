"""The parts of the settings file; each service is handed its own and knows no other."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class LogSettings:
    """How much is logged."""

    level: str = "info"  # debug | info | warning | error


@dataclass(frozen=True, slots=True)
class HistorySettings:
    """How samples are kept."""

    fast_hours: int = 48  # how long 10-second readings are kept
    commit_s: float = 1.0  # how often they are made durable


@dataclass(frozen=True, slots=True)
class DesktopSettings:
    """How the window starts."""

    theme: str = "day"  # day | night
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Settings:
    """The whole file."""

    log: LogSettings = field(default_factory=LogSettings)
    history: HistorySettings = field(default_factory=HistorySettings)
    desktop: DesktopSettings = field(default_factory=DesktopSettings)
