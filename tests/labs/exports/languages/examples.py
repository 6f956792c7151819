"""Takes the example of each language out of the documentation of the command, and makes sure that its module has it too.

    python examples.py README folder

The folder has a folder for each language with its module; the example becomes a file in `folder/examples`. The file
`printed` there has what the documentation says that each of them prints.
"""

import re
import sys
from pathlib import Path

# The name of the example's file, the file of the module, and what is in front of its lines there.
LANGUAGES = {
    "python": ("example.py", "wsdraft.py", "    "),
    "typescript": ("example.ts", "wsdraft.ts", " * "),
    "c": ("example.c", "wsdraft.h", " *     "),
    "go": ("main.go", "wsdraft.go", "//\t"),
    "java": ("Example.java", "wsdraft/Wsdraft.java", " * "),
}


def section(readme, language):
    found = re.search(rf"^### `wsdraft export {language}`\n(.*?)(?=^##)", readme, re.S | re.M)
    return found.group(1) if found else sys.exit(f"no section about {language}")


def block(text, kind):
    found = re.findall(rf"^```{kind}\n(.*?)^```$", text, re.S | re.M)
    return found[0] if len(found) == 1 else sys.exit(f"{len(found)} blocks of {kind}")


def main(readme, folder):
    out = folder / "examples"
    out.mkdir(exist_ok=True)
    for language, (name, module, before) in LANGUAGES.items():
        program = block(section(readme, language), language)
        shown = "".join((before + line).rstrip() + "\n" for line in program.splitlines())
        if shown not in (folder / language / module).read_text(encoding="utf-8"):
            sys.exit(f"{module} shows another example than the documentation")
        (out / name).write_text(program, encoding="utf-8")
    (out / "printed").write_text(block(section(readme, "python"), "text"), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]).read_text(encoding="utf-8"), Path(sys.argv[2]))
