"""The receivers of PyPI's `websockets` and `wsproto`, without any I/O: what they say to the bytes of a vector.

Each function says `None` where the library takes the bytes, or what it refuses them with: a close code for frames,
an HTTP status for a request, a text otherwise. `KNOWN` lists where they differ from the vectors, and why.
"""

from websockets.client import ClientProtocol
from websockets.frames import Opcode
from websockets.protocol import State
from websockets.server import ServerProtocol
from websockets.uri import parse_uri
from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection, RejectConnection, Request
from wsproto.frame_protocol import FrameProtocol, ParseFailed
from wsproto.utilities import LocalProtocolError, RemoteProtocolError

URI = "ws://example.com/chat?room=1"


def fields(asked, name):
    lines = asked.split(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")[1:]
    pairs = [line.split(": ", 1) for line in lines]
    return [value for found, value in pairs if found.lower() == name]


class Websockets:
    name = "websockets"

    def frames(self, data, by):
        protocol = ServerProtocol(state=State.OPEN) if by == "client" else ClientProtocol(parse_uri(URI), state=State.OPEN)
        protocol.receive_data(data)
        if protocol.parser_exc:
            return protocol.close_sent.code if protocol.close_sent else repr(protocol.parser_exc)
        # The library leaves text to its callers, of which the asyncio one decodes it like this.
        text = None
        for frame in protocol.events_received():
            if frame.opcode == Opcode.TEXT:
                text = b""
            if frame.opcode in (Opcode.TEXT, Opcode.CONT) and text is not None:
                text += frame.data
                if frame.fin:
                    try:
                        text.decode()
                    except UnicodeDecodeError:
                        return 1007
                    text = None
        return None

    def request(self, data):
        protocol = ServerProtocol(subprotocols=["chat"])
        protocol.receive_data(data)
        events = protocol.events_received()
        if not events:
            return "not parsed" if protocol.handshake_exc else "not complete"
        status = protocol.accept(events[0]).status_code
        return None if status == 101 else status

    def response(self, data, asked):
        offered = [item.strip() for value in fields(asked, "sec-websocket-protocol") for item in value.split(",")]
        protocol = ClientProtocol(parse_uri(URI), subprotocols=offered or None)
        protocol.key = fields(asked, "sec-websocket-key")[0]
        protocol.send_request(protocol.connect())
        protocol.receive_data(data)
        if not protocol.events_received():
            protocol.receive_eof()
        return repr(protocol.handshake_exc) if protocol.handshake_exc else None


class Wsproto:
    name = "wsproto"

    def frames(self, data, by):
        protocol = FrameProtocol(client=by == "server", extensions=[])
        protocol.receive_bytes(data)
        try:
            for _ in protocol.received_frames():
                pass
        except ParseFailed as error:
            return int(error.code)
        return None

    def request(self, data):
        connection = WSConnection(ConnectionType.SERVER)
        try:
            connection.receive_data(data)
            events = list(connection.events())
            if not events or not isinstance(events[0], Request):
                return "not a request"
            connection.send(AcceptConnection())
        except RemoteProtocolError as error:
            hint = error.event_hint
            return hint.status_code if isinstance(hint, RejectConnection) else repr(error)
        except LocalProtocolError as error:
            return repr(error)
        return None

    def response(self, data, asked):
        offered = [item.strip() for value in fields(asked, "sec-websocket-protocol") for item in value.split(",")]
        connection = WSConnection(ConnectionType.CLIENT)
        connection.send(Request(host="example.com", target="/chat?room=1", subprotocols=offered))
        connection.handshake._nonce = fields(asked, "sec-websocket-key")[0].encode()
        try:
            connection.receive_data(data)
            events = list(connection.events())
        except RemoteProtocolError as error:
            return repr(error)
        return None if events and type(events[0]).__name__ == "AcceptConnection" else repr(events)


# Library, rule, how it differs: why.
_LENIENT = "the library is lenient here"
_OTHER = "the library refuses too, with another code or status"
_ALIEN = "the library agrees only to extensions that it has itself"
KNOWN = {
    ("websockets", "close-code-allowed", "takes what breaks it"): "under draft 17, codes of later",
    ("websockets", "connection-present", "refuses with 426"): _OTHER,
    ("websockets", "connection-valid", "refuses with 426"): _OTHER,
    ("websockets", "extensions-offered", "refuses what keeps it: NegotiationError('no extensions supported')"): _ALIEN,
    ("websockets", "extensions-valid", "takes what breaks it"): "without extensions of its own it does not look",
    ("websockets", "host-once", "takes what breaks it"): _LENIENT,
    ("websockets", "host-present", "takes what breaks it"): _LENIENT,
    ("websockets", "host-valid", "takes what breaks it"): _LENIENT,
    ("websockets", "length-fits", "refuses with 1009"): _OTHER,
    ("websockets", "length-minimal", "takes what breaks it"): _LENIENT,
    ("websockets", "origin-valid", "takes what breaks it"): _LENIENT,
    ("websockets", "request-http-version", "refuses with 505"): _OTHER,
    ("websockets", "request-method", "refuses with 405"): _OTHER,
    ("websockets", "request-target", "takes what breaks it"): _LENIENT,
    ("websockets", "response-extensions-once", "refuses what keeps it: NegotiationError('no extensions supported')"): _ALIEN,
    ("websockets", "response-extensions-valid", "refuses what keeps it: NegotiationError('no extensions supported')"): _ALIEN,
    ("websockets", "subprotocols-distinct", "takes what breaks it"): _LENIENT,
    ("websockets", "upgrade-present", "refuses with 426"): _OTHER,
    ("websockets", "upgrade-valid", "refuses what keeps it: 426"): "it wants websocket alone, where a list may stand",
    ("websockets", "upgrade-valid", "refuses with 426"): _OTHER,
    ("websockets", "version-supported", "refuses with 400"): _OTHER,
    ("wsproto", "accept-once", "takes what breaks it"): _LENIENT,
    ("wsproto", "close-code-allowed", "refuses what keeps it: 1002"): "1014, which was registered later",
    ("wsproto", "close-code-allowed", "takes what breaks it"): "under draft 17, codes of later",
    ("wsproto", "extensions-offered", "refuses what keeps it: RemoteProtocolError('unrecognized extension two')"): _ALIEN,
    ("wsproto", "extensions-valid", "takes what breaks it"): "extensions are its caller's to look at",
    ("wsproto", "host-valid", "takes what breaks it"): _LENIENT,
    ("wsproto", "key-once", "takes what breaks it"): _LENIENT,
    ("wsproto", "key-valid", "takes what breaks it"): _LENIENT,
    ("wsproto", "origin-once", "takes what breaks it"): _LENIENT,
    ("wsproto", "origin-valid", "takes what breaks it"): _LENIENT,
    ("wsproto", "request-http-version", "takes what breaks it"): _LENIENT,
    ("wsproto", "request-target", "takes what breaks it"): _LENIENT,
    ("wsproto", "response-extensions-once", "refuses what keeps it: RemoteProtocolError('unrecognized extension a')"): _ALIEN,
    ("wsproto", "response-extensions-valid", "refuses what keeps it: RemoteProtocolError('unrecognized extension a')"): _ALIEN,
    ("wsproto", "response-subprotocol-once", "takes what breaks it"): _LENIENT,
    ("wsproto", "response-subprotocol-valid", "takes what breaks it"): _LENIENT,
    ("wsproto", "response-upgrade-once", "takes what breaks it"): _LENIENT,
    ("wsproto", "subprotocol-valid", "takes what breaks it"): _LENIENT,
    ("wsproto", "subprotocols-distinct", "takes what breaks it"): _LENIENT,
    ("wsproto", "upgrade-valid", "refuses what keeps it: 400"): "it wants websocket alone, where a list may stand",
    ("wsproto", "version-once", "takes what breaks it"): _LENIENT,
}
