"""uWebSockets, in PyPI `socketify`. Its limit for a message is 16 KiB by default."""

import sys
from importlib.metadata import version

from socketify import App

print("in socketify", version("socketify"), flush=True)
app = App()
app.ws("/*", {
    "max_payload_length": 16 << 20,
    "message": lambda socket, data, opcode: socket.send(data, opcode),
})
app.listen({"host": "127.0.0.1", "port": int(sys.argv[1])}, lambda config: None)
app.run()
