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
class AuditSettings:
    """What the activity log may take; nothing of the plant is changed while it is full."""

    limit_mb: int = 1000  # told from 80 % on; some two million entries
    keep_free_mb: int = 100  # of the disk, so that the last entries still find room


@dataclass(frozen=True, slots=True)
class AlarmSettings:
    """Which alarms there are that nobody set up."""

    meters: bool = True  # of meters that fall silent or have a wrong key, and of receivers


@dataclass(frozen=True, slots=True)
class DesktopSettings:
    """How the window starts."""

    theme: str = "day"  # day | night
    language: str = "en"
    idle_lock_min: int = 15  # without a key or a mouse the desk locks; 0: never


@dataclass(frozen=True, slots=True)
class Settings:
    """The whole file."""

    log: LogSettings = field(default_factory=LogSettings)
    history: HistorySettings = field(default_factory=HistorySettings)
    audit: AuditSettings = field(default_factory=AuditSettings)
    alarms: AlarmSettings = field(default_factory=AlarmSettings)
    desktop: DesktopSettings = field(default_factory=DesktopSettings)
