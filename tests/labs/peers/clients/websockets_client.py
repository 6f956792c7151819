"""A client made with PyPI `websockets`."""

import socket
import threading

from lines import obey, parts_of, tell, tell_message
from websockets.exceptions import ConnectionClosed
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory
from websockets.sync.client import connect


class Client:
    def open(self, command):
        self.connection = connect(
            command["url"],
            subprotocols=command.get("protocols") or None,
            origin="http://peer.example",
            max_size=None,
            proxy=None,
            ping_interval=None,
            extensions=self.offer(command.get("deflate")),
        )
        agreed = self.connection.response.headers.get("Sec-WebSocket-Extensions", "")
        tell("open", protocol=self.connection.subprotocol or "", extensions=agreed)
        threading.Thread(target=self.receive, args=[self.connection], daemon=True).start()

    @staticmethod
    def offer(deflate):
        if not deflate:
            return None
        return [
            ClientPerMessageDeflateFactory(
                server_no_context_takeover=deflate["forget"],
                client_no_context_takeover=deflate["forget"],
                server_max_window_bits=deflate["bits"],
                client_max_window_bits=deflate["bits"] or True,
            )
        ]

    def receive(self, connection):
        try:
            while True:
                tell_message(connection.recv())
        except ConnectionClosed as closed:
            received = closed.rcvd
            tell(
                "closed",
                code=received.code if received else 1006,
                reason=received.reason if received else "",
                clean=bool(received and closed.sent),
            )

    def text(self, command):
        self.connection.send(command["text"])

    def binary(self, command):
        self.connection.send(bytes.fromhex(command["hex"]))

    def fragments(self, command):
        self.connection.send(parts_of(command))

    def ping(self, command):
        payload = bytes.fromhex(command["hex"])
        if self.connection.ping(payload).wait(10):
            tell("pong", hex=payload.hex())

    def pong(self, command):
        self.connection.pong(bytes.fromhex(command["hex"]))

    def close(self, command):
        self.connection.close(command["code"], command["reason"])

    def drop(self, _):
        self.connection.socket.shutdown(socket.SHUT_RDWR)


client = Client()
obey({name: getattr(client, name) for name in dir(client) if not name.startswith("_")})
