"""The notation of bytes in the vectors."""


def decoded(text):
    """Groups of hex, of which `61*3` is `616161`."""
    out = b""
    for group in text.split():
        digits, _, times = group.partition("*")
        out += bytes.fromhex(digits) * int(times or 1)
    return out
