"""A chat with one room. It works, until somebody writes a word with an accent."""

import asyncio
import base64
import hashlib

MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
room = set()


def text_frame(text):
    length = len(text)
    if length < 126:
        header = bytes([0x81, length])
    else:
        header = bytes([0x81, 126]) + length.to_bytes(2, "big")
    return header + text.encode()


async def read_frame(reader):
    first, second = await reader.readexactly(2)
    length = second & 0x7F
    if length == 126:
        length = int.from_bytes(await reader.readexactly(2), "big")
    mask = await reader.readexactly(4)
    payload = await reader.readexactly(length)
    return first & 0x0F, bytes(byte ^ mask[at % 4] for at, byte in enumerate(payload))


async def serve(reader, writer):
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    lines = (line.partition(": ") for line in head.split("\r\n"))
    key = next(value for name, _, value in lines if name.lower() == "sec-websocket-key")
    accept = base64.b64encode(hashlib.sha1((key + MAGIC).encode()).digest()).decode()
    writer.write(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Accept: {accept}\r\n\r\n".encode()
    )
    room.add(writer)
    try:
        while True:
            opcode, payload = await read_frame(reader)
            if opcode == 8:
                writer.write(b"\x88" + bytes([len(payload)]) + payload)
                break
            for member in room:
                member.write(text_frame(f"somebody: {payload.decode()}"))
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        room.discard(writer)
        writer.close()


async def main():
    async with await asyncio.start_server(serve, "127.0.0.1", 8765) as server:
        await server.serve_forever()


asyncio.run(main())
