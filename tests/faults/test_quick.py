"""What start.py quick chooses: the tests that import what changed, nearest first, and a word on what it leaves out."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from tools import quick
from tools.quick import Choice, choice

FILES = {
    "start.py": "from tools import helper",
    "lib/symbiosis/__init__.py": "",
    "lib/symbiosis/measures/__init__.py": "",
    "lib/symbiosis/measures/deep.py": "x = 1",
    "lib/symbiosis/measures/middle.py": "def f():\n    from symbiosis.measures.deep import x\n    return x",
    "lib/symbiosis/measures/other.py": "import symbiosis.measures.nothing",
    "tools/helper.py": "from symbiosis.measures import other",
    "tests/lib/test_far.py": "import symbiosis.measures.middle",
    "tests/lib/test_near.py": "from symbiosis.measures import deep",
    "tests/lib/test_helped.py": "import neighbour",
    "tests/lib/neighbour.py": "from symbiosis.measures.other import y",
    "tests/lib/test_house.py": "",
    "tests/faults/test_start.py": "import start",
    "tests/browser/test_page.py": "import tools.helper\nfrom symbiosis.measures import other",
    "tests/browser/only_here.py": "",
    "notebooks/01_a.ipynb": "{}",
    "README.md": "",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


DEEP, OTHER = "lib/symbiosis/measures/deep.py", "lib/symbiosis/measures/other.py"


def test_tests_of_a_module_come_by_their_distance(root: Path) -> None:
    house = "tests/lib/test_house.py"
    assert choice([DEEP], root).tests == (house, "tests/lib/test_near.py", "tests/lib/test_far.py")


def test_through_tools_and_through_a_neighbour(root: Path) -> None:
    assert set(choice([OTHER], root).tests) == {
        "tests/lib/test_helped.py", "tests/faults/test_start.py", "tests/lib/test_house.py",
    }  # fmt: skip
    assert choice(["tests/lib/neighbour.py"], root).tests == ("tests/lib/test_helped.py",)


def test_a_changed_file_of_tests_runs_first_and_a_deleted_one_not(root: Path) -> None:
    assert choice(["tests/lib/test_far.py", DEEP], root).tests[0] == "tests/lib/test_far.py"
    assert choice(["tests/lib/test_gone.py", "notebooks/02_gone.ipynb"], root) == Choice((), (), ())


def test_what_nothing_here_sees_is_named(root: Path) -> None:
    changed = ["tests/browser/test_page.py", "README.md", "notebooks/01_a.ipynb"]
    found = choice(changed, root)
    assert found == Choice((), ("notebooks/01_a.ipynb",), ("README.md", "tests/browser/test_page.py"))
    assert "No test run here sees README.md, tests/browser/test_page.py." in quick.not_run(found)
    assert "No test" not in quick.not_run(choice([DEEP], root))


def test_a_notebook_is_compared_and_held_to_the_rules(root: Path) -> None:
    strict, rules = quick.commands(choice(["notebooks/01_a.ipynb"], root))[2:]
    assert "--nbval" in strict
    assert "notebooks/01_a.ipynb" in strict
    assert rules[-2:] == ["-k", "01_a"]
    assert len(quick.commands(Choice((), (), ()))) == 2


def test_here_every_test_is_chosen_for_what_it_imports() -> None:
    found = choice(["lib/symbiosis/measures/inequality.py", "data/countries.csv", "tools/lab.py"])
    assert "tests/lib/test_inequality.py" in found.tests
    assert "tests/lib/test_compiled_data.py" in found.tests
    assert "tests/faults/test_start.py" in found.tests
    assert found.unseen == ()
    named = [*quick.KEPT_BY_ALL, *(test for tests in quick.READERS.values() for test in tests)]
    assert [test for test in named if not (quick.ROOT / test).is_file()] == []


def test_git_says_what_has_changed(root: Path) -> None:
    def git(*arguments: str) -> None:
        identity = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
        subprocess.run(["git", *identity, *arguments], cwd=root, check=True, capture_output=True)

    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "one")
    (root / DEEP).write_text("x = 2")
    git("commit", "-qam", "two")
    assert quick.changed_files(None, root) == ([DEEP], "in the last commit, for all is committed")
    (root / OTHER).write_text("y = 2")
    (root / "lib" / "new 新.py").write_text("")
    found, when = quick.changed_files(None, root)
    assert (set(found), when) == ({OTHER, "lib/new 新.py"}, "not yet committed")
    assert set(quick.changed_files("HEAD~1", root)[0]) == {DEEP, OTHER, "lib/new 新.py"}
    with pytest.raises(SystemExit, match="error: git diff"):
        quick.changed_files("nonsense", root)


def test_no_test_begins_after_the_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "test_two.py").write_text("import time\ndef test_a(): time.sleep(1)\ndef test_b(): assert False\n")
    options = ["-q", "-p", "no:cacheprovider", "-p", "tools.quick", "--rootdir", str(tmp_path), str(tmp_path)]
    for seconds, status in ((0.9, pytest.ExitCode.OK), (60.0, pytest.ExitCode.TESTS_FAILED)):
        monkeypatch.setattr(quick, "SECONDS", seconds)
        assert pytest.main(options) == status
