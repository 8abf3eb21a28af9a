"""The part of a Jupyter kernel that nbval reads a cell's answer from, once the whole answer is there."""

from __future__ import annotations

from collections.abc import Sequence
from queue import Empty
from typing import Any


class Answers:
    """The messages of the last cell, handed out one by one."""

    def __init__(self) -> None:
        self._messages: list[dict[str, Any]] = []

    def _hear(self, msg_id: str, messages: Sequence[dict[str, Any]]) -> None:
        """Take a cell's messages, and the one that says that it has ended."""
        idle = {"msg_type": "status", "content": {"execution_state": "idle"}}
        self._messages = [{**message, "parent_header": {"msg_id": msg_id}} for message in [*messages, idle]]

    def get_message(self, stream: str, timeout: float | None = None) -> dict[str, Any]:
        """The next message of the cell that ran; Empty when there is none."""
        if not self._messages:
            raise Empty
        return self._messages.pop(0)

    def await_idle(self, parent_id: str, timeout: float) -> None:
        """Pass over what is left of a cell's messages."""
        self._messages.clear()
