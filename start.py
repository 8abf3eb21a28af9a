"""One way to run everything, on every system: python start.py COMMAND (python3 on macOS and Linux, py on Windows).

It needs the standard library only and keeps to what Python 3.6 can read, so that a Python that is too old
is told so in one line. `python start.py` lists the commands; the Makefile calls them.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tools import environment

ROOT = Path(__file__).resolve().parent
START = "notebooks/00_the_argument.ipynb"
ROOM = "tools/room/labextensions"
DESKTOP = ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")
AS_ROOT = "You are root (a container?), so JupyterLab gets --allow-root; it listens on 127.0.0.1 only, with a token."
NO_BROWSER = "No browser is to be had here: open the address that JupyterLab prints below, with its token."

# What each part of the tests runs: modules and their arguments. `test` runs all; "oldest" and "editions" run apart.
PARTS = {
    "style": [["ruff", "check", "."], ["ruff", "format", "--check", "--quiet", "."]],
    "types": [["mypy"]],
    "lib": [["pytest", "-q", "-n", "2", "tests/lib", "tests/faults"]],
    "conventions": [["pytest", "-q", "-n", "2", "tests/notebooks"]],
    "browser": [["pytest", "-q", "-n", "2", "--dist", "loadscope", "tests/browser"]],
}  # fmt: skip
# What needs one core only runs beside another part, and is told behind it.
BESIDE = {"lib": "types"}
# Parts that are not in `test`: every notebook by nbval itself, cell by cell, which conventions and browser hold to the
# same rule in the executions that they need anyhow; the same under Pyodide.
OTHER_PARTS = {
    "notebooks": [[
        "pytest", "-q", "--nbval", "--nbval-sanitize-with", "tests/notebooks/sanitize.cfg",
        "-n", "2", "--dist", "loadscope", "notebooks/",
    ]],
    "wasm": [[
        "pytest", "-q", "-p", "tools.editions.wasm.nbval_wasm", "--nbval-wasm", "--nbval-sanitize-with",
        "tests/notebooks/sanitize.cfg", "-n", "2", "--dist", "loadscope", "notebooks/",
    ]],
}  # fmt: skip
LOCKS = (
    ["--extra", "lab", "--extra", "data", "--extra", "sweeps", "--extra", "test", "-o", "requirements.txt"],
    [
        "--extra", "data", "--extra", "sweeps", "--extra", "test",
        "--resolution", "lowest-direct", "-o", "tools/requirements-oldest.txt",
    ],
    ["--extra", "editions", "-o", "tools/requirements-editions.txt"],
    [
        "--extra", "lab", "--extra", "sweeps", "--extra", "test", "--extra", "bench",
        "-o", "tools/requirements-bench.txt",
    ],
)  # fmt: skip
CACHES = (
    ".venv", ".venv-oldest", ".venv-editions", ".venv-bench", "build",
    ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis",
)  # fmt: skip


def run(module, *arguments, **options):
    """Run a module with the Python of the environment in .venv; its exit status."""
    python = str(environment.venv_python(options.pop("venv", ROOT / ".venv")))
    return subprocess.call([python, "-m", module, *arguments], cwd=str(ROOT), **options)


def keeping_bytecode():
    """The settings of this process, but Python keeps what it compiles: the tests start some hundred processes."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def run_part(commands, arguments, said=None):
    """Run the commands of a part of the tests; whether all passed, and in how many seconds.

    said: a file for what they say, which else goes to the terminal.
    """
    started = time.time()
    options = {"env": keeping_bytecode()}
    if said is not None:
        options.update(stdout=said, stderr=subprocess.STDOUT)
    passed = not any([run(*command, *arguments, **options) for command in commands])
    return passed, time.time() - started


def verdict(name, passed, seconds):
    """Say how a part ended; its name in a list if it failed, else []."""
    print(f"== {name}: {'passed' if passed else 'FAILED'}, {seconds:.0f} s", flush=True)
    return [] if passed else [name]


def set_up(arguments=()):
    """Make, complete or repair .venv; exit status 0, or 1 after one clear line."""
    return environment.main()


def is_root():
    """Whether this process may do everything, as in most containers."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def can_open_browser(settings):
    """Whether a browser can be opened beside this terminal; settings: the environment's variables."""
    return sys.platform in ("win32", "darwin") or any(settings.get(name) for name in DESKTOP)


