"""Make what a course hands out: python start.py course

docs/course.md and docs/glossary.md, which are kept, and build/handouts/, one page for each notebook, to print.
"""

from __future__ import annotations

from tools.course.handout import handouts
from tools.course.plan import PAGE as COURSE
from tools.course.plan import course_page
from tools.course.terms import PAGE as GLOSSARY
from tools.course.terms import glossary_page
from tools.notebooks import ROOT

HANDOUTS = ROOT / "build" / "handouts"


def main() -> int:
    """Write them all."""
    for name, text in ((COURSE, course_page()), (GLOSSARY, glossary_page())):
        (ROOT / name).write_text(text, encoding="utf-8")
        print(name)
    HANDOUTS.mkdir(parents=True, exist_ok=True)
    made = list(handouts())
    for name, text in made:
        (HANDOUTS / name).write_text(text, encoding="utf-8")
    print(f"{HANDOUTS.relative_to(ROOT)}: {len(made)} handouts")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
