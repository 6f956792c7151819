"""An echo server made with PyPI `hypercorn`, over HTTP/2 and HTTP/1.1 inside TLS. Its arguments: certificate, key."""

import asyncio
import json
import socket
import sys

from hypercorn.asyncio import serve
from hypercorn.config import Config


def tell(**event):
    print(json.dumps(event), flush=True)


async def echo(scope, receive, send):
    if scope["type"] != "websocket":
        return
    fields = dict(scope["headers"])
    await receive()
    tell(event="open", http=scope["http_version"], version=int(fields[b"sec-websocket-version"]),
         path=scope["raw_path"].decode() + "?" + scope["query_string"].decode())
    await send({"type": "websocket.accept"})
    while True:
        message = await receive()
        if message["type"] == "websocket.disconnect":
            return tell(event="closed", code=message["code"], reason=message.get("reason") or "")
        text, data = message.get("text"), message.get("bytes")
        if text is not None:
            tell(event="text", text=text)
        else:
            tell(event="binary", hex=data.hex())
        await send({"type": "websocket.send", "text": text, "bytes": data})


async def main():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        config = Config()
        config.certfile, config.keyfile = sys.argv[1:]
        config.bind = [f"fd://{listening.fileno()}"]
        config.errorlog = None
        tell(port=listening.getsockname()[1])
        await serve(echo, config)


asyncio.run(main())
