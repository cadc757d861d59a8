"""What waits for a second person is told without the passwords in it."""

import json
import re

from app.channel import wishes
from app.channel.surface import surface
from app.second.calls import SECRETS, told_short, without_secrets

LIKE_A_SECRET = re.compile(r"pass|pin|secret|phrase|token|word")
OWN = ("session.", "desk.", "pairs.")  # of who is there: nobody else is asked


def test_every_parameter_that_holds_a_secret_is_left_out_of_what_is_told() -> None:
    named = {
        parameter
        for name, call in surface().items()
        if not name.startswith(OWN)
        for parameter in call.parameters.parameters
        if LIKE_A_SECRET.search(parameter)
    }
    assert named == SECRETS


def test_a_wish_with_a_password_is_told_without_it() -> None:
    wished = wishes.wish("people.set_password", "ole", "calm valves turn slowly")
    assert json.loads(without_secrets(wished).arguments) == {"login": "ole"}
    assert "calm valves" not in told_short(wished) + repr(wished)
