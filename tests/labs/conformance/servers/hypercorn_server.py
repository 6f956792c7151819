"""PyPI `wsproto`, in the server `hypercorn`."""

import asyncio
import sys
from importlib.metadata import version

from hypercorn.asyncio import serve
from hypercorn.config import Config


async def echo(scope, receive, send):
    if scope["type"] != "websocket":
        return
    while True:
        event = await receive()
        if event["type"] == "websocket.connect":
            await send({"type": "websocket.accept"})
        elif event["type"] == "websocket.disconnect":
            return
        elif event.get("text") is not None:
            await send({"type": "websocket.send", "text": event["text"]})
        else:
            await send({"type": "websocket.send", "bytes": event["bytes"]})


print(version("wsproto"), "in hypercorn", version("hypercorn"), flush=True)
config = Config()
config.bind = ["127.0.0.1:" + sys.argv[1]]
config.errorlog = None
asyncio.run(serve(echo, config))
