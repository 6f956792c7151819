"""Checks the pages of `wsdraft export markdown`: one for each draft and extension, one with all header fields, and one
with the topics. Tables are whole, links lead somewhere, and every rule, opcode, close code, header field and topic of the
database is on its page.

    python pages.py FOLDER database.json
"""

import re
import sys
from pathlib import Path

from schema import fail, read


def cells(line):
    return len(re.split(r"(?<!\\)\|", line)) - 2


def check(folder, database):
    pages = {page.stem: page.read_text(encoding="utf-8") for page in Path(folder).glob("*.md")}
    owners = {owner["short"]: owner for owner in database["drafts"] + database["extensions"]}
    others = {"README", "headers", "topics"}
    if set(pages) != {*others, *owners}:
        fail("pages of", sorted(set(pages) ^ {*others, *owners}))
    for name, text in pages.items():
        width = None
        for number, line in enumerate(text.splitlines(), 1):
            if not line.startswith("|"):
                width = None
            elif width not in (None, cells(line)):
                fail(f"{name}.md:{number}: a row of {cells(line)} cells in a table of {width}")
            else:
                width = cells(line)
        for target in re.findall(r"\]\(([^)]*)\.md\)", text):
            if target not in pages:
                fail(name, "links to", target)
    count = 0
    for draft in database["drafts"]:
        headers = {**draft.get("request_headers", {}), **draft.get("response_headers", {})}
        for item, header in headers.items():
            if header["value"]["purpose"] != "Http" and f"| `{item}` |" not in pages["headers"]:
                fail("headers.md does not tell of", item)
    for group in database["topics"]:
        for name, topic in group["entries"].items():
            if not re.search(rf"^### {re.escape(name)}(?![\w-])", pages["topics"], re.MULTILINE):
                fail("topics.md has no", name)
            for told in [topic["text"], *(cause["text"] for cause in topic.get("causes", ()))]:
                if told not in pages["topics"]:
                    fail("topics.md does not say", told)
            count += 1
    for name, owner in owners.items():
        named = [*owner["rules"], *owner.get("opcodes", ()), *owner.get("request_headers", ()), *owner.get("parameters", ())]
        for item in [f"`{item}`" for item in named] + [f"| {code} |" for code in owner.get("close_codes", ())]:
            count += 1
            if item not in pages[name]:
                fail(name, "does not tell of", item)
    print(f"pages: {len(pages)}, with {count} items of the database")


check(sys.argv[1], read(sys.argv[2]))
