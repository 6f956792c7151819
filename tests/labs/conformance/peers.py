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
from pathlib import Path

from page import write

HERE = Path(__file__).resolve().parent
# How many seconds a test may take, and how many the tester waits for each answer. A slow machine needs more.
LONGEST = int(os.environ.get("LONGEST", "900"))
PATIENCE = os.environ.get("PATIENCE", "5")
# How many seconds a server may take until it listens. One that ends before is not waited for.
STARTING = 120


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
        self.version = self.process.stdout.readline().strip().rstrip("-")
        deadline = time.monotonic() + STARTING
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
    command = [wsdraft, "test", "server", "--json", "--timeout", PATIENCE, f"ws://127.0.0.1:{port}{peer.get('path', '/')}"]
    command += ["--draft", draft] if draft else []
    command += peer.get("options", [])
    start = time.monotonic()
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST)
    except subprocess.TimeoutExpired:
        return {"draft": draft or "rfc6455", "failed": f"the test takes longer than {LONGEST} s", "took": LONGEST}
    took = time.monotonic() - start
    if not done.stdout.strip():
        return {"draft": draft, "failed": done.stderr.strip(), "took": took}
    return {"report": json.loads(done.stdout), "took": took}


def test_client(peer, wsdraft, home):
    """Tests a client, and keeps the report."""
    result = run_client(peer, wsdraft, home)
    (home / "reports" / ("client-" + peer["name"] + ".json")).write_text(json.dumps(result))
    return result


def run_client(peer, wsdraft, home):
    """Tests a client, which the tester starts as a driver."""
    result = {"name": peer["name"], "version": "", "runs": []}
    command = [wsdraft, "test", "client", "--json", "--timeout", PATIENCE, "--listen", f"127.0.0.1:{free_port()}", "--driver"]
    command += peer.get("options", ["--handshake"])
    command += ["--", *filled(peer["start"], home, 0, ""), "{url}"]
    environment = os.environ | {"PEERS_HOME": str(home)}
    start = time.monotonic()
    with open(home / "logs" / ("client-" + peer["name"] + ".log"), "w") as log:
        try:
            done = subprocess.run(command, stdout=subprocess.PIPE, stderr=log, text=True, timeout=LONGEST, env=environment)
        except subprocess.TimeoutExpired:
            done = None
    took = time.monotonic() - start
    said = (home / "logs" / ("client-" + peer["name"] + ".log")).read_text().splitlines()
    result["version"] = next((line.strip() for line in said if line[:1].isdigit()), "")
    if done is None or not done.stdout.strip():
        result["missing"] = "the test does not end in time" if done is None else "it does not start"
    else:
        reports = json.loads(done.stdout)
        reports = reports if isinstance(reports, list) else reports.get("agents", [reports])
        result["runs"] = [{"report": report, "took": took} for report in reports]
    return result


def main(arguments):
    all_peers = tomllib.loads((HERE / "peers.toml").read_text())
    if arguments[0] == "--page":
        return write(all_peers, Path(arguments[1]), arguments[2])
    home, wsdraft, names = Path(arguments[0]), arguments[1], arguments[2:]
    known = {peer["name"] for peers in all_peers.values() for peer in peers}
    if unknown := set(names) - known:
        raise SystemExit(f"no such peer: {', '.join(sorted(unknown))}")
    for folder in ("reports", "logs"):
        (home / folder).mkdir(exist_ok=True)
    for kind, tested in (("server", test), ("client", test_client)):
        for peer in all_peers[kind]:
            if names and peer["name"] not in names:
                continue
            result = tested(peer, wsdraft, home)
            print(kind, result["name"], result["version"], result.get("missing", ""), file=sys.stderr)
            for one in result["runs"]:
                said = one.get("failed") or f"{one['report']['draft']} {one['report']['summary']}"
                print(f"  {said} in {one['took']:.1f} s", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
