/** The SHA-1 hash (RFC 3174) of less than 2^29 bytes. */
function sha1(data: Uint8Array): Uint8Array {
  const padded = new Uint8Array(((data.length + 72) >>> 6) << 6);
  padded.set(data);
  padded[data.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 4, data.length * 8);
  const state = new DataView(new ArrayBuffer(20));
  [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0].forEach((word, at) => {
    state.setUint32(at * 4, word);
  });
  const words = new DataView(new ArrayBuffer(320));
  for (let block = 0; block < padded.length; block += 64) {
    sha1Block(view, block, words, state);
  }
  return new Uint8Array(state.buffer);
}

function sha1Block(data: DataView, block: number, words: DataView, state: DataView): void {
  const turned = (word: number, bits: number): number => (word << bits) | (word >>> (32 - bits));
  const word = (at: number): number => words.getUint32(at * 4);
  const part = (at: number): number => state.getUint32(at * 4);
  let [a, b, c, d, e] = [part(0), part(1), part(2), part(3), part(4)];
  for (let at = 0; at < 80; at += 1) {
    const next =
      at < 16
        ? data.getUint32(block + at * 4)
        : turned(word(at - 3) ^ word(at - 8) ^ word(at - 14) ^ word(at - 16), 1);
    words.setUint32(at * 4, next);
    const [mixed, constant] =
      at < 20
        ? [(b & c) | (~b & d), 0x5a827999]
        : at < 40
          ? [b ^ c ^ d, 0x6ed9eba1]
          : at < 60
            ? [(b & c) | (b & d) | (c & d), 0x8f1bbcdc]
            : [b ^ c ^ d, 0xca62c1d6];
    const sum = turned(a, 5) + mixed + e + constant + word(at);
    [a, b, c, d, e] = [sum | 0, a, turned(b, 30), c, d];
  }
  [a, b, c, d, e].forEach((value, at) => {
    state.setUint32(at * 4, part(at) + value);
  });
}
