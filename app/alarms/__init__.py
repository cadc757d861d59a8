"""From readings to alarms: judge rules, keep the journal, tell people."""
