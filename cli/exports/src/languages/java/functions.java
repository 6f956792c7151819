    /** The answer to a question that may not be known. */
    public enum Known {
        /** Nobody knows. */
        UNKNOWN,
        /** No. */
        NO,
        /** Yes. */
        YES
    }

    /**
     * What a connection has agreed on, and what the sender of a frame has sent before. What depends on something unknown
     * is not judged. {@link #after} keeps it up to date.
     */
    public static final class Context {
        /** The context of the first frame of a connection without extensions. */
        public static final Context FIRST = new Context(new byte[0], 0, Known.NO, Known.NO);

        /** The context of a frame of which nothing is known but its draft and sender. */
        public static final Context UNKNOWN = new Context(new byte[0], 0, Known.UNKNOWN, Known.UNKNOWN);

        private final byte[] sessionKey;
        private final int claimed;
        private final Known messageOpen;
        private final Known closeSent;

        private Context(byte[] sessionKey, int claimed, Known messageOpen, Known closeSent) {
            this.sessionKey = sessionKey;
            this.claimed = claimed;
            this.messageOpen = messageOpen;
            this.closeSent = closeSent;
        }

        /**
         * The same with the 20 bytes that the handshake derived, in a draft whose masking keys depend on them.
         *
         * @param key the bytes
         * @return the other context
         */
        public Context withSessionKey(byte[] key) {
            return new Context(key.clone(), claimed, messageOpen, closeSent);
        }

        /**
         * The same with reserved bits that agreed extensions use. The lowest bit stands for the draft's first one.
         *
         * @param bits the bits
         * @return the other context
         */
        public Context withClaimed(int bits) {
            return new Context(sessionKey, bits, messageOpen, closeSent);
        }

        /**
         * The context of the frame after a frame with this head.
         *
         * @param head the head of the frame
         * @return the context of the next one
         */
        public Context after(Head head) {
            if (head.kind == Kind.CLOSE) {
                return new Context(sessionKey, claimed, messageOpen, Known.YES);
            }
            return isData(head.kind)
                    ? new Context(sessionKey, claimed, head.fin ? Known.NO : Known.YES, closeSent)
                    : this;
        }
    }

    /** The head of a frame. */
    public static final class Head {
        /** What the frame is for. */
        public final Kind kind;

        /** The opcode, or the type of a delimited frame. */
        public final int opcode;

        /** Whether it is the last frame of its message. */
        public final boolean fin;

        /** The reserved bits. The lowest bit stands for the draft's first one. */
        public final int rsv;

        /** Whether the frame is masked. */
        public final boolean masked;

        /** The length of the payload, without a sign; 0 if a delimiter ends it. */
        public final long length;

        /** The byte that ends the payload, if there is no length. */
        public final OptionalInt until;

        /** The form of an extended length. */
        public final Optional<ExtendedLength> form;

        /** The length of the head, with everything in front of the payload. */
        public final int size;

        private final byte[] key;

        private Head(Reader read, byte[] key, boolean masked, int size) {
            this.kind = read.kind;
            this.opcode = read.opcode;
            this.fin = read.fin;
            this.rsv = read.rsv;
            this.masked = masked;
            this.length = read.length;
            this.until = read.until;
            this.form = read.form;
            this.size = size;
            this.key = key;
        }

        /**
         * The key, turned so that its first byte is for the payload's first byte; empty if the frame is not masked.
         *
         * @return a copy of the key
         */
        public byte[] key() {
            return key.clone();
        }

        /**
         * The size of the frame with this head at the start of the data; none if the data ends before the frame does.
         *
         * @param data the bytes that start with this head
         * @return the size
         */
        public OptionalInt frameSize(byte[] data) {
            int left = data.length - size;
            if (left < 0) {
                return OptionalInt.empty();
            }
            if (until.isEmpty()) {
                boolean whole = Long.compareUnsigned(length, left) <= 0;
                return whole ? OptionalInt.of(size + (int) length) : OptionalInt.empty();
            }
            for (int at = size; at < data.length; at++) {
                if ((data[at] & 0xff) == until.getAsInt()) {
                    return OptionalInt.of(at + 1);
                }
            }
            return OptionalInt.empty();
        }

        /**
         * The payload of a whole frame, without its mask and without the byte that ends it.
         *
         * @param frame the bytes of the frame
         * @return the payload
         */
        public byte[] payload(byte[] frame) {
            int end = frame.length - (until.isPresent() ? 1 : 0);
            return unmasked(Arrays.copyOfRange(frame, size, end), 0);
        }

        /**
         * A part of a payload without its mask. The offset is its place in the payload.
         *
         * @param payload the part
         * @param offset its place in the payload
         * @return the same without the mask
         */
        public byte[] unmasked(byte[] payload, long offset) {
            return xored(payload, key, offset);
        }

        /** The parts of the head. */
        @Override
        public String toString() {
            String ends = until.isPresent() ? "until=" + until.getAsInt() : "length=" + Long.toUnsignedString(length);
            return kind + "[opcode=" + opcode + ", fin=" + fin + ", rsv=" + rsv + ", masked=" + masked + ", " + ends
                    + ", size=" + size + "]";
        }
    }

    /** What the first bytes of a frame are. */
    public enum Status {
        /** A head that breaks no rule. */
        HEAD,
        /** A head that breaks rules. */
        VIOLATION,
        /** A part of a head. */
        INCOMPLETE,
        /** A count that takes more than ten bytes or 64 bits. No rule forbids it, and no receiver can read it. */
        OVERLONG
    }

    /** What the first bytes of a frame are. */
    public static final class Parsed {
        /** Which of them. */
        public final Status status;

        /** The head, also if it breaks rules. */
        public final Optional<Head> head;

        /** How many bytes an incomplete head has at least. */
        public final int needed;

        /** The rules that the head breaks, in the order in which a receiver checks them. */
        public final List<String> rules;

        private Parsed(Status status, Head head, int needed, List<String> rules) {
            this.status = status;
            this.head = Optional.ofNullable(head);
            this.needed = needed;
            this.rules = rules;
        }

        /** Which of them, and what is known of it. */
        @Override
        public String toString() {
            switch (status) {
                case INCOMPLETE:
                    return status + ": at least " + needed + " bytes";
                case OVERLONG:
                    return status.toString();
                default:
                    return status + ": " + (rules.isEmpty() ? "" : rules + " ") + head.get();
            }
        }

        private static Parsed of(Head head, List<String> rules) {
            return new Parsed(rules.isEmpty() ? Status.HEAD : Status.VIOLATION, head, head.size, rules);
        }

        private static Parsed incomplete(int needed) {
            return new Parsed(Status.INCOMPLETE, null, needed, List.of());
        }
    }

    /** Whether a close frame may contain a code. */
    public static final class CloseVerdict {
        /** Whether it may. */
        public final boolean allowed;

        /** Why. */
        public final CloseReason reason;

        /** The rule that the code breaks. */
        public final Optional<String> rule;

        private CloseVerdict(CloseReason reason, Optional<String> rule) {
            this.allowed = reason == CloseReason.ALLOWED;
            this.reason = reason;
            this.rule = rule;
        }

        /** The reason, and the rule that the code breaks. */
        @Override
        public String toString() {
            return rule.map(broken -> reason + ": " + broken).orElse(reason.toString());
        }
    }

    /**
     * The wire format of a draft.
     *
     * @param draft the draft
     * @return its format
     * @throws IllegalArgumentException if the database does not have the whole draft
     */
    public static Format formatOf(Draft draft) {
        return FORMATS.stream()
                .filter(format -> format.draft == draft)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "the database has only single facts about " + draft + ", and not its wire format and rules"));
    }

    /**
     * The draft of a short name.
     *
     * @param name the name
     * @return the draft, if there is one
     */
    public static Optional<Draft> draftOf(String name) {
        return Arrays.stream(Draft.values()).filter(draft -> draft.word.equals(name)).findFirst();
    }

    /**
     * A rule as a draft says it.
     *
     * @param draft the draft
     * @param id the id of the rule
     * @return the rule, if the draft has it
     * @throws IllegalArgumentException if the database does not have the whole draft
     */
    public static Optional<Rule> ruleOf(Draft draft, String id) {
        formatOf(draft);
        return RULES.stream()
                .filter(rule -> rule.id.equals(id) && holds(rule.since, rule.until, draft))
                .findFirst();
    }

    /**
     * Whether a row of a table holds in a draft.
     *
     * @param since the first draft of the row
     * @param until the last draft of the row
     * @param draft the draft
     * @return whether it does
     */
    public static boolean holds(Draft since, Draft until, Draft draft) {
        return since.compareTo(draft) <= 0 && draft.compareTo(until) <= 0;
    }

    /**
     * Whether a receiver has to take a code in a close frame of a draft. No receiver checks which end may send a code.
     *
     * @param draft the draft
     * @param code the code
     * @return the verdict
     * @throws IllegalArgumentException if the code is no number of 16 bits, or the database does not have the whole draft
     */
    public static CloseVerdict checkCloseCode(Draft draft, int code) {
        return closeVerdict(draft, code, Optional.empty());
    }

    /**
     * Whether a close frame of a draft, from one end, may contain a code.
     *
     * @param draft the draft
     * @param code the code
     * @param sender the end that sends it
     * @return the verdict
     * @throws IllegalArgumentException if the code is no number of 16 bits, or the database does not have the whole draft
     */
    public static CloseVerdict checkCloseCode(Draft draft, int code, Role sender) {
        return closeVerdict(draft, code, Optional.of(sender));
    }

    private static CloseVerdict closeVerdict(Draft draft, int code, Optional<Role> sender) {
        if (code < 0 || code > 0xffff) {
            throw new IllegalArgumentException(code + " is no close code");
        }
        Closing closing = formatOf(draft).closing;
        if (!closing.hasCodes) {
            return new CloseVerdict(CloseReason.NO_CODES, Optional.empty());
        }
        for (CloseCodeInfo known : closing.codes) {
            if (known.code != code) {
                continue;
            }
            if (!known.onWire) {
                return new CloseVerdict(CloseReason.NEVER_SENT, closing.rule);
            }
            boolean otherEnd = sender.isPresent() && known.by.isPresent() && !known.by.equals(sender);
            return new CloseVerdict(otherEnd ? CloseReason.OTHER_END : CloseReason.ALLOWED, Optional.empty());
        }
        boolean free = closing.otherwise;
        for (CloseRange range : closing.ranges) {
            if (range.first <= code && code <= range.last) {
                free = range.free;
            }
        }
        return free || closing.rule.isEmpty()
                ? new CloseVerdict(CloseReason.ALLOWED, Optional.empty())
                : new CloseVerdict(CloseReason.UNDEFINED, closing.rule);
    }

    /**
     * Reads and judges the head of the first frame that an end of a connection without extensions sent.
     *
     * @param draft the draft of the connection
     * @param sender the end that sent it
     * @param data the bytes
     * @return what they are
     * @throws IllegalArgumentException if the database does not have the whole draft, or if the draft masks with a session
     *     key
     */
    public static Parsed parseHead(Draft draft, Role sender, byte[] data) {
        return parseHead(draft, sender, data, Context.FIRST);
    }

    /**
     * Reads and judges the head at the start of some bytes.
     *
     * @param draft the draft of the connection
     * @param sender the end that sent them
     * @param data the bytes
     * @param context what came before
     * @return what they are
     * @throws IllegalArgumentException if the database does not have the whole draft, or if the draft masks with a session
     *     key that the context does not have
     */
    public static Parsed parseHead(Draft draft, Role sender, byte[] data, Context context) {
        Format format = formatOf(draft);
        Optional<FrameMask> mask = format.layout.mask.filter(known -> known.by == sender);
        Parsed read = mask.isPresent() ? readMasked(format, mask.get(), data, context) : readClear(format, data);
        if (read.head.isEmpty()) {
            return read;
        }
        Head head = read.head.get();
        List<String> broken = new ArrayList<>();
        for (Check check : format.checks) {
            boolean concerned = check.by.isEmpty() || check.by.get() == sender;
            if (concerned && applies(check.condition, head, context) && breaks(check, head, context)) {
                broken.add(check.rule);
            }
        }
        return Parsed.of(head, List.copyOf(broken));
    }

    private static boolean isStart(Kind kind) {
        return kind == Kind.TEXT || kind == Kind.BINARY;
    }

    private static boolean isData(Kind kind) {
        return isStart(kind) || kind == Kind.CONTINUATION;
    }

    private static boolean isControl(Kind kind) {
        return kind == Kind.CLOSE || kind == Kind.PING || kind == Kind.PONG;
    }

    private static byte[] xored(byte[] data, byte[] key, long offset) {
        byte[] out = data.clone();
        for (int at = 0; key.length > 0 && at < out.length; at++) {
            out[at] ^= key[(int) Long.remainderUnsigned(offset + at, key.length)];
        }
        return out;
    }

    /** The longest head without the bytes in front of a masked frame. */
    private static final int LONGEST = 16;

    private static final int NONCE = 4;

    private static Parsed readMasked(Format format, FrameMask mask, byte[] data, Context context) {
        if (data.length < NONCE) {
            return Parsed.incomplete(NONCE + 2);
        }
        byte[] key = frameKey(format, mask, Arrays.copyOf(data, NONCE), context.sessionKey);
        byte[] covered = Arrays.copyOfRange(data, NONCE, Math.min(data.length, NONCE + LONGEST));
        Parsed read = readClear(format, xored(covered, key, 0));
        if (read.status == Status.INCOMPLETE) {
            return Parsed.incomplete(read.needed + NONCE);
        }
        if (read.head.isEmpty()) {
            return read;
        }
        Head head = read.head.get();
        byte[] turned = new byte[key.length];
        for (int at = 0; at < key.length; at++) {
            turned[at] = key[(at + head.size) % key.length];
        }
        return Parsed.of(new Head(new Reader(head), turned, true, head.size + NONCE), List.of());
    }

    private static byte[] frameKey(Format format, FrameMask mask, byte[] nonce, byte[] session) {
        MessageDigest hash;
        try {
            hash = MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
        for (KeyPart part : mask.parts) {
            if (part.source == KeySource.TEXT) {
                hash.update(part.text.getBytes(StandardCharsets.US_ASCII));
            } else if (part.source == KeySource.NONCE) {
                hash.update(nonce);
            } else if (session.length == 0) {
                throw new IllegalArgumentException(format.draft + " masks with the key of the session, and the context has none");
            } else {
                hash.update(session);
            }
        }
        return mask.hashed ? hash.digest() : nonce;
    }

    private static Parsed readClear(Format format, byte[] data) {
        return new Reader(format, data).read();
    }

    /** A head while it is read. */
    private static final class Reader {
        private final Format format;
        private final byte[] data;
        private Kind kind = Kind.RESERVED;
        private int opcode;
        private boolean fin;
        private int rsv;
        private long length;
        private OptionalInt until = OptionalInt.empty();
        private Optional<ExtendedLength> form = Optional.empty();

        private Reader(Format format, byte[] data) {
            this.format = format;
            this.data = data;
        }

        private Reader(Head head) {
            this(null, new byte[0]);
            kind = head.kind;
            opcode = head.opcode;
            fin = head.fin;
            rsv = head.rsv;
            length = head.length;
            until = head.until;
            form = head.form;
        }

        private int at(int place) {
            return data[place] & 0xff;
        }

        private Parsed read() {
            return format.layout.types.isEmpty() ? prefixed(format.layout) : delimited(format.layout);
        }

        private Parsed prefixed(Layout layout) {
            if (data.length < 2) {
                return Parsed.incomplete(2);
            }
            int two = at(0) << 8 | at(1);
            opcode = field(two, layout.opcode);
            fin = (two & layout.end) != 0 == layout.endIsSet;
            for (int place = 0; place < layout.reserved.size(); place++) {
                rsv |= (two & layout.reserved.get(place).mask) != 0 ? 1 << place : 0;
            }
            int marker = field(two, layout.length);
            form = layout.extended.stream().filter(known -> known.marker == marker).findFirst();
            int start = 2 + form.map(known -> known.size).orElse(0);
            if (data.length < start) {
                return Parsed.incomplete(start);
            }
            length = form.isPresent() ? 0 : marker;
            for (int place = 2; place < start; place++) {
                length = length << 8 | at(place);
            }
            boolean masked = (two & layout.masked) != 0;
            int size = start + (masked ? NONCE : 0);
            if (data.length < size) {
                return Parsed.incomplete(size);
            }
            return head(Arrays.copyOfRange(data, start, size), masked, size);
        }

        private Parsed delimited(Layout layout) {
            if (data.length == 0) {
                return Parsed.incomplete(1);
            }
            opcode = at(0);
            fin = true;
            for (FrameType type : layout.types) {
                if (type.first <= opcode && opcode <= type.last) {
                    until = type.until;
                }
            }
            int size = 1;
            for (boolean more = until.isEmpty(); more; size++) {
                if (size > 10 || length >>> 57 != 0) {
                    return new Parsed(Status.OVERLONG, null, 0, List.of());
                }
                if (data.length == size) {
                    return Parsed.incomplete(size + 1);
                }
                length = length << 7 | at(size) & 0x7f;
                more = (at(size) & 0x80) != 0;
            }
            return head(new byte[0], false, size);
        }

        private Parsed head(byte[] key, boolean masked, int size) {
            boolean empty = until.isEmpty() && length == 0;
            for (OpcodeInfo known : format.opcodes) {
                if (known.value == opcode && (empty || !known.onlyEmpty)) {
                    kind = known.kind;
                }
            }
            return Parsed.of(new Head(this, key, masked, size), List.of());
        }
    }

    /** The bits of a mask, moved to the right. */
    private static int field(int two, int mask) {
        return (two & mask) >>> Integer.numberOfTrailingZeros(mask);
    }

    private static boolean breaks(Check check, Head head, Context context) {
        switch (check.test) {
            case KNOWN_OPCODE:
                return head.kind == Kind.RESERVED;
            case RESERVED_CLEAR:
                return (head.rsv & ~context.claimed) != 0;
            case MINIMAL_LENGTH:
                return head.form.isPresent() && Long.compareUnsigned(head.length, head.form.get().least) < 0;
            case LENGTH_FITS:
                return head.form.isPresent() && head.form.get().bits < 64 && head.length >>> head.form.get().bits != 0;
            case PAYLOAD_AT_MOST:
                return Long.compareUnsigned(head.length, check.limit) > 0;
            case FINAL:
                return !head.fin;
            case MASKED:
                return !head.masked;
            case UNMASKED:
                return head.masked;
            case MESSAGE_OPEN:
                return context.messageOpen == Known.NO;
            case NO_MESSAGE_OPEN:
                return context.messageOpen == Known.YES;
            case BEFORE_CLOSE:
                return context.closeSent == Known.YES;
        }
        throw new IllegalStateException();
    }

    private static boolean applies(Condition condition, Head head, Context context) {
        switch (condition) {
            case ALWAYS:
                return true;
            case CONTROL:
                return isControl(head.kind);
            case DATA:
                return isData(head.kind);
            case STARTS:
                return isStart(head.kind);
            case MESSAGE_OPEN:
                return context.messageOpen == Known.YES;
            case NO_MESSAGE_OPEN:
                return context.messageOpen == Known.NO;
            default:
                return head.kind.word.equals(condition.word);
        }
    }
