"""PyPI `SimpleWebSocketServer`."""

import sys
from importlib.metadata import version

from SimpleWebSocketServer import SimpleWebSocketServer, WebSocket


class Echo(WebSocket):
    def handleMessage(self):
        self.sendMessage(self.data)


print(version("SimpleWebSocketServer"), flush=True)
SimpleWebSocketServer("127.0.0.1", int(sys.argv[1]), Echo).serveforever()
