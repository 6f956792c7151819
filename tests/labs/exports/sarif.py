"""What `wsdraft lint --format sarif` writes about the recorded captures, against the schema of SARIF 2.1.0."""

import json
import subprocess
import sys
from pathlib import Path

from schema import fail, read, refuses, validate

program, schema, *captures = sys.argv[1:]
schema = read(schema)
logs = []
for capture in captures:
    run = subprocess.run([program, "lint", "--format", "sarif", capture], capture_output=True, text=True, check=False)
    if run.returncode == 2 and "TLS" in run.stderr:
        continue  # Nothing in it can be looked into.
    if run.returncode not in (0, 1):
        fail(f"lint of {capture} exits with {run.returncode}: {run.stderr}")
    log = json.loads(run.stdout)
    validate(log, schema)
    found = len(log["runs"][0]["results"])
    if (run.returncode == 1) != (found > 0):
        fail(f"lint of {Path(capture).name} exits with {run.returncode} and has {found} results")
    logs.append(log)

results = [result for log in logs for result in log["runs"][0]["results"]]
if not results:
    fail("no capture has a result")
worst = next(log for log in logs if log["runs"][0]["results"])
refuses(worst, schema, lambda log: log["runs"][0]["results"][0].update(level="severe"), "a level that SARIF does not have")
refuses(worst, schema, lambda log: log["runs"][0]["results"][0].pop("message"), "a result without a message")
print(f"exports: {len(logs)} SARIF logs with {len(results)} results are valid")
