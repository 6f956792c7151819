"""Clients for Python: `python.py NAME URL`. Each echoes until the connection ends, in every case."""

import asyncio
import sys
from importlib.metadata import version


class Websockets:
    async def run(self, url, echo):
        from websockets.asyncio.client import connect
        from websockets.exceptions import WebSocketException

        got = None
        try:
            async with connect(url, max_size=None) as socket:
                async for got in socket:
                    if echo:
                        await socket.send(got)
        except (WebSocketException, OSError, EOFError):
            pass
        return got


class Aiohttp:
    async def run(self, url, echo):
        from aiohttp import ClientError, ClientSession, WSMsgType

        got = None
        try:
            async with ClientSession() as session, session.ws_connect(url, max_msg_size=0, compress=15) as socket:
                async for message in socket:
                    got = message.data
                    if not echo:
                        continue
                    if message.type == WSMsgType.TEXT:
                        await socket.send_str(got)
                    elif message.type == WSMsgType.BINARY:
                        await socket.send_bytes(got)
        except (ClientError, OSError):
            pass
        return got


class WebsocketClient:
    async def run(self, url, echo):
        return await asyncio.to_thread(self.block, url, echo)

    def block(self, url, echo):
        import websocket

        got = None
        try:
            socket = websocket.create_connection(url)
        except (websocket.WebSocketException, OSError, ValueError):
            return got
        try:
            while True:
                opcode, data = socket.recv_data()
                if opcode == websocket.ABNF.OPCODE_CLOSE:
                    break
                got = data.decode("utf-8", "replace")
                if echo:
                    socket.send(data, opcode)
        except (websocket.WebSocketException, OSError, ValueError):
            pass
        socket.close(timeout=1)
        return got


class Autobahn:
    async def run(self, url, echo):
        from autobahn.asyncio.websocket import WebSocketClientFactory, WebSocketClientProtocol

        ended = asyncio.get_running_loop().create_future()
        last = []

        class Protocol(WebSocketClientProtocol):
            def onMessage(self, payload, isBinary):
                last[:] = [payload.decode("utf-8", "replace")]
                if echo:
                    self.sendMessage(payload, isBinary)

            def onClose(self, *_):
                ended.done() or ended.set_result(None)

            def connection_lost(self, reason):
                super().connection_lost(reason)
                ended.done() or ended.set_result(None)

        factory = WebSocketClientFactory(url)
        factory.protocol = Protocol
        try:
            await asyncio.get_running_loop().create_connection(factory, factory.host, factory.port)
            await asyncio.wait_for(ended, 30)
        except (OSError, asyncio.TimeoutError):
            pass
        return last[0] if last else None


CLIENTS = {"websockets": Websockets, "aiohttp": Aiohttp, "websocket-client": WebsocketClient, "autobahn": Autobahn}


async def main(name, url):
    print(version(name), flush=True)
    client, server = CLIENTS[name](), url.rstrip("/")
    count = int(await client.run(f"{server}/getCaseCount", False) or 0)
    for number in range(1, count + 1):
        await client.run(f"{server}/runCase?case={number}&agent={name}", True)
    await client.run(f"{server}/updateReports?agent={name}", False)


asyncio.run(main(*sys.argv[1:]))
