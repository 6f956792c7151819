// Parses streams with compiled Kaitai Struct files in JavaScript.
//
//     node parse.cjs COMPILED CASES OUT
'use strict';

const fs = require('fs');
const path = require('path');
const KaitaiStream = require('kaitai-struct/KaitaiStream');

const [compiled, cases, out] = process.argv.slice(2);
const camel = (name) => name.split('_').map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
const hex = (bytes) => Buffer.from(bytes).toString('hex');

function decoded(text) {
  const groups = text.split(' ').filter(Boolean).map((group) => {
    const [digits, times] = group.split('*');
    return Buffer.from(digits.repeat(Number(times || 1)), 'hex');
  });
  return Buffer.concat(groups);
}

function body(payload) {
  const close = payload.closeBody;
  if (close === undefined) return null;
  if ('code' in close) {
    // An invalid text is an error in one runtime and replaced in the other, so bytes are compared.
    return { code: close.code, reason: hex(close.reasonBytes) };
  }
  return 'sender' in close ? { sender: close.sender } : {};
}

function prefixed(outer, Format, bits) {
  const masked = outer.maskingKey !== undefined;
  const frame = masked ? outer.frame : outer;
  const { header, payload } = frame;
  return {
    fin: header.fin,
    rsv: bits.filter((bit) => header[bit.toLowerCase()]),
    opcode: header.opcode,
    name: Format.Opcode[header.opcode] ?? null,
    masked: header.masked ?? masked,
    length: header.lenPayload,
    payload: hex(payload.data),
    close: body(payload),
  };
}

// The name of an opcode; none if the frame is not what it is the name of.
function named(frame, Format) {
  const name = Format.Opcode[frame.opcode] ?? null;
  return name !== null && frame[`is${camel(name.toLowerCase())}`] === false ? null : name;
}

function delimited(frame, Format) {
  return {
    fin: true,
    rsv: [],
    opcode: frame.opcode,
    name: named(frame, Format),
    masked: false,
    length: frame.payload.length,
    payload: hex(frame.payload),
    close: null,
  };
}

function parse({ file, bytes, key, bits }) {
  const name = camel(file);
  const Format = require(path.resolve(compiled, name))[name];
  const data = decoded(bytes);
  const stream = new KaitaiStream(data.buffer.slice(data.byteOffset, data.byteOffset + data.length));
  try {
    const parsed = new Format(stream, null, null, key === null ? undefined : Buffer.from(key, 'hex'));
    const show = Format.Header === undefined ? delimited : prefixed;
    return { frames: parsed.frames.map((frame) => show(frame, Format, bits)) };
  } catch (error) {
    if (error instanceof KaitaiStream.EOFError || /delimiter|terminator|EOF|end of stream/i.test(String(error))) return { cut: true };
    throw error;
  }
}

fs.writeFileSync(out, JSON.stringify(JSON.parse(fs.readFileSync(cases, 'utf8')).map(parse)));