def lab_command(python, arguments, root, browser):
    """The command that serves the notebooks, and the lines to say before it.

    python: the interpreter that has JupyterLab; arguments: passed on to it; root: started by root; browser: one can
    be opened.
    """
    command = [
        python, "-m", "jupyterlab", "--ServerApp.ip=127.0.0.1",
        "--ServerApp.root_dir=" + str(ROOT), "--FileContentsManager.preferred_dir=" + str(ROOT / "notebooks"),
        "--LabApp.default_url=/lab/tree/" + START,
        "--LabApp.extra_labextensions_path=" + str(ROOT / ROOM),
    ]  # fmt: skip
    said = []
    if root:
        command.append("--allow-root")
        said.append(AS_ROOT)
    if not browser:
        command.append("--no-browser")
        said.append(NO_BROWSER)
    return [*command, *arguments], said


def lab(arguments):
    """Open the notebooks; what is given besides goes to JupyterLab."""
    python = str(environment.venv_python(ROOT / ".venv"))
    command, said = lab_command(python, arguments, is_root(), can_open_browser(os.environ))
    for line in said:
        print(line, flush=True)
    if os.name == "posix":
        os.chdir(str(ROOT))
        os.execv(python, command)  # So that signals reach JupyterLab itself.
    server = subprocess.Popen(command, cwd=str(ROOT))
    while True:
        try:
            return server.wait()
        except KeyboardInterrupt:  # JupyterLab got it too, and asks or ends.
            continue


def own_environment(venv, lock, python=">=3.11"):
    """Make or bring up to date an environment beside .venv from a lock of its own; exit status."""
    for step in (
        ["venv", "-q", "--allow-existing", "--python", python, venv],
        ["pip", "sync", "-q", "--python", venv, "--require-hashes", lock],
        ["pip", "install", "-q", "--python", venv, "--no-deps", "-e", "."],
    ):
        status = run("uv", *step)
        if status:
            return status
    return 0


def oldest(arguments):
    """Test the library with the oldest versions that it supports, in an environment of their own."""
    venv = ".venv-oldest"
    status = own_environment(venv, "tools/requirements-oldest.txt", ">=3.11,<3.13")
    return status or run("pytest", "-q", "-n", "2", "tests/lib", *arguments, venv=ROOT / venv)


def edition(module, name="editions"):
    """A command that runs a module in an environment of its own: with the tools of the editions, or of the bench."""

    def made(arguments):
        venv = ".venv-" + name
        status = own_environment(venv, "tools/requirements-" + name + ".txt")
        return status or run(module, *arguments, venv=ROOT / venv)

    return made


def editions(arguments):
    """Test the editions in a real browser; their tools have an environment of their own."""
    status = own_environment(".venv-editions", "tools/requirements-editions.txt")
    return status or run("pytest", "-q", *(arguments or ["tests/editions"]))


def test(arguments):
    """Run every check, or one part with its options; all parts run, and one that fails fails the whole."""
    names = list(PARTS)
    if arguments:
        names, arguments = [arguments[0]], arguments[1:]
    apart = {"oldest": oldest, "editions": editions}
    if names[0] in apart:
        return apart[names[0]](arguments)
    parts = {**PARTS, **OTHER_PARTS}
    if names[0] not in parts:
        print(f"error: no part {names[0]!r} of the tests; there are {', '.join([*parts, *apart])}", file=sys.stderr)
        return 2
    failed, whole = [], len(names) > 1
    for name in names:
        if whole and name in BESIDE.values():
            continue
        companion = BESIDE.get(name) if whole else None
        with tempfile.TemporaryFile() as said, ThreadPoolExecutor(1) as other:
            waiting = other.submit(run_part, parts[companion], arguments, said) if companion else None
            print(f"== {name}", flush=True)
            failed += verdict(name, *run_part(parts[name], arguments))
            if waiting:
                print(f"== {companion}", flush=True)
                result = waiting.result()
                said.seek(0)
                print(said.read().decode("utf-8", "replace"), end="")
                failed += verdict(companion, *result)
    if failed and whole:
        print("error: failed: " + ", ".join(failed), file=sys.stderr)
    return 1 if failed else 0


def quick(arguments):
    """Check the change at hand."""
    return run("tools.quick", *arguments, env=keeping_bytecode())


def lock(arguments):
    """Renew all locks from the ranges in pyproject.toml."""
    common = ["pip", "compile", "pyproject.toml", "--generate-hashes", "--no-emit-index-url", "--no-emit-find-links",
              "--upgrade", "--universal", "--python-version", "3.11", "--custom-compile-command", "make lock",
              "-q"]  # fmt: skip
    return max(run("uv", *common, *extras) for extras in LOCKS)


def doctor(arguments):
    """Look for what is wrong; nothing is installed."""
    from tools import doctor as checks

    return checks.main(arguments)


