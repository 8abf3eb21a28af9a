"""The checks for the change at hand, within a minute: style, types, and the tests of what git says has changed.

python -m tools.quick [--since REVISION] [--dry]

Changed is what is not committed; where all is, what the last commit changed. Tests nearest to the change run first, and
those that have not begun when the time is up are counted. What was not run is said; `start.py test` runs everything.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tools.imports import named

ROOT = Path(__file__).resolve().parents[1]
SECONDS = 30.0
"""After this long no further test begins: starting up, the last tests and the types take what is left of a minute."""
SANITIZE = "tests/notebooks/sanitize.cfg"
SOURCES = {"lib": "lib", "tools": ".", "tests": ".", "bench": "."}
"""Folders of Python, and where the names of their modules begin."""
RUN_HERE = ("tests/lib", "tests/faults", "tests/notebooks")
KEPT_BY_ALL = ("tests/lib/test_dependencies.py", "tests/lib/test_house.py")
"""What every module has to keep, wherever it is."""
READERS = {
    "data": ["tests/lib/test_tables.py", "tests/lib/test_compiled_data.py"],
    "model_runs": ["tests/lib/test_tables.py", "tests/lib/test_draws.py"],
    "Makefile": ["tests/faults/test_start.py"],
    "start.py": ["tests/faults/test_start.py"],
    "pyproject.toml": ["tests/lib/test_dependencies.py"],
    "requirements.txt": ["tests/lib/test_dependencies.py"],
    "CHANGELOG.md": ["tests/lib/test_changelog.py"],
    "CONTRIBUTING.md": ["tests/lib/test_contributing.py"],
    "docs": ["tests/notebooks/test_course.py"],
    "lib/symbiosis/lesson/references.bib": ["tests/lib/test_references.py"],
    "lib/symbiosis/lesson/glossary.csv": ["tests/lib/test_glossary.py", "tests/notebooks/test_course.py"],
    "lib/symbiosis/lesson/claims.toml": ["tests/lib/test_claims.py", "tests/lib/test_rule.py"],
}
"""Files that no import names, by their path or the folder they lie in: the tests that read them."""


@dataclass(frozen=True)
class Choice:
    """What to run, nearest to the change first, and the changed files that no test here is known to see."""

    tests: tuple[str, ...]
    notebooks: tuple[str, ...]
    unseen: tuple[str, ...]


def modules(root: Path) -> dict[str, str]:
    """The project's modules: dotted name to path below root, both with '/' and without the package's own file."""
    found = {"start": "start.py"}
    for folder, top in SOURCES.items():
        for path in sorted((root / folder).rglob("*.py")):
            parts = path.relative_to(root / top).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            found[name] = path.relative_to(root).as_posix()
    return found


def imports(root: Path) -> dict[str, set[str]]:
    """Per file of the project the files that it imports; a package stands for its own file alone."""
    known = modules(root)
    # Tests import their neighbours by bare names: the folder of the one that runs is on the path.
    bare = {path.rpartition("/")[2].removesuffix(".py"): path for path in known.values() if path.startswith("tests/")}
    return {
        path: {known.get(name) or bare[name] for name in named(root / path) if name in known or name in bare} - {path}
        for path in known.values()
        if (root / path).is_file()
    }


def distances(graph: dict[str, set[str]], changed: Iterable[str]) -> dict[str, int]:
    """How many imports lie between a file and the nearest changed one, 0 for itself; without files that see none."""
    users: dict[str, set[str]] = {}
    for path, seen in graph.items():
        for one in seen:
            users.setdefault(one, set()).add(path)
    found = dict.fromkeys(changed, 0)
    edge = set(found)
    while edge:
        edge = {user for path in edge for user in users.get(path, ())} - set(found)
        found.update(dict.fromkeys(edge, max(found.values()) + 1))
    return found


def choice(changed: Iterable[str], root: Path = ROOT) -> Choice:
    """The tests and notebooks for changed files; changed: paths below root, with '/', deleted ones among them."""
    changed = sorted(set(changed))
    graph = imports(root)
    tests = {path: far for path, far in distances(graph, changed).items() if runs_here(path)}
    notebooks = [path for path in changed if path.startswith("notebooks/") and path.endswith(".ipynb")]
    unseen = []
    for path in changed:
        readers = [test for start, names in READERS.items() if f"{path}/".startswith(f"{start}/") for test in names]
        if path.startswith("lib/") and path.endswith(".py"):
            readers += KEPT_BY_ALL
        tests.update({test: min(1, tests.get(test, 1)) for test in readers if (root / test).is_file()})
        if not readers and path not in notebooks and not any(map(runs_here, distances(graph, [path]))):
            unseen.append(path)
    return Choice(
        tuple(sorted((path for path in tests if (root / path).is_file()), key=lambda path: (tests[path], path))),
        tuple(path for path in notebooks if (root / path).is_file()),
        tuple(unseen),
    )


def runs_here(path: str) -> bool:
    """Whether a file holds tests that need neither a browser nor the tools of the editions."""
    return path.startswith(RUN_HERE) and Path(path).name.startswith("test_")


def changed_files(since: str | None, root: Path = ROOT) -> tuple[list[str], str]:
    """The changed files, and in words since when; since: a revision, or None for what is not committed."""

    def git(*arguments: str) -> list[str]:
        done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(f"error: git {arguments[0]}: {done.stderr.strip()}")
        return [name for name in done.stdout.split("\0") if name]

    new = git("ls-files", "-z", "--others", "--exclude-standard")
    if since:
        return [*git("diff", "-z", "--name-only", since), *new], f"since {since}"
    found = [*git("diff", "-z", "--name-only", "HEAD"), *new]
    if found:
        return found, "not yet committed"
    return git("diff", "-z", "--name-only", "HEAD~1", "HEAD"), "in the last commit, for all is committed"


# as a plugin of pytest: the budget -------------------------------------------------------------------------


def pytest_configure(config: pytest.Config) -> None:
    """Note when the time is up; the workers of pytest-xdist are told."""
    end = getattr(config, "workerinput", {}).get("quick_end") or time.time() + SECONDS
    config.stash[END] = end


END = pytest.StashKey[float]()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: pytest.Config) -> None:
    """Tell a worker when the time is up."""
    node.workerinput["quick_end"] = node.config.stash[END]  # type: ignore[attr-defined]


def pytest_runtest_setup(item: pytest.Item) -> None:
    """No test begins after that."""
    if time.time() > item.config.stash[END]:
        pytest.skip("the time is up")


# the command -----------------------------------------------------------------------------------------------


def commands(chosen: Choice) -> list[list[str]]:
    """What to run, one after the other, each the arguments of `python -m`."""
    pytest = ["pytest", "-q", "-n", "2", "-r", "fE", "-p", "tools.quick"]
    conventions = ["tests/notebooks/test_conventions.py", "tests/notebooks/test_exercises.py"]
    stems = " or ".join(Path(path).stem for path in chosen.notebooks)
    found = [["ruff", "check", "."], ["ruff", "format", "--check", "--quiet", "."]]
    if chosen.notebooks:
        strict = ["--nbval", "--nbval-sanitize-with", SANITIZE, "--dist", "loadscope"]
        found += [[*pytest, *strict, *chosen.notebooks], [*pytest, *conventions, "-k", stems]]
    return [*found, [*pytest, *chosen.tests]] if chosen.tests else found


def not_run(chosen: Choice) -> str:
    """What stays for `start.py test`, in a sentence or two."""
    words = "Not run: the other tests, the browser and the editions; start.py test, start.py test editions do."
    return words + (f" No test run here sees {', '.join(chosen.unseen)}." if chosen.unseen else "")


def main(arguments: list[str] | None = None) -> int:
    """Exit status 0 when all that ran passed, 1 otherwise."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--since", metavar="REVISION", help="what has changed since then, committed or not")
    parser.add_argument("--dry", action="store_true", help="say what would run, and run nothing")
    given = parser.parse_args(arguments)
    changed, when = changed_files(given.since)
    chosen = choice(changed)
    print(
        f"{len(changed)} changed files, {when}: {len(chosen.tests)} files of tests, {len(chosen.notebooks)} notebooks"
    )
    if given.dry:
        print("\n".join([*chosen.tests, *chosen.notebooks]))
        print(not_run(chosen))
        return 0
    types = subprocess.Popen([sys.executable, "-m", "mypy"], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    failed = [
        " ".join(command[:2])
        for command in commands(chosen)
        # 5: none of the chosen tests is there, as when a file of tests was emptied.
        if subprocess.call([sys.executable, "-m", *command], cwd=ROOT) not in (0, 5)
    ]
    said, _ = types.communicate()
    print(said, end="")
    failed += ["mypy"] if types.returncode else []
    print("Skipped tests are those that had not begun when the time was up. " + not_run(chosen))
    if failed:
        print(f"error: failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
