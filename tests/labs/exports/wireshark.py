"""Compares the plug-in of `wsdraft export wireshark` in tshark with `wsdraft lint` and `wsdraft inspect`.

The captures, and a connection for each vector of each draft, cut into segments in several ways, go through both. Every
broken rule has to be the same, by whom and at which byte, and so has every field of every frame. Only the rules that the
plug-in lists as unchecked may be missing.

    python wireshark.py WSDRAFT wsdraft.lua vectors.json database.json FOLDER CAPTURE...
"""

import base64
import hashlib
import json
import os
import re
import subprocess
import sys
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor

import packets
from notation import decoded
from schema import fail, read

# The rules that the plug-in does not check. What `lint` finds of all others, it finds, too.
UNCHECKED = """
authentication-asked client-waits close-answered close-body-matches compression-known cookies-deferred
extensions-without-negotiation fields-shuffled host-port internal-error-reported mask-is-random offer-method
offer-parameters-known offer-parameters-once offer-values-valid opcode-ignored origin-refused ping-answered
pong-unsolicited reconnect-delayed redirect-followed request-nothing-follows reserved-bits-ignored resource-unknown
server-ends-transport stream-deflated stream-goes-on tls-supported version-retried
""".split()
LUAS = ("lua5.2", "lua5.4")
# Sizes of the first segments of what an end sends.
CUTS = (None, (1,) * 12, (3, 7, 20), (64, 2, 1))


def run(program, *arguments, data=b""):
    """What the command prints as JSON."""
    done = subprocess.run([program, *arguments, "--json"], input=data, capture_output=True)
    # A capture may have no connection that can be read.
    if done.returncode > 1 and b"no opening handshake" not in done.stderr:
        fail(*arguments, done.stderr.decode())
    return done.stdout


def lines(program, *arguments, data=b""):
    return [json.loads(line) for line in run(program, *arguments, data=data).splitlines()]


def unchecked(plugin):
    """The rules that the plug-in says that it does not check, each with the reason."""
    with open(plugin, encoding="utf-8") as file:
        table = re.search(r"^W\.unchecked = \{\n(.*?)^\}", file.read(), re.MULTILINE | re.DOTALL)
    return dict(re.findall(r'^  \{ "([^"]+)", "(.+)" \},$', table[1], re.MULTILINE))


class Told:
    """What was said of a capture: by the port of the client, what is broken and which frames there are."""

    def __init__(self):
        self.broken, self.frames, self.drafts = defaultdict(Counter), defaultdict(list), {}

    def count(self):
        return sum(sum(broken.values()) for broken in self.broken.values())


def linted(program, path):
    told, ports, kept = Told(), {}, []
    for event in lines(program, "lint", path, "--max-findings", "all"):
        if event["event"] == "violation":
            kept.append(event)
        elif event["event"] == "connection":
            ports[event["id"]] = int(event["client"].rsplit(":", 1)[1])
            told.drafts[ports[event["id"]]] = event
    for event in kept:
        told.broken[ports[event["connection"]]][event["by"], event["rule"], event["level"], event["offset"]] += 1
    return told


def frame_of(item):
    """A frame in the words of `inspect`."""
    get = lambda name: item.first(f"wsdraft.{name}")
    return {
        "offset": int(get("frame.offset")),
        "fin": get("frame.fin") in ("1", "True", True),
        "rsv": item.all("wsdraft.frame.rsv"),
        "opcode": get("frame.kind"),
        "opcode_value": int(get("frame.opcode"), 16),
        "masked": get("frame.masked") in ("1", "True", True),
        "length": int(get("frame.length")),
        "payload": (get("payload") or "").replace(":", ""),
    }


def dissected(plugin, path, *options):
    told = Told()
    for layers in packets.tshark(plugin, path, *options):
        tcp = layers.first("tcp")
        source, target = (int(tcp.first(name)) for name in ("tcp.srcport", "tcp.dstport"))
        for item in packets.items(layers):
            by = item.first("wsdraft.from")
            port = source if by == "client" else target
            if item.first("wsdraft.frame.kind"):
                told.frames[port, by].append((frame_of(item), item))
        for rule, about in packets.found(layers):
            by = about.first("wsdraft.from")
            level, offset = about.first("wsdraft.rule.level"), int(about.first("wsdraft.rule.offset"))
            told.broken[source if by == "client" else target][by, rule, level, offset] += 1
            expert = about.first("_ws.expert")
            message = expert and expert.first("_ws.expert.message")
            cited = about.first("wsdraft.rule.citation")
            if not message or not message.startswith(f"{rule} ({level}, {cited})"):
                fail(path, rule, "has no expert info with level and citation:", message)
    return told


