"""PyPI `tornado`."""

import asyncio
import sys
from importlib.metadata import version

from tornado.web import Application
from tornado.websocket import WebSocketClosedError, WebSocketHandler


class Echo(WebSocketHandler):
    def on_message(self, message):
        try:
            self.write_message(message, binary=isinstance(message, bytes))
        except WebSocketClosedError:
            pass


async def main():
    Application([(r"/.*", Echo)]).listen(int(sys.argv[1]), "127.0.0.1")
    await asyncio.Event().wait()


print(version("tornado"), flush=True)
asyncio.run(main())
