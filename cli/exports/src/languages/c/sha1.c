#define SHA1_SIZE 20

static uint32_t turned(uint32_t word, unsigned bits)
{
    return word << bits | word >> (32 - bits);
}

static void sha1_block(uint32_t state[5], const uint8_t block[64])
{
    uint32_t words[80], a = state[0], b = state[1], c = state[2], d = state[3], e = state[4];
    size_t at;

    for (at = 0; at < 16; at++) {
        words[at] = (uint32_t)block[at * 4] << 24 | (uint32_t)block[at * 4 + 1] << 16
                    | (uint32_t)block[at * 4 + 2] << 8 | block[at * 4 + 3];
    }
    for (; at < 80; at++) {
        words[at] = turned(words[at - 3] ^ words[at - 8] ^ words[at - 14] ^ words[at - 16], 1);
    }
    for (at = 0; at < 80; at++) {
        uint32_t mixed, constant, sum;

        if (at < 20) {
            mixed = (b & c) | (~b & d);
            constant = 0x5a827999;
        } else if (at < 40) {
            mixed = b ^ c ^ d;
            constant = 0x6ed9eba1;
        } else if (at < 60) {
            mixed = (b & c) | (b & d) | (c & d);
            constant = 0x8f1bbcdc;
        } else {
            mixed = b ^ c ^ d;
            constant = 0xca62c1d6;
        }
        sum = turned(a, 5) + mixed + e + constant + words[at];
        e = d;
        d = c;
        c = turned(b, 30);
        b = a;
        a = sum;
    }
    state[0] += a;
    state[1] += b;
    state[2] += c;
    state[3] += d;
    state[4] += e;
}

/* SHA-1 (RFC 3174), fed byte by byte. */
struct sha1 {
    uint32_t state[5];
    uint8_t block[64];
    uint64_t size;
};

static void sha1_add(struct sha1 *hash, const void *data, size_t size)
{
    const uint8_t *bytes = (const uint8_t *)data;

    for (size_t at = 0; at < size; at++) {
        hash->block[hash->size++ % 64] = bytes[at];
        if (hash->size % 64 == 0) {
            sha1_block(hash->state, hash->block);
        }
    }
}

static void sha1_end(struct sha1 *hash, uint8_t out[SHA1_SIZE])
{
    const uint8_t one = 0x80, zero = 0;
    uint64_t bits = hash->size * 8;

    sha1_add(hash, &one, 1);
    while (hash->size % 64 != 56) {
        sha1_add(hash, &zero, 1);
    }
    for (unsigned shift = 64; shift > 0; shift -= 8) {
        uint8_t byte = (uint8_t)(bits >> (shift - 8));

        sha1_add(hash, &byte, 1);
    }
    for (size_t at = 0; at < SHA1_SIZE; at++) {
        out[at] = (uint8_t)(hash->state[at / 4] >> (24 - at % 4 * 8));
    }
}
