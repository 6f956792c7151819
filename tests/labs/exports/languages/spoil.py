"""Spoils a table of an exported module, so that a driver has to notice it.

    python spoil.py file

The longest payload of a control frame becomes another one, where a head is checked for it.
"""

import re
import sys
from pathlib import Path

LIMIT = r'("control-frame-length",(?:[^,{}]+,){3}\s*(?:limit: )?(?:UINT64_C\()?)125'

file = Path(sys.argv[1])
text, count = re.subn(LIMIT, r"\g<1>124", file.read_text(encoding="utf-8"))
if count == 0:
    sys.exit(f"{file}: nothing to spoil")
file.write_text(text, encoding="utf-8")
