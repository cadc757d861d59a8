"""How a write is told: to the audit, and where it was not theirs to wish."""

from app.model.control import WriteRequest, WriteResult
from app.model.refusal import Refusal
from app.ports import Deed
from app.verbs import Viewer


def deed_of(viewer: Viewer, request: WriteRequest, result: WriteResult, outcome: str) -> Deed:
    """Return a write as the audit is told it; ``outcome`` is how it ended, or "sent"."""
    return Deed(
        login=viewer.login,
        name=viewer.name,
        workstation=viewer.workstation,
        verb="write",
        entity=f"{request.device}.{request.key}",
        old="" if result.old is None else digits(result.old),
        new=digits(request.value),
        result=outcome,
        reason=result.reason or request.note,
    )


def refusal_of(viewer: Viewer, request: WriteRequest, reason: str, service: object) -> Refusal:
    """Return that a write was not theirs to wish; asked for often, it is told together."""
    return Refusal(
        viewer.login,
        viewer.name,
        viewer.workstation,
        service,
        "write",
        f"{request.device}.{request.key}",
        reason,
        called="write",
        new=digits(request.value),
    )


def digits(value: float) -> str:
    """Write a value for people and for the audit without losing a digit that counts."""
    return f"{value:.10g}"