def compare(path, lint, shark, skipped, name=str):
    """Both have to say the same of each connection, but for what the plug-in does not check."""
    for port in sorted({*lint.broken, *shark.broken, *lint.drafts}):
        expected = Counter({key: count for key, count in lint.broken[port].items() if key[1] not in skipped})
        if shark.broken[port] != expected:
            more, less = shark.broken[port] - expected, expected - shark.broken[port]
            fail(path, name(port), "the plug-in alone finds", dict(more), "and lint alone", dict(less))


def inspected(program, stream, by, draft, extensions=None, key=None):
    """The frames of a stream, and its text."""
    options = ["--draft", draft, "--from", by, "--max-payload", "64M"]
    options += ["--extensions", extensions] if extensions else []
    options += ["--masking-key", key] if key else []
    events = lines(program, "inspect", *options, "-", data=stream)
    frames = [dict(event) for event in events if event["event"] == "frame"]
    for frame in frames:
        del frame["event"]
    closes = [event for event in events if event["event"] == "close"]
    texts = [event["text"] for event in events if event["event"] == "message" and event.get("text") is not None]
    return frames, closes, texts


def same_frames(where, frames, closes, shown):
    if [frame for frame, _ in shown] != frames:
        for ours, theirs in zip(shown, frames):
            if ours[0] != theirs:
                fail(where, "the plug-in shows", ours[0], "and inspect", theirs)
        fail(where, "the plug-in shows", len(shown), "frames and inspect", len(frames))
    codes = [
        (int(code) if (code := item.first("wsdraft.close.code")) else None, item.first("wsdraft.close.reason") or "")
        for frame, item in shown
        if frame["opcode"] == "close"
    ]
    for ours, close in zip(codes, closes):
        # A reason that is no text is shown by inspect alone.
        if ours[0] != close["code"] or ours[1] not in (close["reason"], ""):
            fail(where, "the plug-in shows the close code and reason", ours, "and inspect", close)
    return len(frames)


def evaluated(expression, scope):
    """The value of an expression of the database."""
    if isinstance(expression, str):
        return scope[expression]
    ((word, operand),) = expression.items()
    if word == "Concat":
        return b"".join(evaluated(part, scope) for part in operand)
    if word in ("Text", "Header", "ResponseHeader"):
        return operand.encode() if word == "Text" else scope[word][operand.lower()]
    inner = evaluated(operand, scope)
    return base64.b64encode(inner) if word == "Base64" else hashlib.new(word.lower(), inner).digest()


