import { Draft, Role, checkCloseCode, parseHead, payloadOf, ruleOf } from "./wsdraft.js";

const data = Uint8Array.of(@bytes@); // what a client sent
const head = parseHead(Draft.@DRAFT@, Role.CLIENT, data);
if (head.type !== "head") {
  throw new Error(head.type); // the head is incomplete or breaks rules
}
const payload = payloadOf(head, data); // without its mask
const code = new DataView(payload.buffer).getUint16(0);
const verdict = checkCloseCode(Draft.@DRAFT@, code, Role.CLIENT);
console.log(head.kind, code, verdict.reason); // close @code@ never-sent
const rule = verdict.rule === null ? undefined : ruleOf(Draft.@DRAFT@, verdict.rule);
if (rule !== undefined) {
  console.log(`${rule.level} ${rule.id}: ${rule.summary}`);
}
