"""The peers of the conformance lab: how each is started, and how it is tested.

    peers.py HOME WSDRAFT [NAME...]   plays the cases against each peer that is there, and keeps the reports
    peers.py --page HOME PAGE         writes the page on what is kept
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from page import write

HERE = Path(__file__).resolve().parent


def filled(words, home, port, version):
    return [word.format(home=home, here=HERE, port=port, version=version) for word in words]


def packaged(package):
    """The version of a Debian package, without what Debian adds."""
    command = ["dpkg-query", "-W", "-f", "${Version}", package]
    return subprocess.run(command, capture_output=True, text=True).stdout.split("-")[0]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def listens(port):
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Server:
    """A running server. Its first line is its version."""

    def __init__(self, peer, home):
        self.port = free_port()
        environment = os.environ | {"PEERS_HOME": str(home), "LD_LIBRARY_PATH": str(home / "lib")}
        version = packaged(peer["package"]) if "package" in peer else ""
        log = open(home / "logs" / (peer["name"] + ".log"), "w")
        self.process = subprocess.Popen(
            filled(peer["start"], home, self.port, version), stdout=subprocess.PIPE, stderr=log, cwd=home,
            env=environment, text=True, start_new_session=True,
        )
        self.version = self.process.stdout.readline().strip()
        deadline = time.monotonic() + 20
        while not listens(self.port):
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise OSError("it does not start")
            time.sleep(0.05)

    def stop(self):
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()


def test(peer, wsdraft, home):
    """Tests a peer in each of its drafts."""
    kept = home / "reports" / (peer["name"] + ".json")
    kept.unlink(missing_ok=True)
    result = {"name": peer["name"], "version": "", "runs": []}
    try:
        for draft in peer.get("drafts", [None]):
            server = Server(peer, home)
            result["version"] = server.version
            try:
                result["runs"].append(run(peer, draft, server.port, wsdraft))
            finally:
                server.stop()
    except OSError as error:
        result["missing"] = str(error)
    kept.write_text(json.dumps(result))
    return result


def run(peer, draft, port, wsdraft):
    command = [wsdraft, "test", "server", "--json", f"ws://127.0.0.1:{port}{peer.get('path', '/')}"]
    command += ["--draft", draft] if draft else []
    command += peer.get("options", [])
    start = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, timeout=900)
    took = time.monotonic() - start
    if not done.stdout.strip():
        return {"draft": draft, "failed": done.stderr.strip(), "took": took}
    return {"report": json.loads(done.stdout), "took": took}


def main(arguments):
    peers = tomllib.loads((HERE / "peers.toml").read_text())["server"]
    if arguments[0] == "--page":
        return write(peers, Path(arguments[1]), arguments[2])
    home, wsdraft, names = Path(arguments[0]), arguments[1], arguments[2:]
    unknown = set(names) - {peer["name"] for peer in peers}
    if unknown:
        raise SystemExit(f"no such peer: {', '.join(sorted(unknown))}")
    for folder in ("reports", "logs"):
        (home / folder).mkdir(exist_ok=True)
    chosen = [peer for peer in peers if not names or peer["name"] in names]
    with ThreadPoolExecutor(1) as pool:
        for result in pool.map(lambda peer: test(peer, wsdraft, home), chosen):
            print(result["name"], result["version"], result.get("missing", ""), file=sys.stderr)
            for one in result["runs"]:
                said = one.get("failed") or f"{one['report']['draft']} {one['report']['summary']}"
                print(f"  {said} in {one['took']:.1f} s", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
