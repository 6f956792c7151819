"""Writes connections as packets, and reads what tshark says of them."""

import json
import struct
import subprocess

CLIENT, SERVER = b"\x0a\x00\x00\x01", b"\x0a\x00\x00\x02"
SYN, FIN, ACK = 2, 1, 16
# Bytes in front of what a packet brings.
HEADERS = 14 + 20 + 20


class Capture:
    """A pcap with connections, each from a port of its own, of which `first` is the first."""

    def __init__(self, first=20000, server=9001):
        self.packets = []
        self.port, self.server = first - 1, server

    def connection(self, turns, cut=None):
        """Adds a connection: who sends what, in order. `cut` gives the sizes of segments. Gives its client's port."""
        self.port += 1
        sent = {"client": 1, "server": 1}
        self._add("client", sent, SYN, b"", start=True)
        self._add("server", sent, SYN | ACK, b"", start=True)
        self._add("client", sent, ACK, b"")
        for at, (by, data) in enumerate(turns):
            # Wireshark looks at the first segment alone to find out what a connection is.
            sizes = (32, *cut) if cut and at == 0 else cut
            for piece in pieces(data, sizes):
                self._add(by, sent, ACK, piece)
                self._add("server" if by == "client" else "client", sent, ACK, b"")
        for by in ("client", "server"):
            self._add(by, sent, FIN | ACK, b"")
            sent[by] += 1
        self._add("client", sent, ACK, b"")
        return self.port

    def _add(self, by, sent, flags, data, start=False):
        other = "server" if by == "client" else "client"
        ports = (self.port, self.server) if by == "client" else (self.server, self.port)
        ends = (CLIENT, SERVER) if by == "client" else (SERVER, CLIENT)
        seq = sent[by] - 1 if start else sent[by]
        ack = sent[other] if flags & ACK else 0
        tcp = struct.pack(">HHIIBBHHH", *ports, seq, ack, 5 << 4, flags, 65535, 0, 0) + data
        ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(tcp), 1, 0, 64, 6, 0, *ends) + tcp
        self.packets.append(b"\2\0\0\0\0\2\2\0\0\0\0\1\x08\0" + ip)
        sent[by] += len(data)

    def write(self, path):
        with open(path, "wb") as file:
            file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 1 << 18, 1))
            for at, packet in enumerate(self.packets):
                file.write(struct.pack("<IIII", 1700000000 + at // 1000, at % 1000 * 1000, len(packet), len(packet)))
                file.write(packet)


def pieces(data, cut):
    """The data in segments: of these sizes, and of what fits a packet after them."""
    at, sizes = 0, list(cut or ())
    while at < len(data):
        size = sizes.pop(0) if sizes else 32768
        yield data[at : at + size]
        at += size


class Pairs(list):
    """An object of JSON in which a name may come more than once."""

    def all(self, name):
        return [value for key, value in self if key == name]

    def first(self, name, default=None):
        return next(iter(self.all(name)), default)


def tshark(plugin, path, *options):
    """The packets of a capture, as tshark tells of them with the plug-in."""
    command = ["tshark", "-X", f"lua_script:{plugin}", "-r", path, "-T", "json", "-J", "frame tcp wsdraft"]
    done = subprocess.run([*command, "-Y", "wsdraft", *options], capture_output=True, check=True)
    said = [line for line in done.stderr.decode().splitlines() if "Running as user" not in line]
    if said:
        raise SystemExit(f"tshark: {path}: {said[:5]}")
    return [packet.first("_source").first("layers") for packet in json.loads(done.stdout, object_pairs_hook=Pairs)]


def items(layers):
    """What the plug-in shows of a packet, one item each."""
    return [item for item in layers.all("wsdraft") if isinstance(item, Pairs)]


def found(layers):
    """The broken rules of a packet: by whom, which, and where; and the expert infos about them."""
    for item in items(layers):
        for at, (name, value) in enumerate(item):
            if name == "wsdraft.rule":
                yield value, item[at + 1][1]
