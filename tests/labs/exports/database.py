"""Checks `wsdraft export json`: against its schema, against `wsdraft list`, and within itself."""

import sys

from schema import fail, read, refuses, validate


def damage_level(document):
    next(iter(newest(document)["rules"].values()))["value"]["level"] = "Perhaps"


def damage_evidence(document):
    del newest(document)["layout"]["value"]["evidence"]


def damage_date(document):
    newest(document)["issued"] = "December 2011"


def damage_form(document):
    newest(document)["colour"] = "blue"


def newest(document):
    return next(draft for draft in document["drafts"] if draft["coverage"] == "Complete")


def items(value, path=""):
    """Everything with an origin, at whatever depth."""
    if isinstance(value, dict):
        if {"value", "since", "stated_in"} == set(value):
            yield path, value
        for name, inner in value.items():
            yield from items(inner, f"{path}/{name}")
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from items(inner, f"{path}/{at}")


def main(document, schema, listed):
    validate(document, schema)
    for damage in (damage_level, damage_evidence, damage_date, damage_form):
        refuses(document, schema, damage, damage.__name__.removeprefix("damage_") + " damaged")

    drafts = {draft["short"]: draft for draft in document["drafts"]}
    documents = {entry["short"] for one in document["extensions"] for entry in one["documents"]}
    names = {entry["short"] for entry in listed}
    if names != set(drafts) | documents:
        fail("list and export differ in", sorted(names ^ (set(drafts) | documents)))
    count = 0
    for owner in list(drafts.values()) + document["extensions"]:
        for path, item in items(owner):
            count += 1
            place = owner["short"] + path
            lineage = owner["lineage"]
            if item["since"] not in lineage or item["stated_in"] not in lineage:
                fail(place, "has an origin that it does not build on")
            if lineage.index(item["since"]) > lineage.index(item["stated_in"]):
                fail(place, "was stated before it was there")
            if not item["value"]["evidence"]:
                fail(place, "has no evidence")
        if owner["lineage"][-1] != owner["short"]:
            fail(owner["short"], "does not end its own lineage")
    print(f"database: {len(drafts)} drafts, {len(document['extensions'])} extensions, {count} items with origin and evidence")


main(*(read(path) for path in sys.argv[1:]))
