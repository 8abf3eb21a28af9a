"""A wheel carries the tables, the notebooks' verdicts, and digests of the code that computed them.

Everything else about the package stands in pyproject.toml.
"""

import importlib.util
import json
import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

ROOT = Path(__file__).resolve().parent
PACKAGES = ("data", "model_runs")
VERDICT = "application/vnd.symbiosis.verdict+json"


def verdicts() -> dict:
    """The records that the notebooks hold, by notebook; whoever reads them checks them."""
    found = {}
    for path in sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        outputs = [output.get("data", {}) for cell in cells for output in cell.get("outputs", [])]
        for record in (data[VERDICT] for data in outputs if VERDICT in data):
            found[path.stem] = record
    return found


def digests() -> dict:
    """The digests of the library's modules; the module that takes them needs nothing but Python."""
    package = ROOT / "lib" / "symbiosis"
    spec = importlib.util.spec_from_file_location("digests", package / "lesson" / "digests.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.all_modules(package)


class WithTables(build_py):
    """Copy the modules, then what they read."""

    def run(self):
        super().run()
        if getattr(self, "editable_mode", False):
            return
        target = Path(self.build_lib) / "symbiosis" / "_data"
        shutil.rmtree(target, ignore_errors=True)
        for name in PACKAGES:
            shutil.copytree(ROOT / name, target / name, ignore=shutil.ignore_patterns("__pycache__"))
        for name, content in (("ledger.json", verdicts()), ("library.json", digests())):
            text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True)
            (target / name).write_text(text, encoding="utf-8")


setup(cmdclass={"build_py": WithTables})
