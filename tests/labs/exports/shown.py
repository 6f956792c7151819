"""Runs the example in Python that the documentation of the command shows for an export. It has to print what the comments
behind its calls of `print` say.

    python shown.py README EXPORT FOLDER

The folder has the modules that the example imports.
"""

import contextlib
import io
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "languages"))

from examples import block, section
from schema import fail


def main(readme, export, *folders):
    program = block(section(Path(readme).read_text(encoding="utf-8"), export), "python")
    sys.path[:0] = folders
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        exec(compile(program, export, "exec"), {})
    wanted = re.findall(r"print\(.*\)  # (.*)", program)
    if not wanted or said.getvalue().splitlines() != wanted:
        fail("the example of", export, "prints", said.getvalue())
    print(f"{export}: the example prints what the documentation says")


main(*sys.argv[1:])
