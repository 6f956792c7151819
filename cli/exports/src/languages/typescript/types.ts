/**
 * What a connection has agreed on, and what the sender of a frame has sent before.
 * What depends on something that is left out is not judged. {@link following} keeps it up to date.
 */
export interface Context {
  /** The 20 bytes that the handshake derived, in a draft whose masking keys depend on them. */
  readonly sessionKey?: Uint8Array;
  /** The reserved bits that agreed extensions use. The lowest bit stands for the draft's first reserved bit. */
  readonly claimed?: number;
  /** Whether the sender has started a message and not ended it. */
  readonly messageOpen?: boolean;
  /** Whether the sender has sent a close frame. */
  readonly closeSent?: boolean;
}

/** The context of the first frame of a connection without extensions. */
export const FIRST: Context = { messageOpen: false, closeSent: false };

/** The head of a frame. */
export interface Head {
  readonly type: "head";
  /** What the frame is for. */
  readonly kind: Kind;
  /** The opcode, or the type of a delimited frame. */
  readonly opcode: number;
  /** Whether it is the last frame of its message. */
  readonly fin: boolean;
  /** The reserved bits. The lowest bit stands for the draft's first reserved bit. */
  readonly rsv: number;
  /** Whether the frame is masked. */
  readonly masked: boolean;
  /** The key, turned so that its first byte is for the payload's first byte; empty if the frame is not masked. */
  readonly key: Uint8Array;
  /** The length of the payload; `null` if a delimiter ends it. */
  readonly length: bigint | null;
  /** The byte that ends the payload, if there is no length. */
  readonly until: number | null;
  /** The form of an extended length. */
  readonly form: ExtendedLength | null;
  /** The length of the head, with everything in front of the payload. */
  readonly size: number;
}

/** The bytes end within the head, which has at least `needed` bytes. */
export interface Incomplete {
  readonly type: "incomplete";
  readonly needed: number;
}

/** The head breaks these rules. They are in the order in which a receiver checks them. */
export interface Violation {
  readonly type: "violation";
  readonly rules: readonly [string, ...string[]];
  /** What the head says all the same. */
  readonly head: Head;
}

/** A count that takes more than ten bytes or 64 bits. No rule forbids it, and no receiver can read it. */
export interface Overlong {
  readonly type: "overlong";
}

/** What the first bytes of a frame are. */
export type Parsed = Incomplete | Head | Violation | Overlong;

/** Whether a close frame may contain a code. */
export interface CloseVerdict {
  readonly allowed: boolean;
  /** Why. */
  readonly reason: CloseReason;
  /** The rule that the code breaks. */
  readonly rule: string | null;
}
