"""The plain client of mod_pywebsocket; the folder of its sources is the first argument, and the others are its own.
Python 2.7."""

import imp
import sys

sources = sys.argv.pop(1)
sys.path.insert(0, sources)

imp.load_source('__main__', sources + '/example/echo_client.py')
