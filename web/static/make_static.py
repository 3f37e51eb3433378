"""Makes the two files that are put together from sources: icons.svg (`make icons`) and linli.css (`make css`); a test compares."""

import re
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
LUCIDE = HERE / "vendor" / "lucide-1.62.0"


def draw_sprite() -> str:
    """One sheet of symbols from the picked Lucide icons; a page shows one with `<use href="icons.svg#name">`."""
    symbols = "".join(_symbol(file) for file in sorted(LUCIDE.glob("*.svg")))
    note = "<!-- Lucide 1.62.0, ISC and MIT: vendor/lucide-1.62.0/LICENSE -->"
    return f'<svg xmlns="http://www.w3.org/2000/svg">{note}\n{symbols}</svg>\n'


def _symbol(file: Path) -> str:
    body = re.search(r"<svg[^>]*>(.*)</svg>", file.read_text("utf-8"), re.DOTALL)
    shapes = " ".join(body[1].split()).replace(" />", "/>").replace("> <", "><") if body else ""
    return f'<symbol id="{file.stem}" viewBox="0 0 24 24">{shapes}</symbol>\n'


def join_sheet() -> str:
    """The parts of the sheet, in the order of their numbers; remarks and indents are for whoever writes, not for the phone."""
    whole = "".join(file.read_text("utf-8") for file in sorted((HERE / "css").glob("*.css")))
    lines = (line.strip() for line in re.sub(r"/\*.*?\*/", "", whole, flags=re.DOTALL).splitlines())
    note = "/* Joined from css/ by `make css`: change it there. */"
    return "\n".join([note, *filter(None, lines)]) + "\n"


MADE = {"icons": ("icons.svg", draw_sprite), "css": ("linli.css", join_sheet)}


def main(wanted: list[str]) -> None:
    """Writes those that are named; none named: both."""
    for name in wanted or MADE:
        file, make = MADE[name]
        (HERE / file).write_text(make(), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
