"""Pictures of every page as ``heatdesk shot`` takes them: asked size, something on it."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from PyQt6.QtGui import QImage

from app.cli.main import run
from app.compose.picture import page_names
from tests.journeys.product import heatdesk
from tests.journeys.quicksite import quick_site
from tests.journeys.smallsite import LOGIN, PASSWORD, Site

SMALL, LARGE = "1280x800", "1920x1080"
pytestmark = pytest.mark.timeout(120)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with quick_site(tmp_path_factory.mktemp("pictures"), 2) as running:
        (running.home / "word").write_text(f"{PASSWORD}\n", encoding="utf-8")
        yield running


def shoot(site: Site, page: str, theme: str, size: str) -> QImage:
    """Take a picture as the command does, in this process."""
    out = site.home / f"{page.replace('/', '-')}-{theme}-{size}.png"
    person = ["--user", LOGIN, "--password-file", str(site.home / "word")]
    look = ["--theme", theme, "--size", size, "--out", str(out)]
    code = run(["shot", page, str(site.folder), *person, *look])
    assert code == 0
    picture = QImage(str(out))
    assert not picture.isNull()
    return picture


def colours(picture: QImage) -> Counter[int]:
    """Count the colours of every fourth pixel in both directions."""
    return Counter(
        picture.pixel(x, y)
        for x in range(0, picture.width(), 4)
        for y in range(0, picture.height(), 4)
    )


@pytest.mark.campaign  # a minute; tests/pictures/test_golden.py looks at every page each time
@pytest.mark.feature("LM-02")
@pytest.mark.parametrize("page", page_names())
def test_every_page_gives_a_picture_of_the_asked_size_by_day_and_by_night(
    site: Site, page: str
) -> None:
    day = shoot(site, page, "day", SMALL)
    night = shoot(site, page, "night", SMALL)
    for picture in (day, night):
        assert (picture.width(), picture.height()) == (1280, 800)
        counted = colours(picture)
        assert len(counted) > 30, "nearly nothing is drawn"
        assert counted.most_common(1)[0][1] < 0.97 * counted.total()
    assert lightness(day) > 200
    assert lightness(night) < 60


def lightness(picture: QImage) -> float:
    """Return how light the picture's most frequent colour is, 0 to 255."""
    colour = colours(picture).most_common(1)[0][0]
    return sum(colour >> shift & 0xFF for shift in (0, 8, 16)) / 3


def test_the_list_of_pages_names_pages_and_the_parts_of_a_device(site: Site) -> None:
    done = heatdesk(site.home, "shot", "--list")
    assert done.returncode == 0, done.stderr
    listed = done.stdout.split()
    assert listed == list(page_names())
    assert {"devices", "alarms", "audit", "device", "device/settings"} <= set(listed)


def test_the_command_itself_writes_the_picture_without_a_display(site: Site) -> None:
    out = site.home / "by-command.png"
    done = heatdesk(
        site.home,
        *("shot", "devices", site.folder, "--out", out, "--size", LARGE, "--user", LOGIN),
        *("--password-file", site.home / "word"),
    )
    assert (done.returncode, done.stdout.strip()) == (0, str(out)), done.stderr
    picture = QImage(str(out))
    assert (picture.width(), picture.height()) == (1920, 1080)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("nothing", "{site}", "--out", "x.png"), "there is no page 'nothing'"),
        (("devices", "{site}", "--out", "x.gif"), "a picture's name ends with .png"),
        (
            ("device", "{site}", "--out", "x.png", "--device", "none"),
            "there is no device 'none'",
        ),
        (("devices", "{site}", "--out", "x.png", "--theme", "dusk"), "neither day nor night"),
        *(
            (("devices", "{site}", "--out", "x.png", "--size", size), f"{size}: a picture of")
            for size in ("1x1", "0x0", "959x600", "960x599", "7681x600", "20000x20000")
        ),
        *(
            (("devices", "{site}", "--out", "x.png", "--size", size), "is no size such as")
            for size in ("-1920x1080", "1920", "1920 x 1080", "٣٢٠٠x١٨٠٠", "9" * 5000 + "x1")
        ),
        (("devices", "{site}", "--out", "{site}/none/x.png"), "there is no such folder"),
    ],
)
def test_what_cannot_be_pictured_is_said_in_a_sentence(
    site: Site,
    arguments: tuple[str, ...],
    says: str,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(site.home)
    person = ["--user", LOGIN, "--password-file", str(site.home / "word")]
    code = run(["shot", *(each.format(site=site.folder) for each in arguments), *person])
    assert code == 2
    assert says in capfd.readouterr().err
    assert not list(Path().glob("x.*"))
