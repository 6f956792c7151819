"""An echo server made with PyPI `websockets`."""

import json

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import serve


def tell(**event):
    print(json.dumps(event), flush=True)


def echo(connection):
    request = connection.request
    tell(event="open", version=int(request.headers["Sec-WebSocket-Version"]), path=request.path,
         extensions=connection.response.headers.get("Sec-WebSocket-Extensions", ""))
    try:
        while True:
            message = connection.recv()
            if isinstance(message, str):
                tell(event="text", text=message)
            else:
                tell(event="binary", hex=message.hex())
            connection.send(message)
    except ConnectionClosed as closed:
        received = closed.rcvd
        tell(event="closed", code=received.code if received else 1006, reason=received.reason if received else "")


with serve(echo, "127.0.0.1", 0, max_size=None) as server:
    tell(port=server.socket.getsockname()[1])
    server.serve_forever()
