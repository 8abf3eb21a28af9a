"""Look after the environment, the data and the notebooks: python start.py doctor

Every check is one line: ok, a warning, or a problem with its remedy. Nothing is installed or changed. The checks
that need no package come first; the rest then runs inside .venv. Plain enough for Python 3.6 to read.
"""

import json
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

from tools import environment

ROOT = Path(__file__).resolve().parents[1]
REPAIR = "run: python start.py environment"
NO_NOTEBOOK = (ValueError, KeyError, AttributeError, TypeError, RecursionError)


class Report:
    """Prints one line per check and counts the problems."""

    def __init__(self):
        self.problems = 0

    def ok(self, what):
        print(f"ok       {what}", flush=True)

    def warning(self, what, remedy):
        print(f"warning  {what}; {remedy}", flush=True)

    def problem(self, what, remedy):
        self.problems += 1
        print(f"PROBLEM  {what}; {remedy}", flush=True)


def check_environment(report, root):
    """Whether .venv can be used and was installed to the end; False when the other checks cannot run."""
    venv = root / ".venv"
    reason = environment.unusable(venv) if venv.exists() else "there is none"
    if reason:
        report.problem(f"no usable environment in .venv: {reason}", REPAIR)
        return False
    if environment.finished(root):
        report.ok("the environment in .venv was made from the present lock")
    elif environment.stamp_of(venv).exists():
        report.problem("requirements.txt or pyproject.toml changed since .venv was made", REPAIR)
    else:
        report.warning(".venv was not finished by start.py", "unless you made it with pip yourself, " + REPAIR)
    return True


def locked_versions(text):
    """Name and version of every package that a lock pins for this computer."""
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    found = {}
    for line in re.findall(r"^[A-Za-z0-9].*$", text, re.MULTILINE):
        requirement = Requirement(line.rstrip(" \\"))
        if requirement.marker is None or requirement.marker.evaluate():
            found[canonicalize_name(requirement.name)] = str(requirement.specifier).replace("==", "")
    return found


def check_packages(report, root):
    """Every locked package, at its locked version."""
    from importlib.metadata import distributions

    from packaging.utils import canonicalize_name

    locked = locked_versions((root / "requirements.txt").read_text(encoding="utf-8"))
    installed = {canonicalize_name(d.metadata["Name"]): d.version for d in distributions() if d.metadata["Name"]}
    wrong = [
        f"{name} is {installed.get(name, 'missing')}, not {version}"
        for name, version in sorted(locked.items())
        if installed.get(name) != version
    ]
    if wrong:
        more = f" and {len(wrong) - 3} more" if len(wrong) > 3 else ""
        # The stamp says that all is installed, so start.py would leave it alone.
        report.problem("; ".join(wrong[:3]) + more, "delete .venv, then " + REPAIR)
    else:
        report.ok(f"{len(locked)} packages, each at its locked version")


def check_library(report, root):
    """The symbiosis package, imported from this folder."""
    try:
        import symbiosis
    except ImportError as error:
        report.problem(f"the symbiosis package cannot be imported ({error})", REPAIR)
        return False
    found = Path(symbiosis.__file__).resolve().parent
    if found == root / "lib" / "symbiosis":
        report.ok(f"symbiosis {symbiosis.__version__} from lib/")
    else:
        report.problem(f"symbiosis is imported from {found}, not from this folder", REPAIR)
    return True


def check_tables(report):
    """Every table of every package, read and checked against its declaration."""
    from symbiosis import tables

    for package in tables.PACKAGES:
        try:
            names = tables.names(package)
        except (ValueError, OSError) as error:
            report.problem(str(error), f"see {package}/README.md")
            continue
        rows = []
        for name in names:
            try:
                rows.append(len(tables.load(name)))
            except (ValueError, OSError) as error:
                report.problem(f"table {name}: {error}", tables.RESTORE)
        report.ok(f"{package}: {len(rows)} of {len(names)} tables, {sum(rows)} rows, read and checked")


def unexecuted(path):
    """How many code cells of a notebook have not been executed; ValueError when it is no notebook."""
    cells = json.loads(path.read_text(encoding="utf-8")).get("cells", [])
    code = [cell for cell in cells if cell["cell_type"] == "code" and "".join(cell["source"]).strip()]
    return sum(cell.get("execution_count") is None for cell in code)


def check_notebooks(report, root):
    """Notebooks that are there, whole and executed."""
    paths = sorted((root / "notebooks").glob("[0-9][0-9]_*.ipynb"))
    if not paths:
        report.problem("no notebooks in notebooks/", "restore them: git checkout -- notebooks")
    for path in paths:
        try:
            missing = unexecuted(path)
        except NO_NOTEBOOK:
            report.problem(f"{path.name} is not a whole notebook", "restore it: git checkout -- notebooks")
            continue
        if missing:
            report.problem(f"{path.name} has {missing} cells that were not executed", "run: python start.py execute")
        else:
            report.ok(f"{path.name} is executed")


def check_kernel(report):
    """The kernel that the notebooks ask for, belonging to this environment."""
    try:
        from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel
    except ImportError as error:
        report.problem(f"Jupyter is not installed ({error})", REPAIR)
        return
    try:
        found = KernelSpecManager().get_kernel_spec("python3")
    except NoSuchKernel:
        report.problem("Jupyter knows no python3 kernel", "delete .venv, then " + REPAIR)
        return
    ours = str(found.resource_dir).startswith(sys.prefix)
    if ours and found.argv[0] in ("python", sys.executable):
        report.ok("the python3 kernel is the one of .venv")
    else:
        report.problem(
            f"the python3 kernel is {found.argv[0]} in {found.resource_dir}",
            "remove it: jupyter kernelspec remove python3",
        )


def check_browser(report):
    """A browser for the browser tests; only those need it, so without one it is a problem in CI alone."""
    try:
        from tools.lab import find_chromium
    except ImportError as error:
        report.problem(f"the browser for the tests cannot be looked for ({error})", REPAIR)
        return
    found = find_chromium()
    if found:
        report.ok(f"browser for the tests: {found}")
    else:
        tell = report.problem if os.environ.get("CI") == "true" else report.warning
        tell("no Chromium or Chrome for the browser tests", "install one (Debian: apt-get install chromium)")


def check_port(report, wanted=8888):
    """A port that JupyterLab can listen on."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            if port == wanted:
                report.ok(f"port {port} is free")
            else:
                report.ok(f"port {wanted} is taken; JupyterLab takes the next free one")
            return
    report.problem("no port on 127.0.0.1 can be opened", "check the firewall")


def inside():
    """The checks that run with the environment's own Python."""
    report = Report()
    check_packages(report, ROOT)
    if check_library(report, ROOT):
        check_tables(report)
    check_notebooks(report, ROOT)
    check_kernel(report)
    check_browser(report)
    check_port(report)
    return report.problems


def main(arguments):
    """Exit status 1 when there is a problem."""
    if arguments == ["--inside"]:
        return 1 if inside() else 0
    report = Report()
    try:
        environment.require_python()
        report.ok(f"Python {environment.dotted(sys.version_info[:3])}")
        usable = check_environment(report, ROOT)
    except environment.SetupError as error:
        report.problem(*str(error).split("; ", 1))
        return 1
    if not usable:
        return 1
    python = str(environment.venv_python(ROOT / ".venv"))
    rest = subprocess.run([python, "-m", "tools.doctor", "--inside"], cwd=str(ROOT))
    return 1 if report.problems or rest.returncode else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
