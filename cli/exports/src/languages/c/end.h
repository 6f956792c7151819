/* The wire format of a draft; NULL if the database does not have the whole draft. */
const struct wsdraft_format *wsdraft_format_of(enum wsdraft_draft draft);

/* The draft of this short name. Returns false if there is none. */
bool wsdraft_draft_of(const char *name, enum wsdraft_draft *draft);

/* Whether a row of a table with these ends holds in a draft. */
bool wsdraft_holds(enum wsdraft_draft since, enum wsdraft_draft until, enum wsdraft_draft draft);

/*
 * A rule as a draft says it; NULL if the draft does not have it. It is also NULL if the database does not have the whole
 * draft: then wsdraft_format_of is NULL, too.
 */
const struct wsdraft_rule *wsdraft_rule_of(enum wsdraft_draft draft, const char *id);

/* Whether a close frame may contain a code. */
struct wsdraft_close_verdict {
    bool allowed;
    /* Why. */
    enum wsdraft_close_reason reason;
    /* The rule that the code breaks, or NULL. */
    const char *rule;
};

/*
 * Whether a close frame of a draft may contain a code. For WSDRAFT_ROLE_ANY, the verdict is the receiver's: no receiver
 * checks which end may send a code. If the database does not have the whole draft, there is no verdict: the reason is
 * WSDRAFT_CLOSE_REASON_NONE, and `allowed` is false.
 */
struct wsdraft_close_verdict wsdraft_check_close_code(enum wsdraft_draft draft, uint16_t code, enum wsdraft_role sender);

/* What may not be known. */
enum wsdraft_known {
    WSDRAFT_UNKNOWN,
    WSDRAFT_NO,
    WSDRAFT_YES
};

/*
 * What a connection has agreed on, and what the sender of a frame has sent before. What depends on something unknown is
 * not judged. wsdraft_follow keeps it up to date.
 */
struct wsdraft_context {
    /* The 20 bytes that the handshake derived, in a draft whose masking keys depend on them; else NULL. */
    const uint8_t *session_key;
    /* The reserved bits that agreed extensions use. The lowest bit stands for the draft's first reserved bit. */
    unsigned claimed;
    /* Whether the sender has started a message and not ended it. */
    enum wsdraft_known message_open;
    /* Whether the sender has sent a close frame. */
    enum wsdraft_known close_sent;
};

/* The context of the first frame of a connection without extensions. */
extern const struct wsdraft_context wsdraft_first;

/* The head of a frame. */
struct wsdraft_head {
    /* What the frame is for. */
    enum wsdraft_kind kind;
    /* The opcode, or the type of a delimited frame. */
    uint8_t opcode;
    /* Whether it is the last frame of its message. */
    bool fin;
    /* The reserved bits. The lowest bit stands for the draft's first reserved bit. */
    unsigned rsv;
    /* Whether the frame is masked. */
    bool masked;
    /* The key, turned so that its first byte is for the payload's first byte. */
    uint8_t key[20];
    /* Its length; 0 if the frame is not masked. */
    size_t key_size;
    /* The length of the payload; 0 if a delimiter ends it. */
    uint64_t length;
    /* The byte that ends the payload, or -1. */
    int until;
    /* The form of an extended length, or NULL. */
    const struct wsdraft_extended_length *form;
    /* The length of the head, with everything in front of the payload. */
    size_t size;
};

/* What the first bytes of a frame are. */
enum wsdraft_status {
    /* A head that breaks no rule. */
    WSDRAFT_STATUS_HEAD,
    /* A head that breaks rules. */
    WSDRAFT_STATUS_VIOLATION,
    /* A part of a head. */
    WSDRAFT_STATUS_INCOMPLETE,
    /* A count that takes more than ten bytes or 64 bits. No rule forbids it, and no receiver can read it. */
    WSDRAFT_STATUS_OVERLONG,
    /* The database does not have the whole draft. */
    WSDRAFT_STATUS_NO_FORMAT,
    /* The draft masks with a session key that the context does not have. */
    WSDRAFT_STATUS_NO_KEY
};

/* What the first bytes of a frame are. */
struct wsdraft_parsed {
    enum wsdraft_status status;
    /* The head, also if it breaks rules. */
    struct wsdraft_head head;
    /* How many bytes an incomplete head has at least. */
    size_t needed;
    /* The rules that the head breaks, in the order in which a receiver checks them. */
    const char *rules[WSDRAFT_MOST_RULES];
    size_t rules_count;
};

/*
 * Reads and judges the head at the start of some bytes, which an end of a connection of a draft sent. Without a context,
 * it is that of a first frame.
 */
struct wsdraft_parsed wsdraft_parse_head(enum wsdraft_draft draft, enum wsdraft_role sender, const uint8_t *data,
                                         size_t size, const struct wsdraft_context *context);

/* Makes a context that of the frame after a frame with this head. */
void wsdraft_follow(struct wsdraft_context *context, const struct wsdraft_head *head);

/* The size of the frame with this head at the start of some bytes; 0 if they end before the frame does. */
size_t wsdraft_frame_size(const struct wsdraft_head *head, const uint8_t *data, size_t size);

/*
 * Removes the mask of the payload of a whole frame. Returns the length of the payload, which starts after the head: the
 * byte that may end it does not count.
 */
size_t wsdraft_unmask_frame(const struct wsdraft_head *head, uint8_t *frame, size_t size);

/* Removes the mask of a part of a payload. `offset` is its place in the payload. */
void wsdraft_unmask(const struct wsdraft_head *head, uint8_t *payload, size_t size, uint64_t offset);

#ifdef __cplusplus
}
#endif

#endif
