"""Writes a capture of any size to standard output: one clean connection of RFC 6455 in segments of 1448 bytes.

    python3 tests/labs/captures/large.py 1024 > large.pcap     # MiB of packets
    /usr/bin/time -v target/release/wsdraft lint large.pcap

Messages of the client are masked, those of the server are not; one in eight is text.
"""

import base64
import hashlib
import struct
import sys

SIZE = int(sys.argv[1]) << 20
SEGMENT = 1448
KEY = base64.b64encode(b"sixteen bytes ok")
ACCEPT = base64.b64encode(hashlib.sha1(KEY + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest())
REQUEST = (
    b"GET / HTTP/1.1\r\nHost: example.com\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: " + KEY + b"\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
RESPONSE = (
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Accept: " + ACCEPT + b"\r\n\r\n"
)


class End:
    """One end of the connection, which writes packets."""

    def __init__(self, out, source, target):
        self.out, self.sequence = out, 0
        ports = {1: 40_000, 2: 80}
        self.head = bytes(12) + b"\x08\x00"
        self.addresses = bytes([192, 0, 2, source, 192, 0, 2, target])
        self.ports = struct.pack(">HH", ports[source], ports[target])

    def packet(self, payload, flags=0x18):
        length = 40 + len(payload)
        ip = struct.pack(">BBHHHBBH", 0x45, 0, length, 0, 0x4000, 64, 6, 0) + self.addresses
        tcp = self.ports + struct.pack(">IIBBHHH", self.sequence & 0xFFFFFFFF, 0, 0x50, flags, 0xFFFF, 0, 0)
        size = len(self.head) + length
        written = self.out.write(struct.pack("<IIII", 0, 0, size, size) + self.head + ip + tcp + payload)
        self.sequence += len(payload) + (1 if flags & 3 else 0)
        return written

    def send(self, stream):
        return sum(self.packet(stream[at : at + SEGMENT]) for at in range(0, len(stream), SEGMENT))


def frame(length, text, masked):
    head = bytes([0x81 if text else 0x82])
    mask = 0x80 if masked else 0
    if length < 126:
        head += bytes([mask | length])
    elif length < 1 << 16:
        head += struct.pack(">BH", mask | 126, length)
    else:
        head += struct.pack(">BQ", mask | 127, length)
    payload = b"\xc3\xa9abcdef" * (length // 8) + b"x" * (length % 8)
    if not masked:
        return head + payload
    key = b"\x11\x22\x33\x44"
    unit = bytes(byte ^ key[at % 4] for at, byte in enumerate(payload[: min(length, 8)]))
    rest = bytes(byte ^ key[at % 4] for at, byte in enumerate(b"x" * (length % 8)))
    return head + key + (unit * (length // 8) + rest if length >= 8 else unit)


def main():
    out = sys.stdout.buffer
    out.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65_535, 1))
    client, server = End(out, 1, 2), End(out, 2, 1)
    client.packet(b"", 0x02)
    server.packet(b"", 0x12)
    client.send(REQUEST)
    server.send(RESPONSE)
    lengths = (17, 125, 126, 1000, 4096, 20_000, 65_536, 300_000)
    bursts = [
        (b"".join(frame(length, at == 0, masked) for at, length in enumerate(lengths)), end)
        for masked, end in ((True, client), (False, server))
    ]
    written = 0
    while written < SIZE:
        for burst, end in bursts:
            written += end.send(burst)
    client.send(b"\x88\x82\0\0\0\0\x03\xe8")
    server.send(b"\x88\x02\x03\xe8")
    server.packet(b"", 0x11)
    client.packet(b"", 0x11)


main()
