"""Which samples the rules found something in: their names, for a column of a file."""

from dataclasses import replace

import numpy as np

from app.history.exchange.table import Rows
from app.history.readings import to_ms
from app.model.validation import Checked, Rule

NOT_CHECKED = "not-checked"  # no rule could be run on this index
_BETWEEN = " "


def flagged(rows: Rows, checked: Checked) -> Rows:
    """Return rows of an index, each with the rules that found something in it.

    A rule that compares a day marks each sample of it; one that looks at samples marks
    those from the first to the last it names. Without a finding there is no flag.
    """
    if checked.fault:
        return replace(rows, flags=(NOT_CHECKED,) * len(rows))
    if not checked.findings:
        return rows
    times, found = rows.times_ms, [list[str]() for _sample in range(len(rows))]
    for rule in Rule:
        met = np.zeros(len(rows), np.bool_)
        for each in checked.findings:
            if each.rule is rule:
                first, last = to_ms(each.start), to_ms(each.end)
                met |= (times >= first) & (times <= last if each.samples else times < last)
        for at in np.flatnonzero(met).tolist():
            found[at].append(rule.value)
    return replace(rows, flags=[_BETWEEN.join(each) for each in found])
