"""``heatdesk requests``: what waits for a second person: confirmed, declined, taken back."""

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.command import Command
from app.cli.options import AsJson, PasswordFile, Project, User
from app.cli.person import who
from app.compose.terminal import tell, tell_json
from app.errors import BadInput, WriteRefused, missing
from app.model.second import OVER, PairRequest, WishState
from app.words import _

if TYPE_CHECKING:
    from app.compose.joining import Joined

ENDS_WITHIN_S = 120.0  # at a device that answers slowly, several writes
_LOOK_EVERY_S = 0.2


def run(
    project: Project,
    confirm: Annotated[str, typer.Option(help=_("Let it be done, as the second person."))] = "",
    decline: Annotated[str, typer.Option(help=_("Let it not be done."))] = "",
    take_back: Annotated[str, typer.Option(help=_("Take back your own request."))] = "",
    as_json: AsJson = False,
    user: User = None,
    password_file: PasswordFile = None,
) -> None:
    """List the requests that wait for a second person; confirm, decline or take one back."""
    from app.compose.joining import join

    if sum(map(bool, (confirm, decline, take_back))) > 1:
        raise BadInput(_("choose one: --confirm, --decline or --take-back"))
    login, password = who(project, user, password_file)
    with join(project, login, password) as joined:
        if confirm:
            told = _confirmed(joined, confirm, login, password)
        elif decline or take_back:
            told = _withdrawn(joined, decline or take_back, own=bool(take_back))
        else:
            for each in _all(joined):
                _tell(each, as_json=as_json)
            return
    _tell(told, as_json=as_json)
    if confirm and told.state in OVER and told.state is not WishState.DONE:
        raise WriteRefused(_("this request is over: nothing was done"))
    if wrong := [end.error for end in told.ends if end.error]:
        raise WriteRefused("; ".join(wrong))


def _all(joined: "Joined") -> Sequence[PairRequest]:
    return joined.ask(joined.asked.pairs.waiting(joined.viewer))


def _known(joined: "Joined", request: str) -> PairRequest:
    for each in _all(joined):
        if each.id == request:
            return each
    raise missing("request", request)


def _confirmed(joined: "Joined", request: str, login: str, password: str) -> PairRequest:
    """Confirm a request and wait until it is carried out, whatever becomes of it."""
    told = joined.ask(joined.asked.pairs.confirm(joined.viewer, request, login, password))
    ends = time.monotonic() + ENDS_WITHIN_S
    while told.state not in OVER and time.monotonic() < ends:
        time.sleep(_LOOK_EVERY_S)
        told = _known(joined, request)
    return told


def _withdrawn(joined: "Joined", request: str, *, own: bool) -> PairRequest:
    told = _known(joined, request)
    if own and told.login != joined.viewer.login:
        raise BadInput(_("this request is {name}’s: --decline it").format(name=told.name))
    if not own and told.login == joined.viewer.login:
        raise BadInput(_("this request is your own: --take-back"))
    return joined.ask(joined.asked.pairs.withdraw(joined.viewer, request))


def _tell(request: PairRequest, *, as_json: bool) -> None:
    from app.second.calls import told_short

    wishes = [told_short(each) for each in request.wishes]
    if as_json:
        tell_json(
            {
                "id": request.id,
                "state": request.state.value,
                "login": request.login,
                "name": request.name,
                "second": request.second,
                "asked_at": request.asked_at.isoformat(),
                "until": request.until.isoformat(),
                "reason": request.reason,
                "wishes": wishes,
                "mine_to_confirm": request.mine_to_confirm,
                "errors": [end.error for end in request.ends],
            }
        )
        return
    tell(
        f"{request.id}  {request.state.value}  {request.name}  "
        f"{'; '.join(wishes)}  {request.reason}"
    )


COMMAND = Command("requests", run, 72)
