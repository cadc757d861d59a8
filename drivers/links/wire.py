"""One TCP connection to a Modbus device, on which every answer is checked before it counts."""

import asyncio
from collections.abc import Callable

from pymodbus.framer import FramerSocket
from pymodbus.pdu import DecodePDU, ModbusPDU
from pymodbus.transaction import TransactionManager
from pymodbus.transport import CommParams, CommType

from app.errors import DeviceUnreachable, GarbledAnswer, NothingSent
from drivers.codecs.mbap import Answer, Question, answer_in, frame_length
from drivers.links.naming import computer_name

MOST_STRAYS = 50  # answers to nobody's question, on one question, before we hang up
Note = Callable[[bytes, bool], None]  # a piece of the conversation, and whether we sent it


class Wire(TransactionManager):
    """pymodbus' transport and framer, with our own way of booking answers.

    pymodbus books an answer by transaction and unit alone, forgets half a frame at
    each new question, and waits out its timeout when the connection drops. Here an
    answer counts only when transaction, unit, function and length fit the question.
    After a timeout, a cancelled question or a garbled answer the connection is cut,
    so nothing late can ever meet another question.
    """

    def __init__(
        self,
        host: str,
        port: int,
        note: Note,
        stray: Callable[[], None],
        lost: Callable[[], None],
    ) -> None:
        """Prepare; nothing is opened yet.

        ``stray`` is called for each answer that belongs to no question, ``lost`` when
        the far side ends the connection (not when we do).
        """
        super().__init__(
            CommParams(f"{host}:{port}", CommType.TCP, reconnect_delay=0, host=host, port=port),
            FramerSocket(DecodePDU(is_server=False)),
            0,  # retries: the driver's business
            False,
            None,
            None,
            None,
        )
        self._strays = 0
        self._stray = stray
        self._note = note
        self._lost = lost
        self._received = b""
        self._question: Question | None = None
        self._answer: asyncio.Future[Answer] | None = None

    async def dial(self) -> None:
        """Connect; raises `OSError`. Cancelling it leaves nothing open."""
        self.is_closing = False
        with computer_name():
            self.transport, _ = await self.call_create()

    @property
    def alive(self) -> bool:
        """Whether questions may still be asked on it."""
        return self.transport is not None and not self.transport.is_closing()

    async def ask(self, request: ModbusPDU, question: Question, timeout_s: float) -> Answer:
        """Send one request and return the device's answer to it.

        Raises:
            NothingSent: The connection was gone before the request left.
            DeviceUnreachable: No answer within ``timeout_s``, or the connection dropped.
            GarbledAnswer: What came does not fit the question.
        """
        if not self.alive:
            raise NothingSent("the connection was lost before the question was sent")
        request.transaction_id = question.transaction
        packet = self.framer.buildFrame(request)
        self._note(packet, True)
        self._question, self._strays = question, 0
        self._answer = self.loop.create_future()
        timer = self.loop.call_later(timeout_s, self._give_up, timeout_s)
        self.send(packet)
        answer: Answer | None = None
        try:
            answer = await self._answer
            return answer
        finally:
            timer.cancel()
            self._question = self._answer = None
            if answer is None:
                self.cut()

    def cut(self) -> None:
        """End the connection at once; whatever still arrives on it is not looked at."""
        self.is_closing = True
        self._received = b""
        self._fail(DeviceUnreachable("the link was closed"))
        if self.transport is not None:
            self.transport.abort()  # type: ignore[attr-defined]
            self.transport = None  # type: ignore[assignment]

    def data_received(self, data: bytes) -> None:
        """Take what the device sent; called by the event loop."""
        self._note(data, False)
        if self.is_closing:
            return
        self._received += data
        try:
            self._sort()
        except GarbledAnswer as error:
            self._fail(error)
            self.cut()

    def connection_lost(self, exc: Exception | None) -> None:
        """Note that the connection is over; called by the event loop."""
        if self.is_closing:
            return
        why = f": {exc}" if exc else ""
        self._fail(DeviceUnreachable(f"the connection was closed by the device{why}"))
        self.cut()
        self._lost()

    def _sort(self) -> None:
        while (length := frame_length(self._received)) and len(self._received) >= length:
            frame, self._received = self._received[:length], self._received[length:]
            question, waiting = self._question, self._answer
            if question is None or waiting is None or waiting.done():
                self._count_stray()
            elif answer := answer_in(frame, question):
                waiting.set_result(answer)
            else:
                self._count_stray()

    def _count_stray(self) -> None:
        self._strays += 1
        self._stray()
        if self._strays > MOST_STRAYS:
            raise GarbledAnswer(f"{self._strays} answers came that nobody had asked for")

    def _give_up(self, timeout_s: float) -> None:
        self._fail(DeviceUnreachable(f"no answer within {timeout_s:g} s"))

    def _fail(self, error: DeviceUnreachable | GarbledAnswer) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(error)
