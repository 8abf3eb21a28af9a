"""Ask a room beside a notebook: python start.py pool 05 [--answers FILE] [--address 192.168.1.20]

Without --answers it opens a page for phones until Enter is pressed, and shows its QR code in the terminal. The
answers go to build/pool/05_vote1.txt, sorted, with their picture beside them; lesson.pool(Path(...)) shows them in the
notebook.
--vote 2 draws both votes, with the answer that the notebook stores.
"""

from __future__ import annotations

import argparse
import ast
import sys
from collections.abc import Sequence
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from symbiosis.charts.style import png_bytes
from symbiosis.lesson.phones import LOOPBACK, phones
from symbiosis.lesson.pool import Pool
from tools.lecture import tags
from tools.notebooks import ROOT, paths
from tools.reading import question_and_answer

TARGET = ROOT / "build" / "pool"


def pool_of(notebook: NotebookNode, **given: float | None) -> Pool:
    """The room's pool for the prediction of a notebook.

    given: low, high or step where the notebook computes them. ValueError names what has to be given, or that the
    notebook predicts nothing.
    """
    for cell in notebook.cells:
        if "predict" not in tags(cell):
            continue
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "lesson.predict":
                settings = {name: value for name, value in given.items() if value is not None}
                for one in node.keywords:
                    try:
                        settings.setdefault(str(one.arg), ast.literal_eval(one.value))
                    except ValueError:
                        if one.arg not in settings:
                            raise ValueError(f"the notebook computes {one.arg}; give --{one.arg}") from None
                return Pool(question_and_answer(notebook)[0], **settings)
    raise ValueError("no cell tagged predict calls lesson.predict")


def ask(pool: Pool, address: str, port: int) -> list[float]:
    """Open the page until Enter is pressed; what the phones sent."""
    with phones(pool, address=address, port=port) as page:
        try:
            import segno

            segno.make(page.url, error="m").terminal(compact=True)
        except ImportError:
            print("(no QR code: the package segno is missing)")
        print(f"\n{pool.question}\n{page.url}\nPress Enter to close the page.", flush=True)
        sys.stdin.readline()
        return page.answers


def main(arguments: Sequence[str] | None = None) -> int:
    """Take answers, keep them, and draw them."""
    parser = argparse.ArgumentParser(prog="start.py pool", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("notebook", help="how the notebook's file name starts, for instance 05")
    parser.add_argument("--answers", type=Path, help="a file of answers, or - to type a tally")
    for name in ("low", "high", "step"):
        parser.add_argument(f"--{name}", type=float, help="of the question, where the notebook computes it")
    parser.add_argument("--vote", type=int, default=1, choices=(1, 2))
    parser.add_argument("--address", default=LOOPBACK, help="of this machine in the hall's network")
    parser.add_argument("--port", type=int, default=0)
    given = parser.parse_args(arguments)
    path = paths([given.notebook])[0]
    notebook = nbformat.read(path, as_version=4)
    TARGET.mkdir(parents=True, exist_ok=True)
    file = {vote: TARGET / f"{path.stem[:2]}_vote{vote}.txt" for vote in (1, 2)}
    try:
        pool = pool_of(notebook, low=given.low, high=given.high, step=given.step)
        if given.answers is None:
            pool.take(ask(pool, given.address, given.port), vote=given.vote)
        elif str(given.answers) == "-":
            pool.take(sys.stdin.read(), vote=given.vote)
        else:
            pool.take(given.answers, vote=given.vote)
        if given.vote == 2 and file[1].exists():
            pool.take(file[1], vote=1)
    except ValueError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    lines = [f"{one:.10g}\n" for one in sorted(pool.votes[given.vote])]
    file[given.vote].write_text("".join(lines), encoding="utf-8")
    picture = TARGET / f"{path.stem[:2]}.png"
    picture.write_bytes(png_bytes(pool.figure(_answer(notebook) if given.vote == 2 else None)))
    print(f"{pool.words()}\n{file[given.vote].relative_to(ROOT)}, {picture.relative_to(ROOT)}")
    return 0


def _answer(notebook: NotebookNode) -> float | None:
    words = question_and_answer(notebook)[1]
    number = "".join(c for c in words if c.isdigit() or c in ".-")
    return float(number) if number else None


if __name__ == "__main__":
    raise SystemExit(main())
