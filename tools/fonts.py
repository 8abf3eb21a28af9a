"""Cut the figures' font to the characters that the project uses: python start.py fonts

The source is Noto Sans SC (version 2.004, SIL Open Font License 1.1), whose Latin letters are as high as those of
DejaVu Sans and which holds the Chinese characters; the npm package named below ships it, and `npm pack` brings it.
`--from FOLDER` takes an unpacked copy instead. The licence reserves the name "Source" and asks that it goes along, so
the cut font has a name of its own and the licence stands beside it.
"""

from __future__ import annotations

import argparse
import hashlib
import subprocess
import tarfile
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
FONTS = ROOT / "lib" / "symbiosis" / "charts" / "fonts"
PACKAGE = "@expo-google-fonts/noto-sans-sc@0.4.3"
FAMILY = "Symbiosis Sans"
LICENCE = "LICENSE_FONT"
WEIGHTS = {
    "Regular": ("400Regular", "d45f67f0a7c0ca3f256950777ce6a61cc7ce5f9696d02900cbbaac25f8aa7d16"),
    "Bold": ("700Bold", "9a38ae0ab28cd5a256f9ea8e00dedc688aac17f7915fcb000572990afa956b96"),
}
# Where characters stand that a figure may show.
READ = ("data/*.csv", "data/datapackage.json", "notebooks/*.ipynb", "lib/symbiosis/**/*.py", "lib/symbiosis/**/*.csv")
# Latin with its accents, Greek, punctuation, super- and subscripts, arrows, mathematics, shapes, full-width forms.
BLOCKS = (
    (0x20, 0x24F), (0x300, 0x333), (0x370, 0x3FF), (0x1E00, 0x1EFF), (0x2010, 0x205E), (0x2070, 0x209C),
    (0x20A0, 0x20BF), (0x2100, 0x2122), (0x2190, 0x2199), (0x2200, 0x2265), (0x25A0, 0x25CF), (0x3000, 0x3011),
    (0xFF01, 0xFF5E),
)  # fmt: skip


def characters(root: Path = ROOT) -> set[str]:
    """Every character that a figure may need: the blocks above, and what the project's files contain."""
    found = {chr(code) for first, last in BLOCKS for code in range(first, last + 1)}
    for pattern in READ:
        for path in root.glob(pattern):
            found.update(path.read_text(encoding="utf-8"))
    return found


def cut(source: Path, target: Path, style: str, wanted: Iterable[str]) -> None:
    """Write the glyphs of the wanted characters, without hints, under our own name."""
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    options = Options(hinting=False, layout_features=["kern", "ccmp", "mark", "mkmk"], name_IDs=[0, 7, 13, 14],
                      notdef_outline=True, recalc_timestamp=False, drop_tables=["STAT", "BASE", "vhea", "vmtx"],
                      glyph_names=False)  # fmt: skip
    font: Any = TTFont(source, recalcTimestamp=False)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=[ord(one) for one in wanted])
    subsetter.subset(font)
    names = {1: FAMILY, 2: style, 3: f"{FAMILY} {style}", 4: f"{FAMILY} {style}", 6: f"SymbiosisSans-{style}"}
    for number, text in names.items():
        font["name"].setName(text, number, 3, 1, 0x409)
    font["name"].setName("A subset of Noto Sans SC 2.004, renamed", 5, 3, 1, 0x409)
    font.save(target)


def unpack(folder: Path) -> Path:
    """Bring the package with npm and unpack it; its folder."""
    done = subprocess.run(["npm", "pack", "--silent", PACKAGE], cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"error: npm could not bring {PACKAGE}: {done.stderr.strip()}")
    with tarfile.open(folder / done.stdout.split()[-1]) as packed:
        packed.extractall(folder, filter="data")
    return folder / "package"


def build(source: Path) -> None:
    """Cut both weights from an unpacked package, whose fonts must be the ones expected."""
    wanted = characters()
    FONTS.mkdir(exist_ok=True)
    for style, (folder, expected) in WEIGHTS.items():
        path = source / folder / f"NotoSansSC_{folder}.ttf"
        if hashlib.sha256(path.read_bytes()).hexdigest() != expected:
            raise SystemExit(f"error: {path.name} is not the one expected (its checksum differs)")
        target = FONTS / f"SymbiosisSans-{style}.ttf"
        cut(path, target, style, wanted)
        print(f"{target.relative_to(ROOT)}: {target.stat().st_size / 1000:.0f} kB")
    (FONTS / "OFL.txt").write_bytes((source / LICENCE).read_bytes())


def main(arguments: Sequence[str] | None = None) -> int:
    """Cut from the package, or from an unpacked copy of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--from", dest="source", type=Path, help="an unpacked copy of the package")
    source = parser.parse_args(arguments).source
    if source:
        build(source)
    else:
        with tempfile.TemporaryDirectory() as folder:
            build(unpack(Path(folder)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
