"""Whether a receiver that stands is deaf: it hears nothing though something is expected."""

from dataclasses import dataclass, field
from datetime import datetime

from app.words import ngettext
from drivers.wireless.hours import Hours
from drivers.wireless.traffic import Traffic


@dataclass(slots=True)
class SilenceWatch:
    """Judges the receivers of one link; lives on the core's loop.

    Attributes:
        limit_s: So long may nothing be heard in hours that expect something; 0: for ever.
        hours: When something is expected.
    """

    limit_s: float = 0.0
    hours: Hours = field(default_factory=Hours)
    _since_s: dict[str, float] = field(default_factory=dict)  # by receiver: silence counts from
    _began_s: dict[str, float] = field(default_factory=dict)  # something was expected since

    def deaf(self, name: str, traffic: Traffic, now: datetime, now_s: float) -> bool:
        """Say in ``traffic`` how a receiver is doing; True when it must be opened anew.

        Silence counts from the last line, the beginning of the hours, or the last time it was
        opened anew, whichever is latest.
        """
        traffic.expected = self.hours.expects(now)
        if not self.limit_s or not traffic.expected:
            self._since_s[name] = self._began_s[name] = now_s
            traffic.silence = ""
            return False
        quiet_since_s = max(self._began_s.setdefault(name, now_s), traffic.line_s or 0.0)
        since_s = max(self._since_s.setdefault(name, now_s), traffic.line_s or 0.0)
        if traffic.line_s is not None and traffic.line_s >= self._since_s[name]:
            traffic.silence = ""
        if now_s - since_s < self.limit_s:
            return False
        self._since_s[name] = now_s
        minutes = max(1, round((now_s - quiet_since_s) / 60))
        said = ngettext(
            "nothing heard for {count} minute", "nothing heard for {count} minutes", minutes
        )
        traffic.silence = said.format(count=minutes)
        return True
