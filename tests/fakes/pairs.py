"""Requests for a second person in memory: confirmed by the one password there is."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from app.errors import NotPermitted
from app.model.second import PairRequest, Wish, WishEnd, WishState
from app.verbs import Viewer
from tests.fakes.personal import PASSWORD
from tests.fakes.smallplant import NOON


class FakePairs:
    """Carries nothing out by itself: ``ends`` are what became of a request's wishes."""

    def __init__(self) -> None:
        self.requests: dict[str, PairRequest] = {}
        self.ends: tuple[WishEnd, ...] = ()
        self.confirmed: list[tuple[str, str]] = []  # request, login
        self.looked = 0

    async def ask(self, viewer: Viewer, wishes: Sequence[Wish], reason: str) -> PairRequest:
        told = PairRequest(
            f"request-{len(self.requests) + 1}",
            list(wishes),
            reason,
            viewer.login,
            viewer.name,
            viewer.workstation,
            NOON,
            NOON + timedelta(minutes=30),
            WishState.WAITING,
        )
        self.requests[told.id] = told
        return told

    async def waiting(self, viewer: Viewer) -> Sequence[PairRequest]:
        self.looked += 1
        return [
            replace(
                each,
                mine_to_confirm=each.login != viewer.login and each.state is WishState.WAITING,
            )
            for each in self.requests.values()
        ]

    async def confirm(
        self, viewer: Viewer, request: str, login: str, password: str
    ) -> PairRequest:
        held = self.requests[request]
        if login == held.login:
            raise NotPermitted("the second person must be another one than who asks")
        if password != PASSWORD:
            raise NotPermitted("the login or the password is wrong")
        if held.state is WishState.WAITING:
            self.confirmed.append((request, login))
            self.requests[request] = replace(
                held, state=WishState.DONE, second=login, ends=self.ends
            )
        return self.requests[request]

    async def withdraw(self, viewer: Viewer, request: str) -> PairRequest:
        self.requests[request] = replace(
            self.requests[request],
            state=WishState.WITHDRAWN,
            second="" if viewer.login == self.requests[request].login else viewer.name,
        )
        return self.requests[request]
