"""PyPI `gevent-websocket`."""

import sys
from importlib.metadata import version

from gevent import pywsgi
from geventwebsocket.exceptions import WebSocketError
from geventwebsocket.handler import WebSocketHandler


def app(environ, start_response):
    socket = environ.get("wsgi.websocket")
    if socket is None:
        start_response("400 Bad Request", [])
        return [b"no WebSocket request"]
    try:
        while True:
            message = socket.receive()
            if message is None:
                break
            socket.send(message, binary=not isinstance(message, str))
    except WebSocketError:
        pass
    return []


print(version("gevent-websocket"), flush=True)
address = ("127.0.0.1", int(sys.argv[1]))
pywsgi.WSGIServer(address, app, handler_class=WebSocketHandler, log=None, error_log=None).serve_forever()
