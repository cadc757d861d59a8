"""A sentence is as tall as its lines; it is broken into them once, not at each asking."""

import pytest
from pytestqt.qtbot import QtBot

from widgets.controls.sentence import Sentence

TEXT = "Water that comes back too warm has given its heat to nobody and is pumped in vain."
ENDLESS = "Fjernvarmeunderstation" * 6


class Counted(Sentence):
    """Counts how often its lines are broken."""

    broken = 0

    def _height(self, width: int) -> int:
        self.broken += 1
        return super()._height(width)


@pytest.fixture
def sentence(qtbot: QtBot) -> Counted:
    label = Counted()
    label.setWordWrap(True)
    label.setText(TEXT)
    qtbot.addWidget(label)
    return label


def test_asked_again_and_again_it_breaks_its_lines_once_for_each_width(
    sentence: Counted,
) -> None:
    heights = [[sentence.heightForWidth(width) for width in (120, 240)] for _turn in range(50)]
    assert all(each == heights[0] for each in heights)
    assert sentence.broken == 2
    assert heights[0][0] > heights[0][1]


def test_a_longer_text_a_larger_letter_or_a_wider_rim_is_seen_at_once(
    sentence: Counted,
) -> None:
    before = sentence.heightForWidth(200)
    sentence.setText(TEXT * 3)
    longer = sentence.heightForWidth(200)
    assert longer > before
    font = sentence.font()
    font.setPixelSize(40)
    sentence.setFont(font)
    larger = sentence.heightForWidth(200)
    assert larger > longer
    sentence.setContentsMargins(0, 30, 0, 30)
    assert sentence.heightForWidth(200) >= larger + 60
    sentence.setText(TEXT)
    sentence.setContentsMargins(0, 0, 0, 0)
    assert before < sentence.heightForWidth(200) < larger


def test_a_style_that_makes_letters_larger_is_seen_at_once(sentence: Counted) -> None:
    before = sentence.heightForWidth(200)
    sentence.setStyleSheet("font-size: 40px")
    sentence.ensurePolished()
    assert sentence.heightForWidth(200) > before


def test_the_heights_of_ever_new_widths_are_not_kept_for_ever(sentence: Counted) -> None:
    for width in range(100, 400):
        sentence.heightForWidth(width)
    assert sentence._heights is not None
    assert len(sentence._heights) <= 32


def test_a_word_without_end_is_broken_and_counted_in(sentence: Counted) -> None:
    sentence.setText(ENDLESS)
    assert sentence.heightForWidth(150) > 2 * sentence.heightForWidth(2000)
