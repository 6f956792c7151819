"""Connections written as captures: raw IP, checksums left out."""

import struct

REQUEST = (
    b"GET / HTTP/1.1\r\nHost: example.com\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
)
RESPONSE = (
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
)
EXTENSIONS = b"Sec-WebSocket-Extensions: x-test\r\n"
SYN, FIN, PUSH, ACK = 2, 1, 8, 16


class Capture:
    def __init__(self, path):
        self.file = open(path, "wb")
        self.file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 101))
        self.clock = 1_600_000_000_000_000

    def connection(self, port, by, frames, extended):
        """A connection from this port, of which one end sends these bytes after the handshake."""
        numbers = {"client": 1000, "server": 9000}

        def packet(sender, flags, data=b""):
            other = "server" if sender == "client" else "client"
            ends = [(b"\x0a\0\0\1", port), (b"\x0a\0\0\2", 80)]
            (source, from_port), (target, to_port) = ends if sender == "client" else ends[::-1]
            ack = numbers[other] if flags & ACK else 0
            tcp = struct.pack(">HHIIBBHHH", from_port, to_port, numbers[sender], ack, 5 << 4, flags, 65535, 0, 0) + data
            ip = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(tcp), 0, 0, 64, 6, 0) + source + target + tcp
            self.clock += 100
            self.file.write(struct.pack("<IIII", *divmod(self.clock, 1_000_000), len(ip), len(ip)) + ip)
            numbers[sender] += len(data) + bool(flags & (SYN | FIN))

        def send(sender, data):
            for at in range(0, len(data), 1400):
                packet(sender, PUSH | ACK, data[at : at + 1400])
                packet("server" if sender == "client" else "client", ACK)

        packet("client", SYN)
        packet("server", SYN | ACK)
        packet("client", ACK)
        more = EXTENSIONS if extended else b""
        send("client", REQUEST + more + b"\r\n")
        send("server", RESPONSE + more + b"\r\n")
        send(by, frames)
        packet("client", FIN | ACK)
        packet("server", FIN | ACK)
        packet("client", ACK)

    def close(self):
        self.file.close()
