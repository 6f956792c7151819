const BY_DRAFT: ReadonlyMap<Draft, Format> = new Map(FORMATS.map((format) => [format.draft, format]));
const PLACES: ReadonlyMap<Draft, number> = new Map(DRAFTS.map((entry, place) => [entry.draft, place]));

/**
 * The wire format of a draft.
 *
 * @throws RangeError if there is no such draft, or if the database does not have the whole draft
 */
export function formatOf(draft: Draft): Format {
  placeOf(draft);
  const found = BY_DRAFT.get(draft);
  if (found === undefined) {
    throw new RangeError(`the database has only single facts about ${draft}, and not its wire format and rules`);
  }
  return found;
}

/**
 * Whether a row of a table holds in a draft.
 *
 * @throws RangeError if there is no such draft
 */
export function holds(span: { readonly since: Draft; readonly until: Draft }, draft: Draft): boolean {
  const place = placeOf(draft);
  return placeOf(span.since) <= place && place <= placeOf(span.until);
}

/**
 * A rule as a draft says it; `undefined` if the draft does not have it.
 *
 * @throws RangeError if there is no such draft, or if the database does not have the whole draft
 */
export function ruleOf(draft: Draft, id: string): Rule | undefined {
  formatOf(draft);
  return RULES.find((rule) => rule.id === id && holds(rule, draft));
}

/**
 * Whether a close frame of a draft may contain a code.
 *
 * Without a sender, the verdict is the receiver's: no receiver checks which end may send a code.
 *
 * @throws RangeError if the code is no number of 16 bits, if there is no such draft or sender, or if the database does
 * not have the whole draft
 */
export function checkCloseCode(draft: Draft, code: number, sender: Role | null = null): CloseVerdict {
  if (!Number.isInteger(code) || code < 0 || code > 0xffff) {
    throw new RangeError(`${code} is no close code`);
  }
  if (sender !== null) {
    checkRole(sender);
  }
  const closing = formatOf(draft).closing;
  if (!closing.hasCodes) {
    return { allowed: false, reason: CloseReason.NO_CODES, rule: null };
  }
  const known = closing.codes.find((entry) => entry.code === code);
  if (known !== undefined) {
    if (!known.onWire) {
      return { allowed: false, reason: CloseReason.NEVER_SENT, rule: closing.rule };
    }
    if (sender !== null && known.by !== null && known.by !== sender) {
      return { allowed: false, reason: CloseReason.OTHER_END, rule: null };
    }
    return { allowed: true, reason: CloseReason.ALLOWED, rule: null };
  }
  const range = closing.ranges.find((entry) => entry.first <= code && code <= entry.last);
  if (closing.rule === null || (range?.free ?? closing.otherwise)) {
    return { allowed: true, reason: CloseReason.ALLOWED, rule: null };
  }
  return { allowed: false, reason: CloseReason.UNDEFINED, rule: closing.rule };
}

/**
 * Reads and judges the head at the start of `data`, which an end of a connection of a draft sent.
 *
 * @throws RangeError if there is no such draft or sender, if the database does not have the whole draft, or if the draft
 * masks with a session key that the context does not have
 * @throws TypeError if the data is no `Uint8Array`
 */
export function parseHead(draft: Draft, sender: Role, data: Uint8Array, context: Context = FIRST): Parsed {
  const format = formatOf(draft);
  checkRole(sender);
  checkBytes(data);
  const mask = format.layout.mask;
  const read = mask !== null && mask.by === sender ? readMasked(format, mask, data, context) : readClear(format, data);
  if (read.type !== "head") {
    return read;
  }
  const broken = format.checks.filter((check) => breaks(check, sender, read, context)).map((check) => check.rule);
  const [first, ...others] = broken;
  return first === undefined ? read : { type: "violation", rules: [first, ...others], head: read };
}

/** The context of the frame after a frame with this head. */
export function following(context: Context, head: Head): Context {
  if (head.kind === Kind.CLOSE) {
    return { ...context, closeSent: true };
  }
  return isData(head.kind) ? { ...context, messageOpen: !head.fin } : context;
}