def fields(head):
    lines = head.split(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")[1:]
    return {name.lower(): value.strip().encode("latin-1") for name, _, value in (line.partition(":") for line in lines)}


def session_key(draft, request, response):
    key = draft.get("session_key")
    scope = {"Header": fields(request), "ResponseHeader": fields(response)}
    return evaluated(key["value"]["value"], scope) if key else None


def xored(data, key):
    return bytes(byte ^ key[at % len(key)] for at, byte in enumerate(data))


def engine(plugin, path, connections):
    """What the engine finds in connections without Wireshark, in both versions of Lua that Wireshark has."""
    with open(path, "w", encoding="ascii") as file:
        for turns in connections:
            file.writelines(f"{by} {data.hex()}\n" for by, data in turns)
            file.write("\n")
    script = f"{os.path.dirname(__file__)}/engine.lua"
    outputs = [subprocess.run([lua, script, plugin, path], capture_output=True, check=True).stdout for lua in LUAS]
    subprocess.run([LUAS[-1], script, plugin, path, "19"], stdout=subprocess.DEVNULL, check=True)
    if outputs[0] != outputs[1]:
        fail(path, "the engine finds something else in the other version of Lua")
    for line in outputs[0].decode().splitlines():
        found = line.split("\t")[1].split("|")
        yield Counter(tuple(word.split(" ")) for word in found if word)


class Maker:
    """Makes connections of the vectors of a draft."""

    def __init__(self, program, listed, draft):
        self.program, self.listed, self.draft = program, listed, draft
        self.name = listed["draft"]
        answered = [rule for rule in listed["rules"] if rule["scope"] == "response" and rule["vectors"]]
        self.request = decoded(answered[0]["vectors"][0]["kept"]["request"])
        said = json.loads(run(program, "handshake", "--draft", self.name, "-", data=self.request))
        self.response = bytes.fromhex(said["response_hex"])
        self.key = session_key(draft, self.request, self.response)

    def frames(self, data, by):
        """The frames of a vector under the key of this connection."""
        masking = self.draft["masking"] and self.draft["masking"]["value"]
        if not self.key or masking["by"].lower() != by:
            return data
        known, out = self.listed["masking_key"], b""
        shown, _, _ = inspected(self.program, data, by, self.name, key=known)
        starts = [frame["offset"] for frame in shown] or [0]
        for start, end in zip(starts, [*starts[1:], len(data)]):
            nonce, masked = data[start : start + 4], data[start + 4 : end]
            keys = [
                evaluated(masking["key"], {"FrameNonce": nonce, "SessionKey": key})
                for key in (bytes.fromhex(known), self.key)
            ]
            out += nonce + xored(xored(masked, keys[0]), keys[1])
        return out

    def turns(self, scope, sent, by):
        data = decoded(sent["bytes"])
        if scope == "request":
            return [("client", data)]
        if scope == "response":
            return [("client", decoded(sent["request"])), ("server", data)]
        return [("client", self.request), ("server", self.response), (by, self.frames(data, by))]


def vectors_of(listed):
    for rule in listed["rules"]:
        for vector in rule["vectors"]:
            for kind in ("broken", "kept"):
                # Which extension claims these bits, a vector does not say.
                if not vector[kind]["claimed"]:
                    yield rule, vector, kind


def of_draft(program, plugin, listed, draft, skipped, folder):
    """Plays the vectors of a draft. Gives how many, how many broken rules there were, and how many frames."""
    maker, capture = Maker(program, listed, draft), packets.Capture()
    names, expected, streams, made = {}, {}, {"client": b"", "server": b""}, []
    for at, (rule, vector, kind) in enumerate(vectors_of(listed)):
        turns = maker.turns(rule["scope"], vector[kind], vector["by"])
        # Frames alone show some drafts, and lint looks at the first segment of them for that.
        port = capture.connection(turns, None if draft["undetectable"] else CUTS[at % len(CUTS)])
        made.append(turns)
        names[port] = f"{vector['id']} {kind}"
        frames = rule["scope"] in ("frame", "message", "close")
        if kind == "broken" and frames and vector["expect"]["outcome"] != "replace":
            expected[port] = rule["rule"]
        if frames:
            streams[vector["by"]] += turns[-1][1] if len(turns[-1][1]) < 4096 and rule["rule"] != "length-fits" else b""
    joined = {}
    for by, stream in streams.items():
        turns = [("client", maker.request), ("server", maker.response), (by, stream)]
        joined[capture.connection(turns, (700, 1, 1, 900))] = by
    path = f"{folder}/{maker.name}.pcap"
    capture.write(path)
    lint, shark = linted(program, path), dissected(plugin, path)
    compare(path, lint, shark, skipped, lambda port: names.get(port, "all frames"))
    for port, seen in zip(names, engine(plugin, f"{folder}/{maker.name}.txt", made)):
        shown = Counter()
        for (by, rule, _, offset), count in shark.broken[port].items():
            shown[by, rule, str(offset)] += count
        if seen != shown:
            fail(path, names[port], "the engine finds", dict(seen), "without Wireshark, and with it", dict(shown))
    for port, rule in expected.items():
        of = lint.drafts[port]["draft"]
        if of == maker.name and rule not in skipped and rule not in {key[1] for key in shark.broken[port]}:
            fail(names[port], "is not found")
    # Wireshark asks again for what it has shown before.
    again = dissected(plugin, path, "-2")
    for port, broken in shark.broken.items():
        if again.broken[port] != broken:
            fail(path, names.get(port), "the second pass finds", again.broken[port], "and the first", broken)
    for key, shown in shark.frames.items():
        if [frame for frame, _ in again.frames[key]] != [frame for frame, _ in shown]:
            fail(path, key, "the second pass shows other frames")
    frames = 0
    for port, by in joined.items():
        of = lint.drafts[port]["draft"]
        theirs, closes, _ = inspected(program, streams[by], by, of, key=maker.key.hex() if maker.key else None)
        frames += same_frames(f"{maker.name}, all frames of a {by}", theirs, closes, shark.frames[port, by])
    return Counter(vectors=len(names), broken=shark.count(), frames=frames)


def odd_captures(program, plugin, listed, draft, folder):
    """A connection on a port of Wireshark's own dissector, after another request; and one that lacks a segment."""
    maker, path = Maker(program, listed, draft), f"{folder}/odd.pcap"
    vectors = [vector for rule, vector, _ in vectors_of(listed) if rule["rule"] == "client-frame-masked"]
    sent = [(vector["by"], decoded(vector["broken"]["bytes"])) for vector in vectors]
    opening = [("client", maker.request), ("server", maker.response)]
    plain = [
        ("client", b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("server", b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"),
    ]
    capture = packets.Capture(server=80)
    capture.connection([*plain, *opening, *sent])
    capture.write(path)
    lint, shark = linted(program, path), dissected(plugin, path)
    compare(path, lint, shark, ())
    if not shark.count():
        fail("a connection on port 80 is not seen")
    capture = packets.Capture()
    capture.connection([*opening, *sent])
    data = [at for at, packet in enumerate(capture.packets) if len(packet) > packets.HEADERS]
    # Behind the opening handshake.
    del capture.packets[data[2]]
    capture.write(path)
    if dissected(plugin, path).count():
        fail("a rule is said to be broken behind a segment that is missing")


def streams_of(path):
    """What each end of each connection sent, by the port of the client, which comes first."""
    fields = ("tcp.srcport", "tcp.dstport", "tcp.flags.syn", "tcp.flags.ack", "tcp.seq", "tcp.payload")
    options = [option for field in fields for option in ("-e", field)]
    done = subprocess.run(["tshark", "-r", path, "-T", "fields", *options], capture_output=True, check=True)
    clients, streams = set(), defaultdict(bytearray)
    for line in done.stdout.decode().splitlines():
        source, target, syn, ack, seq, payload = line.split("\t")
        if syn in ("1", "True") and ack in ("0", "False"):
            clients.add(source)
        by = "client" if source in clients else "server"
        stream = streams[int(source if by == "client" else target), by]
        data, start = bytes.fromhex(payload), int(seq) - 1
        if data:
            # What was sent again stands where it stood.
            stream[start : start + len(data)] = data
    return {key: bytes(stream) for key, stream in streams.items()}


def of_capture(program, plugin, path, drafts, skipped):
    """Compares what is said of a capture. Gives the number of broken rules and of frames."""
    lint, shark = linted(program, path), dissected(plugin, path)
    compare(path, lint, shark, skipped)
    frames = 0
    if not shark.frames:
        return Counter(captures=1, broken=shark.count())
    streams = streams_of(path)
    for port, connection in lint.drafts.items():
        draft = drafts[connection["draft"]]
        heads = [streams[port, by] for by in ("client", "server")]
        bodies = [draft.get("request_body"), draft.get("response_body")]
        lengths = [bodies[0]["value"]["length"] if bodies[0] else 0, 16 if bodies[1] else 0]
        key = session_key(draft, *heads)
        for by, stream, body in zip(("client", "server"), heads, lengths):
            after = stream[stream.index(b"\r\n\r\n") + 4 + body :]
            masks = draft["masking"] and draft["masking"]["value"]["by"].lower() == by
            theirs, closes, texts = inspected(
                program, after, by, connection["draft"], connection["extensions"], key.hex() if key and masks else None
            )
            shown = shark.frames[port, by]
            frames += same_frames(f"{path}, {by}", theirs, closes, shown)
            told = "".join(item.first("wsdraft.text") or "" for _, item in shown)
            if told != "".join(texts) and not shark.broken[port]:
                fail(path, by, "the plug-in shows another text")
    return Counter(captures=1, broken=shark.count(), frames=frames)


def main(program, plugin, vectors, database, folder, *captures):
    drafts = {draft["short"]: draft for draft in read(database)["drafts"]}
    skipped, totals = unchecked(plugin), Counter()
    if sorted(skipped) != UNCHECKED:
        fail("the rules that are not checked are others:", sorted(set(skipped) ^ set(UNCHECKED)))
    with ThreadPoolExecutor() as pool:
        tasks = [pool.submit(of_capture, program, plugin, path, drafts, skipped) for path in captures]
        for listed in read(vectors)["drafts"]:
            tasks.append(pool.submit(of_draft, program, plugin, listed, drafts[listed["draft"]], skipped, folder))
            if listed["draft"] == "rfc6455":
                tasks.append(pool.submit(odd_captures, program, plugin, listed, drafts[listed["draft"]], folder))
        for task in tasks:
            totals.update(task.result() or {})
    print(
        f"wireshark: {totals['captures']} captures and {totals['vectors']} inputs made from vectors; lint finds the "
        f"same {totals['broken']} broken rules, and inspect the same {totals['frames']} frames; "
        f"{len(skipped)} rules are not checked"
    )


main(*sys.argv[1:])
