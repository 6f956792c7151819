// Replays cases in the TypeScript module that `wsdraft export typescript` writes: `replay.py` says how.
import { readFileSync } from "node:fs";

import {
  DRAFTS,
  Draft,
  FIRST,
  FORMATS,
  Kind,
  Role,
  Shown,
  checkCloseCode,
  following,
  formatOf,
  frameSize,
  parseHead,
  payloadOf,
  ruleOf,
  unmasked,
  type Context,
  type Head,
} from "./wsdraft.js";

const trace: string[] = [];

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

/** FNV-1a with 32 bits. */
function hashOf(data: Uint8Array): string {
  let value = 0x811c9dc5;
  for (const byte of data) {
    value = Math.imul(value ^ byte, 0x01000193) >>> 0;
  }
  return value.toString(16).padStart(8, "0");
}

function traced(head: Head, payload: Uint8Array): string {
  const flags = `${Number(head.fin)} ${head.rsv} ${Number(head.masked)} ${hex(head.key) || "-"}`;
  const ends = `${head.length ?? "-"} ${head.until ?? "-"}`;
  return `${head.kind} ${head.opcode} ${flags} ${ends} ${head.size} ${hashOf(payload)}`;
}

function replay(draft: Draft, by: Role, all: Uint8Array, first: Context): string[] {
  const broken: string[] = [];
  let [data, context] = [all, first];
  while (data.length > 0) {
    const parsed = parseHead(draft, by, data, context);
    if (parsed.type === "incomplete" || parsed.type === "overlong") {
      throw new Error(`${draft}: ${parsed.type}`);
    }
    const head = parsed.type === "violation" ? parsed.head : parsed;
    broken.push(...(parsed.type === "violation" ? parsed.rules : []));
    for (let end = 0; end < head.size; end += 1) {
      const part = parseHead(draft, by, data.subarray(0, end), context);
      if (part.type !== "incomplete" || part.needed <= end || part.needed > head.size) {
        throw new Error(`${draft}: ${end} of ${head.size} bytes: ${part.type}`);
      }
    }
    const [size, whole] = [frameSize(head, data), data];
    data = data.subarray(head.size);
    const length = head.length ?? BigInt(data.indexOf(head.until ?? -1));
    const end = length < BigInt(data.length) ? Number(length) : data.length;
    const payload = unmasked(head, data.subarray(0, end));
    data = data.subarray(end + (head.length === null ? 1 : 0));
    trace.push(traced(head, payload));
    if (size === undefined ? BigInt(end) === length : hex(payloadOf(head, whole.subarray(0, size))) !== hex(payload)) {
      throw new Error(`${draft}: another payload`);
    }
    if (size !== undefined && (size + data.length !== whole.length || frameSize(head, whole.subarray(0, size - 1)))) {
      throw new Error(`${draft}: another size`);
    }
    if (BigInt(end) < length && broken.length === 0) {
      throw new Error(`${draft}: bytes are missing`);
    }
    const [high, low] = payload;
    if (head.kind === Kind.CLOSE && high !== undefined && low !== undefined && formatOf(draft).closing.hasCodes) {
      const verdict = checkCloseCode(draft, (high << 8) | low);
      trace.push(verdict.reason);
      if (verdict.allowed !== (verdict.rule === null)) {
        throw new Error(`${draft}: ${JSON.stringify(verdict)}`);
      }
      broken.push(...(verdict.rule === null ? [] : [verdict.rule]));
    }
    context = following(context, head);
  }
  return broken;
}

function known<T extends string>(words: Readonly<Record<string, T>>, word: string): T {
  const found = Object.values(words).find((one) => one === word);
  if (found === undefined) {
    throw new Error(`no ${word}`);
  }
  return found;
}

function refused(kind: typeof RangeError | typeof TypeError, call: () => unknown): void {
  try {
    call();
  } catch (error) {
    if (error instanceof kind) {
      return;
    }
    throw error;
  }
  throw new Error(`no error: ${String(call)}`);
}

/** What programs without types do wrong is refused. */
function names(): void {
  const [draft, data] = [Draft.RFC6455, Uint8Array.of(0x81, 0x82, 1, 2, 3, 4)];
  const single = DRAFTS.find((entry) => !entry.complete)?.draft;
  for (const other of [single, "no-such-draft", undefined] as Draft[]) {
    refused(RangeError, () => formatOf(other));
    refused(RangeError, () => ruleOf(other, "opcode-known"));
    refused(RangeError, () => checkCloseCode(other, 1000));
    refused(RangeError, () => parseHead(other, Role.CLIENT, data));
  }
  refused(RangeError, () => checkCloseCode(draft, 1000, "nobody" as Role));
  refused(RangeError, () => checkCloseCode(draft, 65536));
  refused(RangeError, () => parseHead(draft, "nobody" as Role, data));
  for (const wrong of [data.buffer, Array.from(data), "text", new DataView(data.buffer), undefined]) {
    refused(TypeError, () => parseHead(draft, Role.CLIENT, wrong as unknown as Uint8Array));
  }
  if (ruleOf("rfc6455", "no-such-rule") !== undefined) {
    throw new Error("a rule that is not there");
  }
}

names();
let [found, skipped] = [0, 0];
for (const line of readFileSync(process.argv[2] ?? "", "ascii").trimEnd().split("\n")) {
  const [name = "", short = "", sender = "", id = "", key = "", claimed = "", what = "", data = ""] = line.split("\t");
  const [draft, by] = [known(Draft, short), known(Role, sender)];
  const rule = ruleOf(draft, id);
  if (rule === undefined) {
    throw new Error(`${name}: no such rule`);
  }
  const session = key === "-" ? {} : { sessionKey: Buffer.from(key, "hex") };
  trace.push(`${name} ${what}`);
  const broken = replay(draft, by, Buffer.from(data, "hex"), { ...FIRST, ...session, claimed: Number(claimed) });
  const hidden = rule.shown === Shown.ELSEWHERE;
  if (broken.join() !== (what === "kept" || hidden ? "" : id)) {
    throw new Error(`${name}, ${what}: found ${broken.join()}`);
  }
  found += hidden ? 0 : 1;
  skipped += hidden ? 1 : 0;
}
for (const { draft } of FORMATS) {
  for (const sender of [null, Role.CLIENT, Role.SERVER]) {
    let [last, first] = ["", 0];
    for (let code = 0; code <= 5001; code += 1) {
      const reason = code === 5001 ? "" : checkCloseCode(draft, code, sender).reason;
      if (reason !== last) {
        if (last !== "") {
          trace.push(`codes ${draft} ${sender ?? "any"} ${first}-${code - 1} ${last}`);
        }
        [last, first] = [reason, code];
      }
    }
  }
}
process.stdout.write(`${trace.join("\n")}\n`);
process.stderr.write(`${found} cases; ${skipped} of rules that nothing here shows\n`);
