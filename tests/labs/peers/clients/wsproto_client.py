"""A client made with PyPI `wsproto`, which does no input or output of its own."""

import socket
import threading
from urllib.parse import urlsplit

from lines import obey, parts_of, tell, tell_message
from wsproto import ConnectionType, WSConnection
from wsproto.connection import ConnectionState
from wsproto.events import (
    AcceptConnection,
    BytesMessage,
    CloseConnection,
    Ping,
    Pong,
    RejectConnection,
    Request,
    TextMessage,
)
from wsproto.extensions import PerMessageDeflate
from wsproto.utilities import ProtocolError


def extension_header(extension):
    """What was agreed, in the words of the header."""
    words = [extension.name]
    if extension.server_no_context_takeover:
        words.append("server_no_context_takeover")
    if extension.client_no_context_takeover:
        words.append("client_no_context_takeover")
    words.append(f"server_max_window_bits={extension.server_max_window_bits}")
    words.append(f"client_max_window_bits={extension.client_max_window_bits}")
    return "; ".join(words)


class Client:
    def open(self, command):
        url = urlsplit(command["url"])
        self.socket = socket.create_connection((url.hostname, url.port))
        self.connection = WSConnection(ConnectionType.CLIENT)
        self.lock = threading.Lock()
        self.send(
            Request(
                host=url.netloc,
                target=url.path,
                subprotocols=command.get("protocols", []),
                extensions=self.offer(command.get("deflate")),
                extra_headers=[(b"Origin", b"http://peer.example")],
            )
        )
        threading.Thread(target=self.listen, args=[self.socket, self.connection], daemon=True).start()

    @staticmethod
    def offer(deflate):
        if not deflate:
            return []
        return [
            PerMessageDeflate(
                client_no_context_takeover=deflate["forget"],
                client_max_window_bits=deflate["bits"],
                server_no_context_takeover=deflate["forget"],
                server_max_window_bits=deflate["bits"],
            )
        ]

    def listen(self, sock, connection):
        try:
            self.receive(sock, connection)
        except ProtocolError as error:
            tell("error", message=repr(error))

    def send(self, *events):
        with self.lock:
            for event in events:
                self.socket.sendall(self.connection.send(event))

    def receive(self, sock, connection):
        code, reason = 1006, ""
        message = []
        while True:
            try:
                data = sock.recv(65536)
            except OSError:
                data = b""
            if not data:
                clean = connection.state is ConnectionState.CLOSED and code != 1006
                return tell("closed", code=code, reason=reason, clean=clean)
            with self.lock:
                connection.receive_data(data)
                events = list(connection.events())
            for event in events:
                if isinstance(event, AcceptConnection):
                    agreed = [extension_header(extension) for extension in event.extensions]
                    tell("open", protocol=event.subprotocol or "", extensions=", ".join(agreed))
                elif isinstance(event, RejectConnection):
                    tell("error", message=f"status {event.status_code}")
                elif isinstance(event, (TextMessage, BytesMessage)):
                    message.append(event.data)
                    if event.message_finished:
                        tell_message(type(event.data)().join(message))
                        message = []
                elif isinstance(event, Ping):
                    self.send(event.response())
                elif isinstance(event, Pong):
                    tell("pong", hex=bytes(event.payload).hex())
                elif isinstance(event, CloseConnection):
                    code, reason = event.code, event.reason or ""
                    if connection.state is ConnectionState.REMOTE_CLOSING:
                        self.send(event.response())

    def text(self, command):
        self.send(TextMessage(command["text"]))

    def binary(self, command):
        self.send(BytesMessage(bytes.fromhex(command["hex"])))

    def fragments(self, command):
        kind = TextMessage if command["type"] == "text" else BytesMessage
        parts = parts_of(command)
        for i, part in enumerate(parts):
            if i == 1 and command.get("ping"):
                self.send(Ping(bytes.fromhex(command["ping"])))
            self.send(kind(part, message_finished=i == len(parts) - 1))

    def ping(self, command):
        self.send(Ping(bytes.fromhex(command["hex"])))

    def pong(self, command):
        self.send(Pong(bytes.fromhex(command["hex"])))

    def close(self, command):
        self.send(CloseConnection(command.get("code"), command["reason"]))

    def drop(self, _):
        self.socket.shutdown(socket.SHUT_RDWR)


client = Client()
obey({name: getattr(client, name) for name in dir(client) if not name.startswith("_")})
