"""Runs inside Pyodide: execute cells and give back their outputs as the messages of a kernel would carry them."""

from __future__ import annotations

import base64
import io
import json
import traceback
from contextlib import redirect_stderr, redirect_stdout
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell

MESSAGES: list[dict[str, Any]] = []


def _say(kind: str, **content: Any) -> None:
    MESSAGES.append({"msg_type": kind, "content": content})


def _picture(content: bytes) -> str:
    return base64.b64encode(content).decode()


class Publisher(DisplayPublisher):
    """What display() sends."""

    def publish(self, data, metadata=None, *, update=False, **_others):  # type: ignore[no-untyped-def]
        _say("update_display_data" if update else "display_data", data=dict(data), metadata=metadata or {})

    def clear_output(self, wait=False):  # type: ignore[no-untyped-def]
        _say("clear_output", wait=wait)


class Hook(DisplayHook):
    """The value of a cell's last line."""

    def write_output_prompt(self) -> None:
        pass

    def write_format_data(self, format_dict, md_dict=None):  # type: ignore[no-untyped-def]
        _say("execute_result", data=dict(format_dict), metadata=md_dict or {}, execution_count=0)

    def finish_displayhook(self) -> None:
        pass


class Stream(io.TextIOBase):
    """What is printed."""

    def __init__(self, name: str) -> None:
        self.name = name

    def write(self, text: str) -> int:
        if text:
            _say("stream", name=self.name, text=text)
        return len(text)


class Shell(InteractiveShell):
    """IPython as in a notebook, with our ends of its pipes."""

    display_pub_class = Publisher
    displayhook_class = Hook
    kernel = None
    """That there is one tells pandas not to fit its tables to a terminal."""

    def _showtraceback(self, etype, evalue, stb):  # type: ignore[no-untyped-def]
        _say("error", ename=etype.__name__, evalue=str(evalue), traceback=list(stb))


def execute(source: str) -> str:
    """Run one cell; its messages as JSON, an error among them where it raised one."""
    shell = Shell.instance(colors="NoColor")
    MESSAGES.clear()
    with redirect_stdout(Stream("stdout")), redirect_stderr(Stream("stderr")):  # type: ignore[type-var]
        try:
            shell.run_cell(source, store_history=False)
        except BaseException as error:
            _say("error", ename=type(error).__name__, evalue=str(error), traceback=traceback.format_exc().splitlines())
    return json.dumps(MESSAGES, default=_picture)
