"""Replays `wsdraft export vectors`: in a receiver that is typed anew here, and in two libraries of others.

    python vectors.py vectors.json vectors.schema.json database.json
"""

import sys
from collections import Counter

import receiver
from libraries import KNOWN, Websockets, Wsproto
from notation import decoded
from schema import fail, read, refuses, validate

# The drafts that `receiver` is typed for: the same wire format, 13.
TYPED = ("hybi-17", "rfc6455")


def complete(document, database):
    """Every rule of every complete draft has vectors, or is one that nothing can check."""
    drafts = {draft["short"]: draft for draft in database["drafts"] if draft["coverage"] == "Complete"}
    listed = {draft["draft"]: draft for draft in document["drafts"]}
    if set(drafts) != set(listed):
        fail("no vectors of", sorted(set(drafts) ^ set(listed)))
    for name, draft in drafts.items():
        rules = {rule["rule"]: rule for rule in listed[name]["rules"]}
        if list(rules) != list(draft["rules"]):
            fail(name, "has other rules")
        for rule, item in draft["rules"].items():
            value = item["value"]
            documentation = value["level"] == "May" or value["scope"] in ("Conversation", "Policy")
            if documentation == bool(rules[rule]["vectors"]) or documentation != bool(rules[rule]["untested"]):
                fail(name, rule, "has vectors, or none, without a reason")
            ends = {vector["by"] for vector in rules[rule]["vectors"]}
            sender = {"Request": "client", "Response": "server"}.get(value["scope"])
            wanted = {value["by"].lower()} if value.get("by") else {sender} if sender else {"client", "server"}
            if not documentation and ends != wanted:
                fail(name, rule, "has vectors of", ends)


def typed(draft, scope, sent, by):
    """What the receiver typed here says: the rule and the offset, or `None`."""
    data = decoded(sent["bytes"])
    try:
        if scope == "request":
            receiver.request(data)
        elif scope == "response":
            receiver.response(data, decoded(sent["request"]), extensions_once=draft == "hybi-17")
        else:
            codes = receiver.CODES_OF_THE_DRAFT if draft == "hybi-17" else receiver.CODES
            receiver.frames(data, by, sent["claimed"], codes)
    except receiver.Broken as broken:
        return broken.rule, broken.offset
    return None


def told(library, scope, sent, by):
    data = decoded(sent["bytes"])
    if scope == "request":
        return library.request(data)
    if scope == "response":
        return library.response(data, decoded(sent["request"]))
    return library.frames(data, by)


def differences(library, scope, rule, vector):
    """How a library differs on a vector."""
    expect = vector["expect"]
    if expect["outcome"] == "nothing":
        # No receiver refuses anything for it, and what is sent may be a refusal itself.
        return
    refused = told(library, scope, vector["broken"], vector["by"])
    if refused is None:
        # What a receiver passes over it does not refuse.
        if rule["level"] == "MUST" and expect["outcome"] != "discard":
            yield "takes what breaks it"
    elif isinstance(refused, int) and refused != (expect["close_code"] or expect["http_status"]):
        yield f"refuses with {refused}"
    # Reserved bits are claimed by extensions that these libraries do not have.
    if not vector["kept"]["claimed"]:
        refused = told(library, scope, vector["kept"], vector["by"])
        if refused is not None:
            yield f"refuses what keeps it: {refused}"


def main(document, schema, database):
    validate(document, schema)
    first = lambda faulty: next(rule for rule in faulty["drafts"][0]["rules"] if rule["vectors"])["vectors"][0]
    refuses(document, schema, lambda faulty: first(faulty).pop("expect"), "no expected outcome")
    refuses(document, schema, lambda faulty: first(faulty)["expect"].update(offset="3"), "an offset in letters")
    complete(document, database)
    replayed, seen = Counter(), {}
    for draft in document["drafts"]:
        if draft["draft"] not in TYPED:
            continue
        for rule in draft["rules"]:
            for vector in rule["vectors"]:
                expect, sent = vector["expect"], (vector["broken"], vector["kept"])
                found = [typed(draft["draft"], rule["scope"], each, vector["by"]) for each in sent]
                if found != [(expect["rule"], expect["offset"]), None]:
                    fail(vector["id"], "expected", (expect["rule"], expect["offset"]), "and nothing, found", found)
                replayed["the receiver typed here"] += 1
                for library in (Websockets(), Wsproto()):
                    for difference in differences(library, rule["scope"], rule, vector):
                        seen.setdefault((library.name, rule["rule"], difference), []).append(vector["id"])
                    replayed[library.name] += 1
    for difference in sorted(set(seen) - set(KNOWN)):
        print("new:", difference, seen[difference][:3], file=sys.stderr)
    for difference in sorted(set(KNOWN) - set(seen)):
        print("gone:", difference, file=sys.stderr)
    if set(seen) != set(KNOWN):
        fail("the libraries differ from the vectors in other places than those that are known")
    count = sum(len(rule["vectors"]) for draft in document["drafts"] for rule in draft["rules"])
    told_by = ", ".join(f"{number} by {name}" for name, number in replayed.items())
    print(f"vectors: {count} in {len(document['drafts'])} drafts; replayed: {told_by}; {len(KNOWN)} known differences")


main(*(read(path) for path in sys.argv[1:]))
