"""A fresh Pyodide under Node that stands where nbval expects a Jupyter kernel."""

from __future__ import annotations

import ast
import json
import queue
import subprocess
import tempfile
import threading
from pathlib import Path
from queue import Empty
from typing import IO, Any

from tools.answers import Answers
from tools.editions.wasm import runtime

HERE = Path(__file__).resolve().parent
START_SECONDS = 300


def _read(stream: IO[str], answers: queue.Queue[dict[str, Any]]) -> None:
    for line in stream:
        answers.put(json.loads(line))


class WasmKernel(Answers):
    """The part of nbval's RunningKernel that running a cell needs; every instance is an interpreter of its own.

    folder: holds the core and the files that the lock names; names: packages to load. RuntimeError with the words of
    Node or Python when it does not start.
    """

    def __init__(self, folder: Path, lock: dict[str, Any], names: list[str]) -> None:
        super().__init__()
        self._words = tempfile.TemporaryFile("w+")  # noqa: SIM115 (closed in stop)
        self._lock = tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8")  # noqa: SIM115
        json.dump(lock, self._lock)
        self._lock.flush()
        self._node = subprocess.Popen(
            [
                runtime.node(), str(HERE / "kernel.mjs"), str(folder), self._lock.name,
                str(HERE / "inside_run.py"), ",".join(names),
            ],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._words, text=True, encoding="utf-8",
        )  # fmt: skip
        self._answers: queue.Queue[dict[str, Any]] = queue.Queue()
        threading.Thread(target=_read, args=(self._node.stdout, self._answers), daemon=True).start()
        self._cells = 0
        self.seconds: dict[str, float] = {}
        self.seconds["start"] = self._answer(START_SECONDS)["ready"]

    def _said(self) -> str:
        self._words.seek(0)
        return self._words.read()[-3000:]

    def _answer(self, timeout: float | None) -> dict[str, Any]:
        """The next line from Node; Empty after timeout seconds, RuntimeError with its last words when it has ended."""
        waited = 0.0
        while True:
            try:
                return self._answers.get(timeout=0.5)
            except Empty:
                waited += 0.5
                if not self.is_alive():
                    raise RuntimeError(f"Pyodide ended:\n{self._said()}") from None
                if timeout is not None and waited >= timeout:
                    raise

    def execute_cell_input(self, cell_input: str, allow_stdin: bool | None = None) -> str:
        """Send a cell; the identity of its answer."""
        self._cells += 1
        assert self._node.stdin is not None
        self._node.stdin.write(json.dumps({"code": cell_input}) + "\n")
        self._node.stdin.flush()
        return f"cell {self._cells}"

    def await_reply(self, msg_id: str, timeout: float | None = None) -> None:
        """Wait until a cell has run; Empty when it takes longer."""
        answer = self._answer(timeout)
        self.seconds.update(all=answer["seconds"], cpu=answer["cpu"])
        self._hear(msg_id, answer["messages"])

    def value(self, source: str, timeout: float = START_SECONDS) -> Any:
        """What JSON the last line of a cell holds; RuntimeError with its messages when there is none."""
        self.await_reply(self.execute_cell_input(source), timeout)
        for message in self._messages:
            if message["msg_type"] == "execute_result":
                return json.loads(ast.literal_eval(message["content"]["data"]["text/plain"]))
        raise RuntimeError(f"no value: {self._messages}")

    def is_alive(self) -> bool:
        """Whether Node still runs."""
        return self._node.poll() is None

    def interrupt(self) -> None:
        """End it: an interpreter that is stuck in one thread hears nothing."""
        self._node.kill()
        self._node.wait()

    def stop(self) -> None:
        """End Node and close what it wrote to."""
        if self.is_alive():
            self.interrupt()
        for pipe in (self._node.stdin, self._node.stdout, self._words, self._lock):
            if pipe is not None:
                pipe.close()
