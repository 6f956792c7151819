"""Reads the events of `connect --json` from standard input. Fails unless the extension that the first argument offers is
agreed to, and the lines of the second one are the messages that came back."""

import json
import sys

offered, said = sys.argv[1:]
events = [json.loads(line) for line in sys.stdin]
agreed = [one["token"] for one in events[0].get("agreed", [])]
wanted = [offered.split(";")[0]] if offered else []
assert agreed == wanted, f"agreed to {agreed}"
texts = [event["text"] for event in events if event["event"] == "message"]
assert texts == said.split("\n"), f"{len(texts)} messages of {[len(text) for text in texts]} characters"