def serve(arguments):
    """Serve the browser edition with any Python: as it is built, from a released archive, or built for it."""
    from tools import unpack
    from tools.editions.site import serve as server

    site = ROOT / "build" / "site"
    if not (site / "index.html").is_file():
        archive = unpack.find(ROOT, ROOT.parent)
        if archive:
            print(f"Unpacking {archive.name}", flush=True)
            try:
                unpack.unpack(archive, site)
            except unpack.ArchiveError as error:
                print(f"error: {error}", file=sys.stderr)
                return 1
        else:
            print("No browser edition is built, and no released archive lies here: building it", flush=True)
            status = set_up() or edition("tools.editions.site")([])
            if status:
                return status
    return server.main(arguments, site)


def clean(arguments):
    """Remove the environments and every cache."""
    found = [ROOT / name for name in CACHES] + list((ROOT / "lib").glob("*.egg-info"))
    for folder in (".", "lib", "tools", "tests", "bench", "notebooks"):
        below = "*" if folder == "." else "**"
        for name in ("__pycache__", ".ipynb_checkpoints"):
            found += (ROOT / folder).glob(name if folder == "." else below + "/" + name)
    for path in found:
        if path.is_symlink():
            path.unlink()
        elif path.is_dir():
            shutil.rmtree(str(path))
    return 0


def tool(module):
    """A command that runs a module of the project in the environment."""
    return lambda arguments: run(module, *arguments)


# Per name: what runs, whether it needs the environment, and what it does in one line.
COMMANDS = {
    "environment": (set_up, False, "make, complete or repair .venv from requirements.txt"),
    "lab": (lab, True, "open the notebooks in JupyterLab; options are passed on (--no-browser --port 9000)"),
    "test": (test, True, "every check; or one part: " + ", ".join([*PARTS, *OTHER_PARTS]) + ", oldest, editions"),
    "quick": (quick, True, "within a minute: style, types, and the tests of what git says has changed"),
    "execute": (tool("tools.notebooks"), True, "execute the notebooks and write their outputs; or some: 01 02"),
    "data": (tool("tools.compile"), True, "compile data/ from the raw sources; --raw FOLDER takes them from there"),
    "draws": (tool("tools.draws"), True, "compute model_runs/ anew (a few minutes on two cores)"),
    "fonts": (tool("tools.fonts"), True, "cut the figures' font to the characters that the project uses"),
    "pictures": (tool("tools.pictures"), True, "take the pictures of the README anew"),
    "student": (tool("tools.editions.classroom.student"), True, "the notebooks without solutions, in build/student"),
    "guide": (tool("tools.editions.classroom.guide"), True, "a page for whoever teaches each notebook, in build/guide"),
    "pool": (tool("tools.editions.classroom.pool"), True, "ask a room for its guesses: 05 [--answers FILE]"),
    "slides": (tool("tools.editions.slides"), True, "a deck of slides of each lecture, in build/slides; or some"),
    "dashboards": (edition("tools.editions.dashboards"), True, "serve every panel without code, by Voila"),
    "course": (tool("tools.course"), True, "make the map for courses, the glossary and a handout for each notebook"),
    "frames": (tool("tools.editions.frames"), True, "compute the panels' frames for pages without a kernel"),
    "book": (edition("tools.editions.book"), True, "build the book from the committed notebooks, in build/book"),
    "site": (edition("tools.editions.site"), True, "build the browser edition into build/site; --runtime cdn"),
    "serve": (serve, False, "open the browser edition, served to this computer only; --port 9000 --no-browser"),
    "bench": (edition("bench", "bench"), True, "measure against others, and write bench/RESULTS.md; or some: agents"),
    "release": (tool("tools.release"), True, "gather what a release holds in build/release, with checksums"),
    "mutants": (tool("tools.mutants"), True, "put small faults into the library and count those that the tests catch"),
    "lock": (lock, True, "renew the four locks from the ranges in pyproject.toml"),
    "doctor": (doctor, False, "check the environment, the data and the notebooks"),
    "clean": (clean, False, "remove the environments and every cache"),
}


def usage():
    """The commands, one a line."""
    lines = ["python start.py COMMAND, or make COMMAND:", ""]
    lines += [f"  {name:13}{words}" for name, (_, _, words) in COMMANDS.items()]
    return "\n".join(lines)


def main(arguments):
    """Exit status of the command; 2 for one that does not exist."""
    if not arguments or arguments[0] in ("help", "-h", "--help"):
        print(usage())
        return 0
    if arguments[0] not in COMMANDS:
        print(f"error: no command {arguments[0]!r}; there are {', '.join(COMMANDS)}", file=sys.stderr)
        return 2
    command, needs_environment, _ = COMMANDS[arguments[0]]
    status = set_up() if needs_environment else 0
    return status or command(arguments[1:])


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
