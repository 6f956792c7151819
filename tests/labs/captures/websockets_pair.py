"""A client and a server made with PyPI's websockets, with one defect seeded by its name."""

import asyncio
import sys

from websockets.asyncio.client import connect
from websockets.asyncio.server import serve
from websockets.frames import Frame, Opcode

SCENARIO, PORT = sys.argv[1], int(sys.argv[2])


async def echo(socket):
    if SCENARIO == "pong":
        # A pong that is cut in two; the library's own checks are passed by.
        Frame.check = lambda self: None
        data = Frame(Opcode.PONG, b"half", fin=False).serialize(mask=False)
        socket.transport.write(data)
    async for message in socket:
        await socket.send(message)


def subprotocol(connection, offered):
    return "nobody-asked" if SCENARIO == "subprotocol" else None


async def main():
    options = dict(compression=None, select_subprotocol=subprotocol)
    async with serve(echo, "127.0.0.1", PORT, **options):
        offered = ["chat"] if SCENARIO == "subprotocol" else None
        try:
            async with connect(f"ws://127.0.0.1:{PORT}/", compression=None, subprotocols=offered) as socket:
                await socket.send("Grüße")
                await socket.recv()
                await socket.send(bytes(range(256)))
                await socket.recv()
                await socket.send(["in ", "three ", "pieces"])
                await socket.recv()
                await (await socket.ping(b"?"))
        except Exception as error:
            if SCENARIO == "clean":
                raise
            print(type(error).__name__, error, file=sys.stderr)


asyncio.run(main())
