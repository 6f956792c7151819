"""The server of mod_pywebsocket with the handlers of its examples, on this port; the folder of its sources is the second
argument. Python 2.7."""

import sys

port, sources = sys.argv[1:]
sys.path.insert(0, sources)

from mod_pywebsocket import standalone

standalone._main(['-p', port, '-d', sources + '/example'])
