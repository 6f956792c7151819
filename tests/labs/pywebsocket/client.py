# -*- coding: utf-8 -*-
"""The client of mod_pywebsocket against the server on this port: three channels, whose messages and close
frames come back. Python 2.7; the folder of its sources is the second argument."""

import sys
import threading

port, sources = int(sys.argv[1]), sys.argv[2]
sys.path.insert(0, sources)

try:
    condition = threading.Condition()
    condition.acquire()
    condition.wait(timeout=0)
except TypeError:
    # Jython's method has no names of arguments.
    class Condition(object):
        def __init__(self, *lock):
            self._made = of_jython(*lock)

        def wait(self, timeout=None):
            self._made.wait() if timeout is None else self._made.wait(timeout)

        def __getattr__(self, name):
            return getattr(self._made, name)

    of_jython, threading.Condition = threading.Condition, Condition

from test import client_for_testing, mux_client_for_testing


def options():
    made = client_for_testing.ClientOptions()
    made.server_host = 'localhost'
    made.server_port = port
    made.origin = 'http://localhost'
    made.resource = '/echo'
    made.use_tls = False
    return made


def talk(client, channel, text, binary=False):
    client.send_message(channel, text, binary=binary)
    payload = text if binary else text.encode('utf-8')
    client.assert_receive(channel, payload, binary=binary)
    # What an echo costs: its bytes, and one for its frame.
    client.send_flow_control(channel, len(payload) + 1)


client = mux_client_for_testing.MuxClient(options())
client.connect()
client.send_flow_control(1, 4096)
for channel in 2, 3:
    client.add_channel(channel, options())
    client.send_flow_control(channel, 4096)
for size in 0, 1, 125, 126, 1000:
    for channel in 1, 2, 3:
        talk(client, channel, u'x' * size)
        talk(client, channel, 'y' * size, binary=True)
# More than the quota of the server and its window: both are replenished.
for _ in range(200):
    talk(client, 2, u'grü' * 300)
for channel in 2, 3:
    client.send_close(channel, 1000, 'done')
for channel in 2, 3:
    client.assert_receive_close(channel)
talk(client, 1, u'still here')
client.send_physical_connection_close(1000)
# It answers the close frame with one more, and Jython notices that the connection has ended by then.
client._read_thread.join(10)
assert client._physical_connection_close_message == '\x03\xe8', 'no close frame came'