/** The size of the frame with this head at the start of `data`; `undefined` if `data` ends before the frame does. */
export function frameSize(head: Head, data: Uint8Array): number | undefined {
  checkBytes(data);
  if (head.length === null) {
    const end = data.indexOf(head.until ?? 0, head.size);
    return end < 0 ? undefined : end + 1;
  }
  const left = data.length - head.size;
  return left >= 0 && head.length <= BigInt(left) ? head.size + Number(head.length) : undefined;
}

/** The payload of a whole frame, without its mask and without the byte that ends it. */
export function payloadOf(head: Head, frame: Uint8Array): Uint8Array {
  checkBytes(frame);
  return unmasked(head, frame.subarray(head.size, frame.length - (head.length === null ? 1 : 0)));
}

/** A part of a payload without its mask. `offset` is its place in the payload. */
export function unmasked(head: Head, payload: Uint8Array, offset = 0): Uint8Array {
  checkBytes(payload);
  return xored(payload, head.key, offset);
}

// Programs in JavaScript have no types that keep them from these mistakes.

function placeOf(draft: Draft): number {
  const place = PLACES.get(draft);
  if (place === undefined) {
    throw new RangeError(`${String(draft)} is no draft; DRAFTS lists them`);
  }
  return place;
}

function checkRole(role: Role): void {
  if (role !== Role.CLIENT && role !== Role.SERVER) {
    throw new RangeError(`${String(role)} is neither ${Role.CLIENT} nor ${Role.SERVER}`);
  }
}

function checkBytes(data: Uint8Array): void {
  if (Object.prototype.toString.call(data) !== "[object Uint8Array]") {
    throw new TypeError("the bytes are no Uint8Array");
  }
}

function xored(data: Uint8Array, key: Uint8Array, offset: number): Uint8Array {
  const out = new Uint8Array(data);
  for (let at = 0; at < out.length && key.length > 0; at += 1) {
    out[at] = (out[at] ?? 0) ^ (key[(offset + at) % key.length] ?? 0);
  }
  return out;
}

function isStart(kind: Kind): boolean {
  return kind === Kind.TEXT || kind === Kind.BINARY;
}

function isData(kind: Kind): boolean {
  return isStart(kind) || kind === Kind.CONTINUATION;
}

function isControl(kind: Kind): boolean {
  return kind === Kind.CLOSE || kind === Kind.PING || kind === Kind.PONG;
}

/** The longest head without the bytes in front of a masked frame. */
const LONGEST = 16;

function readMasked(format: Format, mask: FrameMask, data: Uint8Array, context: Context): Incomplete | Head | Overlong {
  if (data.length < 4) {
    return { type: "incomplete", needed: 6 };
  }
  const joined: number[] = [];
  for (const part of mask.parts) {
    if (part.source === KeySource.NONCE) {
      joined.push(...data.subarray(0, 4));
    } else if (part.source === KeySource.TEXT) {
      joined.push(...Array.from(part.text, (letter) => letter.charCodeAt(0)));
    } else if (context.sessionKey === undefined) {
      throw new RangeError(`${format.draft} masks with the key of the session, and the context has none`);
    } else {
      joined.push(...context.sessionKey);
    }
  }
  const key = mask.hashed ? sha1(Uint8Array.from(joined)) : Uint8Array.from(joined);
  const read = readClear(format, xored(data.subarray(4, 4 + LONGEST), key, 0));
  if (read.type === "incomplete") {
    return { type: "incomplete", needed: read.needed + 4 };
  }
  if (read.type === "overlong") {
    return read;
  }
  const turned = key.map((_, at) => key[(at + read.size) % key.length] ?? 0);
  return { ...read, masked: true, key: turned, size: read.size + 4 };
}

