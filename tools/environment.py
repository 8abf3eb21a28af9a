"""Make, complete or repair the environment in .venv: python start.py environment

It needs the standard library only and keeps to what Python 3.6 can read, so that a Python that is too old
is told so in one line. A second run with nothing to do ends at once.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None

ROOT = Path(__file__).resolve().parents[1]
OLDEST_PYTHON = (3, 11)
BINARIES = "Scripts" if os.name == "nt" else "bin"
AGAIN = "run the same command again: what is installed is kept"

# What pip or venv say when something outside the project is wrong, and the one line that a reader gets for it.
# The order matters: a failed connection also ends in "no matching distribution".
KNOWN_FAILURES = (
    (
        r"no space left on device|not enough space on the disk|errno 28",
        "the disk is full. Free about 1 GB, then " + AGAIN,
    ),
    (
        r"do not match the hashes",
        "a downloaded package is not the locked one (its checksum differs), so it was not installed. "
        "Clear pip's cache (python -m pip cache purge) and try again; if it stays, something alters what you download",
    ),
    (
        r"certificate_verify_failed|sslerror|ssl: ",
        "the package index could not be reached securely (certificate refused). "
        "Behind a proxy that inspects traffic, point PIP_CERT to its certificate, then " + AGAIN,
    ),
    (
        r"newconnectionerror|name resolution|nameresolutionerror|connection refused|network is unreachable"
        r"|connecttimeout|read timed out|proxyerror|max retries exceeded|connection broken|remotedisconnected",
        "the package index could not be reached. Check the connection, then " + AGAIN,
    ),
    (
        r"permission denied|errno 13",
        "a file may not be written here. Check who owns the project folder and .venv, then " + AGAIN,
    ),
    (
        r"no matching distribution found|could not find a version",
        "a locked package has no release for this Python or computer",
    ),
    (
        r"ensurepip|no module named '?venv",
        "this Python cannot make environments because its venv module is missing. "
        f"On Debian or Ubuntu: sudo apt install python{sys.version_info[0]}.{sys.version_info[1]}-venv",
    ),
)


class SetupError(Exception):
    """What is wrong and what to do, in one line."""


def dotted(version):
    """A version as it is written."""
    return ".".join(map(str, version))


def venv_python(venv):
    """The interpreter of an environment."""
    return venv / BINARIES / ("python.exe" if os.name == "nt" else "python")


def require_python():
    """Refuse a Python that is too old."""
    if sys.version_info[:2] < OLDEST_PYTHON:
        needed, found = dotted(OLDEST_PYTHON), dotted(sys.version_info[:3])
        raise SetupError(
            f"Symbiosis needs Python {needed} or newer; {sys.executable or 'this one'} is {found}. "
            f"Install a newer one, then run python{needed} start.py lab, or make PYTHON=/path/to/python{needed} lab"
        )


def explain(output):
    """One line for what pip or venv said: the known cause with its remedy, or their own last error."""
    for pattern, meaning in KNOWN_FAILURES:
        if re.search(pattern, output, re.IGNORECASE):
            return meaning
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if line.upper().startswith("ERROR")]
    return (errors or lines or ["it ended without a word"])[-1]


def fingerprint(root):
    """What a finished environment was made from; it changes when it must be brought up to date."""
    digest = hashlib.sha256()
    for name in ("requirements.txt", "pyproject.toml", "tools/lab_overrides.json"):
        try:
            digest.update((root / name).read_bytes())
        except OSError as error:
            raise SetupError(f"{name} is missing; restore it with: git checkout -- {name}") from error
    return digest.hexdigest()


def unusable(venv):
    """Why the environment has to be made anew; an empty text when it can be kept."""
    probe = "import sys, pip; print('%d.%d' % sys.version_info[:2])"
    try:
        done = subprocess.run([str(venv_python(venv)), "-I", "-c", probe], capture_output=True)
    except OSError:
        return "its Python is gone"
    if done.returncode:
        return "its pip is missing or broken"
    version = done.stdout.decode().strip()
    # A Python that was named (make PYTHON=...) is meant; one that was merely found first is not worth a new install.
    named = dotted(sys.version_info[:2]) if os.environ.get("PYTHON") else version
    if version != named or tuple(map(int, version.split("."))) < OLDEST_PYTHON:
        return "it has Python " + version
    script = venv / BINARIES / ("pip.exe" if os.name == "nt" else "pip")
    if not script.exists() or os.fsencode(str(venv)) not in script.read_bytes():
        return "the project folder has moved"
    return ""


def stamp_of(venv):
    """The file that is written last, and so tells a finished installation from a broken one."""
    return venv / "symbiosis.stamp"


def finished(root):
    """Whether the environment was installed to the end from the present lock."""
    try:
        return stamp_of(root / ".venv").read_text() == fingerprint(root)
    except FileNotFoundError:
        return False


def create(venv):
    """A new, empty environment, made by the Python behind the one that runs this."""
    python = getattr(sys, "_base_executable", None) or sys.executable
    done = subprocess.run(
        [python, "-m", "venv", "--clear", str(venv)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    if done.returncode:
        raise SetupError(f"could not make {venv}: {explain(done.stdout.decode(errors='replace'))}")


def remove_halves(venv):
    """Forget packages whose installation was cut off, which pip would take for installed.

    pip writes a package's RECORD last, and lists its own INSTALLER file there.
    """
    for info in venv.glob("[Ll]ib/**/site-packages/*.dist-info"):
        record = info / "RECORD"
        if not record.is_file() or "INSTALLER" not in record.read_text(encoding="utf-8", errors="replace"):
            shutil.rmtree(str(info))


def pip_install(venv, arguments, doing):
    """Run pip install; on a terminal its progress is one line, and all it says goes to install.log."""
    command = [str(venv_python(venv)), "-I", "-m", "pip", "install", "--disable-pip-version-check"]
    settings = dict(os.environ, PIP_USER="0", PIP_NO_INPUT="1", PYTHONUNBUFFERED="1")
    log = venv / "install.log"
    print(doing, flush=True)
    said = []
    process = subprocess.Popen(
        command + arguments, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=settings, cwd=str(venv.parent)
    )
    with process, log.open("a", encoding="utf-8") as sink:
        for raw in process.stdout:
            line = raw.decode(errors="replace").rstrip()
            said.append(line)
            sink.write(line + "\n")
            if sys.stdout.isatty() and line.strip():
                print("\r\033[K  " + line.strip()[:70], end="", flush=True)
    if sys.stdout.isatty():
        print("\r\033[K", end="", flush=True)
    if process.returncode:
        cause = explain("\n".join(said)).rstrip(".")
        raise SetupError(f"installation failed: {cause}. All that pip said: {log}")


def install(root):
    """Install the lock, then the package from this folder, then JupyterLab's settings."""
    venv = root / ".venv"
    made_from = fingerprint(root)
    remove_halves(venv)
    pip_install(
        venv,
        ["--require-hashes", "-r", str(root / "requirements.txt")],
        "Installing the locked packages into .venv: a minute or two",
    )
    pip_install(venv, ["--no-build-isolation", "--no-deps", "-e", str(root)], "Installing the symbiosis package")
    settings = venv / "share" / "jupyter" / "lab" / "settings"
    settings.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(str(root / "tools" / "lab_overrides.json"), str(settings / "overrides.json"))
    temporary = stamp_of(venv).with_suffix(".tmp")
    temporary.write_text(made_from)
    os.replace(str(temporary), str(stamp_of(venv)))


@contextmanager
def alone(root):
    """Let one installation run at a time; a second one waits for the first."""
    with (root / "requirements.txt").open() as held:
        if fcntl:
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                print("another installation is running: waiting for it", flush=True)
                fcntl.flock(held, fcntl.LOCK_EX)
        yield


def ensure(root):
    """Bring the environment to what the lock says, doing no more than is needed."""
    fingerprint(root)
    venv = root / ".venv"
    with alone(root):
        reason = unusable(venv) if venv.exists() else "there is none yet"
        if not reason and finished(root):
            return
        if reason:
            print(f"Making .venv: {reason}", flush=True)
            create(venv)
        elif stamp_of(venv).exists():
            stamp_of(venv).unlink()
        install(root)
        print("The environment in .venv is ready", flush=True)


def main():
    """Exit status 0, or 1 with one clear line."""
    try:
        require_python()
        ensure(ROOT)
    except SetupError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"error: {explain(str(error))}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nstopped; " + AGAIN, file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
