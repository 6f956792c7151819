"""PyPI `websocket-server`, which takes text only."""

import logging
import sys
from importlib.metadata import version

from websocket_server import WebsocketServer

print(version("websocket-server"), flush=True)
server = WebsocketServer(host="127.0.0.1", port=int(sys.argv[1]), loglevel=logging.CRITICAL)
server.set_fn_message_received(lambda client, server, message: server.send_message(client, message))
server.run_forever()
