"""Validation against a JSON Schema, which has to be valid itself and to refuse what is faulty."""

import copy
import json
import sys

from jsonschema.validators import validator_for


def read(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def fail(*words):
    print("exports:", *words, file=sys.stderr)
    sys.exit(1)


def validate(document, schema):
    """Every place where the document is not as the schema has it ends the check."""
    kind = validator_for(schema)
    kind.check_schema(schema)
    errors = sorted(kind(schema).iter_errors(document), key=lambda error: list(error.path))
    for error in errors[:20]:
        print(f"{error.json_path}: {error.message[:200]}", file=sys.stderr)
    if errors:
        fail(len(errors), "places are not as the schema has them")


def refuses(document, schema, damage, what):
    """The schema is of no use if it takes anything: it has to refuse a damaged document."""
    faulty = copy.deepcopy(document)
    damage(faulty)
    if validator_for(schema)(schema).is_valid(faulty):
        fail("the schema takes a document with", what)
