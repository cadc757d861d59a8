"""What is said about a sample of an index, a stretch between two, or a part of a sum."""

from enum import IntFlag

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Marks = NDArray[np.int64]
Bools = NDArray[np.bool_]


class Mark(IntFlag):
    """Several may hold at once; 0 says there is nothing to say."""

    # of a sample that was sent: why it does not count
    UNBELIEVABLE = 1 << 0  # the device disowned it, or did not answer
    DOUBLED = 1 << 1  # another of the same moment took its place
    WITHDRAWN = 1 << 2  # a person said so
    FELL = 1 << 3  # the index went back and soon stood where it had been
    SPIKE = 1 << 4  # it rose further than it can, or fell back to where it had been
    OPEN = 1 << 5  # of the newest ones: what follows will show
    # of a stretch between two samples
    ROLLOVER = 1 << 6  # past its last digit, back to 0
    GAP = 1 << 7  # no sample for longer than its rules allow, and it counted meanwhile
    SILENT = 1 << 8  # no sample for that long, but it counted nothing
    JUMP = 1 << 9  # more than it can count in that time; it stayed there
    BROKEN = 1 << 10  # it fell and stayed there, and nobody said why
    UNKNOWN = 1 << 11  # an exchange or reset of which a reading is missing
    ESTIMATED = 1 << 12  # spread, or by a guessed final reading
    ENTERED = 1 << 13  # by a reading that a person put in
    # of a part of a sum
    DIVIDED = 1 << 14  # its edge lies between two samples: shared out by time
    PARTLY = 1 << 15  # samples begin or end within it
    MISSING = 1 << 16  # there is nothing at all: no figure, and not 0
    UNPLACED = 1 << 17  # what was counted in it and beyond it has no place
    # found by rules that compare
    RANGE = 1 << 18  # a figure the index cannot show
    FROZEN = 1 << 19  # it only repeated itself
    SUM = 1 << 20  # the intervals do not add up to the index
    PHYSICS = 1 << 21  # energy is not volume times spread
    # of a part of a sum
    ENDS = 1 << 22  # samples end within it, and were there when it began: it may be running


NOT_COUNTED = (
    Mark.UNBELIEVABLE
    | Mark.DOUBLED
    | Mark.WITHDRAWN
    | Mark.FELL
    | Mark.SPIKE
    | Mark.RANGE
    | Mark.FROZEN
)
# A part of a sum that has one of these is not the whole truth of its time.
INCOMPLETE = Mark.PARTLY | Mark.MISSING | Mark.UNPLACED | Mark.UNKNOWN | Mark.BROKEN | Mark.JUMP


class Marked:
    """What marks say of the parts they are of, whatever their shape."""

    __slots__ = ()
    marks: Marks

    @property
    def complete(self) -> Bools:
        """Which parts hold the whole truth of their time."""
        whole: Bools = (self.marks & int(INCOMPLETE)) == 0
        return whole

    @property
    def so_far(self) -> Bools:
        """Which parts hold the whole truth up to the newest sample."""
        whole: Bools = (self.marks & int(INCOMPLETE & ~Mark.PARTLY)) == 0
        running: Bools = (self.marks & int(Mark.ENDS)) != 0
        return whole & (self.complete | running)

    @property
    def estimated(self) -> Bools:
        """Which parts have an estimate in them."""
        some: Bools = (self.marks & int(Mark.ESTIMATED)) != 0
        return some
