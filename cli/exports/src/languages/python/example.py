import wsdraft

data = bytes.fromhex("@hex@")  # what a client sent
head = wsdraft.parse_head("@draft@", "client", data)
if not isinstance(head, wsdraft.Head):
    raise SystemExit(head)  # the head is incomplete or breaks rules
payload = wsdraft.payload_of(head, data)  # without its mask
code = int.from_bytes(payload[:2], "big")
verdict = wsdraft.check_close_code("@draft@", code, "client")
print(head.kind, code, verdict.reason)  # close @code@ never-sent
rule = wsdraft.rule_of("@draft@", verdict.rule) if verdict.rule else None
if rule:
    print(f"{rule.level} {rule.id}: {rule.summary}")
