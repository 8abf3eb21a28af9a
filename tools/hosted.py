"""Give a hosted JupyterLab (Binder, Codespaces) what start.py gives to one at home: our settings and our buttons.

python -m tools.hosted      in the environment that JupyterLab runs in, once
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ROOM = ROOT / "tools" / "room" / "labextensions"


def main(prefix: Path | None = None) -> int:
    """Copy our extension and our settings below prefix, by default that of this Python."""
    share = (prefix or Path(sys.prefix)) / "share" / "jupyter"
    shutil.copytree(ROOM, share / "labextensions", dirs_exist_ok=True)
    settings = share / "lab" / "settings"
    settings.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(ROOT / "tools" / "lab_overrides.json", settings / "overrides.json")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