function readClear(format: Format, data: Uint8Array): Incomplete | Head | Overlong {
  const layout = format.layout;
  if (layout.types.length > 0) {
    return readDelimited(format, data);
  }
  const [first, second] = data;
  if (first === undefined || second === undefined) {
    return { type: "incomplete", needed: 2 };
  }
  const two = (first << 8) | second;
  const marker = field(two, layout.length);
  const form = layout.extended.find((entry) => entry.marker === marker) ?? null;
  const start = 2 + (form?.size ?? 0);
  const masked = (two & layout.masked) !== 0;
  const size = start + (masked ? 4 : 0);
  if (data.length < start || data.length < size) {
    return { type: "incomplete", needed: data.length < start ? start : size };
  }
  let length = form === null ? BigInt(marker) : 0n;
  for (const byte of data.subarray(2, start)) {
    length = (length << 8n) | BigInt(byte);
  }
  const opcode = field(two, layout.opcode);
  return {
    type: "head",
    kind: kindOf(format, opcode, length === 0n),
    opcode,
    fin: ((two & layout.end) !== 0) === layout.endIsSet,
    rsv: layout.reserved.reduce((sum, bit, at) => ((two & bit.mask) === 0 ? sum : sum | (1 << at)), 0),
    masked,
    key: data.slice(start, size),
    length,
    until: null,
    form,
    size,
  };
}

function readDelimited(format: Format, data: Uint8Array): Incomplete | Head | Overlong {
  const opcode = data[0];
  if (opcode === undefined) {
    return { type: "incomplete", needed: 1 };
  }
  const until = format.layout.types.find((entry) => entry.first <= opcode && opcode <= entry.last)?.until ?? null;
  let size = 1;
  let length: bigint | null = null;
  if (until === null) {
    length = 0n;
    for (let more = true; more; size += 1) {
      if (size > 10 || length >> 57n !== 0n) {
        return { type: "overlong" };
      }
      const byte = data[size];
      if (byte === undefined) {
        return { type: "incomplete", needed: size + 1 };
      }
      length = (length << 7n) | BigInt(byte & 0x7f);
      more = (byte & 0x80) !== 0;
    }
  }
  return {
    type: "head",
    kind: kindOf(format, opcode, length === 0n),
    opcode,
    fin: true,
    rsv: 0,
    masked: false,
    key: new Uint8Array(),
    length,
    until,
    form: null,
    size,
  };
}

/** The bits of a mask, moved to the right. */
function field(two: number, mask: number): number {
  return (two & mask) / (mask & -mask);
}

function kindOf(format: Format, opcode: number, empty: boolean): Kind {
  const entry = format.opcodes.find((known) => known.value === opcode);
  return entry !== undefined && (empty || !entry.onlyEmpty) ? entry.kind : Kind.RESERVED;
}

function breaks(check: Check, sender: Role, head: Head, context: Context): boolean {
  if ((check.by !== null && check.by !== sender) || !applies(check.condition, head, context)) {
    return false;
  }
  const length = head.length ?? 0n;
  switch (check.test) {
    case Test.KNOWN_OPCODE:
      return head.kind === Kind.RESERVED;
    case Test.RESERVED_CLEAR:
      return (head.rsv & ~(context.claimed ?? 0)) !== 0;
    case Test.MINIMAL_LENGTH:
      return head.form !== null && length < head.form.least;
    case Test.LENGTH_FITS:
      return head.form !== null && length >> BigInt(head.form.bits) !== 0n;
    case Test.PAYLOAD_AT_MOST:
      return length > check.limit;
    case Test.FINAL:
      return !head.fin;
    case Test.MASKED:
      return !head.masked;
    case Test.UNMASKED:
      return head.masked;
    case Test.MESSAGE_OPEN:
      return context.messageOpen === false;
    case Test.NO_MESSAGE_OPEN:
      return context.messageOpen === true;
    case Test.BEFORE_CLOSE:
      return context.closeSent === true;
  }
}

function applies(condition: Condition, head: Head, context: Context): boolean {
  switch (condition) {
    case Condition.ALWAYS:
      return true;
    case Condition.CONTROL:
      return isControl(head.kind);
    case Condition.DATA:
      return isData(head.kind);
    case Condition.STARTS:
      return isStart(head.kind);
    case Condition.MESSAGE_OPEN:
      return context.messageOpen === true;
    case Condition.NO_MESSAGE_OPEN:
      return context.messageOpen === false;
    default:
      return head.kind === condition;
  }
}
