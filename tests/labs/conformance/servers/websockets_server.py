"""PyPI `websockets`, on asyncio."""

import asyncio
import sys
from importlib.metadata import version

from websockets.asyncio.server import serve
from websockets.exceptions import ConnectionClosed


async def echo(connection):
    try:
        async for message in connection:
            await connection.send(message)
    except ConnectionClosed:
        pass


async def main():
    async with serve(echo, "127.0.0.1", int(sys.argv[1])) as server:
        await server.serve_forever()


print(version("websockets"), flush=True)
asyncio.run(main())
