"""What the clients in Python share: commands in, events out, one JSON object a line."""

import json
import sys
import threading

_lock = threading.Lock()


def tell(event, **more):
    with _lock:
        print(json.dumps({"event": event, **more}), flush=True)


def tell_message(data):
    if isinstance(data, str):
        tell("text", text=data)
    else:
        tell("binary", hex=bytes(data).hex())


def parts_of(command):
    """The parts of a fragmented message, as text or bytes."""
    parts = [bytes.fromhex(part) for part in command["parts"]]
    return [part.decode() for part in parts] if command["type"] == "text" else parts


def obey(commands):
    """Calls the function named by each command until standard input ends."""
    for line in sys.stdin:
        command = json.loads(line)
        commands[command["do"]](command)
