"""What one receiver brought: counted, how often by the minute, how strong at best."""

from collections import deque
from dataclasses import dataclass, field

from app.model.collector import Charge

_MINUTE_S, _OVER_MIN = 60.0, 5  # telegrams a minute are those of so many minutes


@dataclass(slots=True)
class Foreign:
    """A meter that is heard and nobody's here; it is counted, not read."""

    number: str
    maker: str
    count: int = 0
    last_s: float = 0.0
    level_dbm: float | None = None


@dataclass(slots=True)
class Traffic:
    """What one receiver brought; times by the loop's clock, in s."""

    lines: int = 0
    telegrams: int = 0
    own: int = 0
    foreign: int = 0
    damaged: int = 0  # a check was wrong, or it was cut short
    nothing: int = 0  # lines that are no telegram
    again: int = 0  # own telegrams that were heard before, by another one or by itself
    reopened: int = 0  # times it was opened anew after it stood
    last_s: float | None = None
    best_dbm: float | None = None  # of everything it heard
    strips: bool | None = None  # it takes the checks off telegrams; None: not known yet
    stands: bool = False  # it was connected since the link runs
    trouble: str = ""  # why it is not connected; "" while it is
    fault: str = ""  # what the newest line that is none, or a file, lacks
    line_s: float | None = None  # when the newest line came
    silence: str = ""  # for how long nothing came though something is expected
    expected: bool = True  # whether anything is, at this hour
    judged: bool = False  # ``silence`` alone says when it hears too little
    rests: bool = False  # that it brings nothing for hours says nothing at all
    charge: Charge | None = None  # what it said of its own battery
    heard: dict[str, Foreign] = field(default_factory=dict)
    _minutes: deque[tuple[int, int]] = field(
        default_factory=lambda: deque(maxlen=_OVER_MIN + 1)
    )  # minute of the clock, telegrams in it
    _first_s: float | None = None

    @property
    def unsure(self) -> bool:
        """Whether nobody can say yet that it hears, nor that it does not."""
        if self.trouble or self.silence or self.line_s is not None:
            return False
        return not (self.stands and self.rests)

    def came(self, level_dbm: float | None, at_s: float) -> None:
        """Count a telegram, whatever it is."""
        self.telegrams += 1
        self.last_s = at_s
        if self._first_s is None:
            self._first_s = at_s
        if level_dbm is not None and (self.best_dbm is None or level_dbm > self.best_dbm):
            self.best_dbm = level_dbm
        minute = int(at_s // _MINUTE_S)
        if self._minutes and self._minutes[-1][0] == minute:
            self._minutes[-1] = (minute, self._minutes[-1][1] + 1)
        else:
            self._minutes.append((minute, 1))

    def per_minute(self, now_s: float) -> float | None:
        """Return its telegrams a minute over the last five; None within its first minute."""
        if self._first_s is None or now_s - self._first_s < _MINUTE_S:
            return None
        begun_min = int(now_s // _MINUTE_S) - _OVER_MIN
        over_s = min(now_s - begun_min * _MINUTE_S, now_s - self._first_s)
        count = sum(each for minute, each in self._minutes if minute >= begun_min)
        return count * _MINUTE_S / over_s

    def stood(self) -> None:
        """Note that it is connected, perhaps after it was lost."""
        if self.stands and self.trouble:
            self.reopened += 1
        self.stands, self.trouble = True, ""
