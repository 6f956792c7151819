const struct wsdraft_context wsdraft_first = {NULL, 0, WSDRAFT_NO, WSDRAFT_NO};

const struct wsdraft_format *wsdraft_format_of(enum wsdraft_draft draft)
{
    for (size_t at = 0; at < wsdraft_formats_count; at++) {
        if (wsdraft_formats[at].draft == draft) {
            return &wsdraft_formats[at];
        }
    }
    return NULL;
}

bool wsdraft_draft_of(const char *name, enum wsdraft_draft *draft)
{
    for (size_t at = 0; at < wsdraft_drafts_count; at++) {
        if (strcmp(wsdraft_draft_name(wsdraft_drafts[at].draft), name) == 0) {
            *draft = wsdraft_drafts[at].draft;
            return true;
        }
    }
    return false;
}

bool wsdraft_holds(enum wsdraft_draft since, enum wsdraft_draft until, enum wsdraft_draft draft)
{
    return since <= draft && draft <= until;
}

const struct wsdraft_rule *wsdraft_rule_of(enum wsdraft_draft draft, const char *id)
{
    for (size_t at = 0; at < wsdraft_rules_count; at++) {
        const struct wsdraft_rule *rule = &wsdraft_rules[at];

        if (wsdraft_holds(rule->since, rule->until, draft) && strcmp(rule->id, id) == 0) {
            return rule;
        }
    }
    return NULL;
}

static struct wsdraft_close_verdict verdict(enum wsdraft_close_reason reason, const char *rule)
{
    struct wsdraft_close_verdict verdict = {reason == WSDRAFT_CLOSE_REASON_ALLOWED, reason, rule};

    return verdict;
}

struct wsdraft_close_verdict wsdraft_check_close_code(enum wsdraft_draft draft, uint16_t code, enum wsdraft_role sender)
{
    const struct wsdraft_format *format = wsdraft_format_of(draft);
    const struct wsdraft_closing *closing;
    bool free;

    if (format == NULL) {
        return verdict(WSDRAFT_CLOSE_REASON_NONE, NULL);
    }
    closing = format->closing;
    if (!closing->has_codes) {
        return verdict(WSDRAFT_CLOSE_REASON_NO_CODES, NULL);
    }
    for (size_t at = 0; at < closing->codes_count; at++) {
        const struct wsdraft_close_code_info *known = &closing->codes[at];

        if (known->code != code) {
            continue;
        }
        if (!known->on_wire) {
            return verdict(WSDRAFT_CLOSE_REASON_NEVER_SENT, closing->rule);
        }
        if (sender != WSDRAFT_ROLE_ANY && known->by != WSDRAFT_ROLE_ANY && known->by != sender) {
            return verdict(WSDRAFT_CLOSE_REASON_OTHER_END, NULL);
        }
        return verdict(WSDRAFT_CLOSE_REASON_ALLOWED, NULL);
    }
    free = closing->otherwise;
    for (size_t at = 0; at < closing->ranges_count; at++) {
        if (closing->ranges[at].first <= code && code <= closing->ranges[at].last) {
            free = closing->ranges[at].free;
        }
    }
    if (free || closing->rule == NULL) {
        return verdict(WSDRAFT_CLOSE_REASON_ALLOWED, NULL);
    }
    return verdict(WSDRAFT_CLOSE_REASON_UNDEFINED, closing->rule);
}

static bool is_start(enum wsdraft_kind kind)
{
    return kind == WSDRAFT_KIND_TEXT || kind == WSDRAFT_KIND_BINARY;
}

static bool is_data(enum wsdraft_kind kind)
{
    return is_start(kind) || kind == WSDRAFT_KIND_CONTINUATION;
}

static bool is_control(enum wsdraft_kind kind)
{
    return kind == WSDRAFT_KIND_CLOSE || kind == WSDRAFT_KIND_PING || kind == WSDRAFT_KIND_PONG;
}

void wsdraft_follow(struct wsdraft_context *context, const struct wsdraft_head *head)
{
    if (head->kind == WSDRAFT_KIND_CLOSE) {
        context->close_sent = WSDRAFT_YES;
    } else if (is_data(head->kind)) {
        context->message_open = head->fin ? WSDRAFT_NO : WSDRAFT_YES;
    }
}

void wsdraft_unmask(const struct wsdraft_head *head, uint8_t *payload, size_t size, uint64_t offset)
{
    if (head->key_size == 0) {
        return;
    }
    for (size_t at = 0; at < size; at++) {
        payload[at] = (uint8_t)(payload[at] ^ head->key[(offset + at) % head->key_size]);
    }
}

size_t wsdraft_frame_size(const struct wsdraft_head *head, const uint8_t *data, size_t size)
{
    size_t left;

    if (size < head->size) {
        return 0;
    }
    left = size - head->size;
    if (head->until >= 0) {
        const uint8_t *end = (const uint8_t *)memchr(data + head->size, head->until, left);

        return end == NULL ? 0 : (size_t)(end - data) + 1;
    }
    return head->length <= left ? head->size + (size_t)head->length : 0;
}

size_t wsdraft_unmask_frame(const struct wsdraft_head *head, uint8_t *frame, size_t size)
{
    size_t around = head->size + (head->until >= 0 ? 1 : 0);

    if (size < around) {
        return 0;
    }
    wsdraft_unmask(head, frame + head->size, size - around, 0);
    return size - around;
}

/* The longest head without the bytes in front of a masked frame. */
#define LONGEST 16
#define NONCE_SIZE 4

/* The bits of a mask, moved to the right. */
static unsigned field(unsigned two, unsigned mask)
{
    return mask == 0 ? 0 : (two & mask) / (mask & (0u - mask));
}

static enum wsdraft_kind kind_of(const struct wsdraft_format *format, const struct wsdraft_head *head)
{
    bool is_empty = head->until < 0 && head->length == 0;

    for (size_t at = 0; at < format->opcodes_count; at++) {
        const struct wsdraft_opcode_info *known = &format->opcodes[at];

        if (known->value == head->opcode) {
            return is_empty || !known->only_empty ? known->kind : WSDRAFT_KIND_RESERVED;
        }
    }
    return WSDRAFT_KIND_RESERVED;
}

static enum wsdraft_status need(struct wsdraft_parsed *parsed, size_t size)
{
    parsed->needed = size;
    return WSDRAFT_STATUS_INCOMPLETE;
}

static enum wsdraft_status read_delimited(struct wsdraft_parsed *parsed, const struct wsdraft_format *format,
                                          const uint8_t *data, size_t size)
{
    struct wsdraft_head *head = &parsed->head;

    if (size < 1) {
        return need(parsed, 1);
    }
    head->opcode = data[0];
    head->fin = true;
    head->size = 1;
    for (size_t at = 0; at < format->layout->types_count; at++) {
        const struct wsdraft_frame_type *type = &format->layout->types[at];

        if (type->first <= data[0] && data[0] <= type->last) {
            head->until = type->until;
        }
    }
    for (bool more = head->until < 0; more; head->size++) {
        if (head->size > 10 || head->length >> 57 != 0) {
            return WSDRAFT_STATUS_OVERLONG;
        }
        if (head->size == size) {
            return need(parsed, size + 1);
        }
        head->length = head->length << 7 | (data[head->size] & 0x7f);
        more = (data[head->size] & 0x80) != 0;
    }
    head->kind = kind_of(format, head);
    return WSDRAFT_STATUS_HEAD;
}

static enum wsdraft_status read_clear(struct wsdraft_parsed *parsed, const struct wsdraft_format *format,
                                      const uint8_t *data, size_t size)
{
    const struct wsdraft_layout *layout = format->layout;
    struct wsdraft_head *head = &parsed->head;
    unsigned two;

    head->until = -1;
    if (layout->types_count > 0) {
        return read_delimited(parsed, format, data, size);
    }
    if (size < 2) {
        return need(parsed, 2);
    }
    two = (unsigned)data[0] << 8 | data[1];
    head->opcode = (uint8_t)field(two, layout->opcode);
    head->fin = ((two & layout->end) != 0) == layout->end_is_set;
    for (size_t at = 0; at < layout->reserved_count; at++) {
        head->rsv |= (two & layout->reserved[at].mask) != 0 ? 1u << at : 0;
    }
    head->masked = (two & layout->masked) != 0;
    head->length = field(two, layout->length);
    head->size = 2;
    for (size_t at = 0; at < layout->extended_count && head->form == NULL; at++) {
        if (layout->extended[at].marker == head->length) {
            head->form = &layout->extended[at];
        }
    }
    if (head->form != NULL) {
        if (size < head->size + head->form->size) {
            return need(parsed, head->size + head->form->size);
        }
        head->length = 0;
        for (size_t at = 0; at < head->form->size; at++) {
            head->length = head->length << 8 | data[head->size++];
        }
    }
    if (head->masked) {
        if (size < head->size + NONCE_SIZE) {
            return need(parsed, head->size + NONCE_SIZE);
        }
        memcpy(head->key, data + head->size, NONCE_SIZE);
        head->key_size = NONCE_SIZE;
        head->size += NONCE_SIZE;
    }
    head->kind = kind_of(format, head);
    return WSDRAFT_STATUS_HEAD;
}

/* The key of a mask over a frame: the four bytes in front of it, or a hash. Returns its length. */
static size_t frame_key(const struct wsdraft_frame_mask *mask, const uint8_t *nonce, const uint8_t *session,
                        uint8_t key[SHA1_SIZE])
{
    struct sha1 hash = {{0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0}, {0}, 0};

    if (!mask->hashed) {
        memcpy(key, nonce, NONCE_SIZE);
        return NONCE_SIZE;
    }
    for (size_t at = 0; at < mask->parts_count; at++) {
        switch (mask->parts[at].source) {
        case WSDRAFT_KEY_SOURCE_NONCE:
            sha1_add(&hash, nonce, NONCE_SIZE);
            break;
        case WSDRAFT_KEY_SOURCE_SESSION:
            sha1_add(&hash, session, SHA1_SIZE);
            break;
        case WSDRAFT_KEY_SOURCE_TEXT:
            sha1_add(&hash, mask->parts[at].text, strlen(mask->parts[at].text));
            break;
        }
    }
    sha1_end(&hash, key);
    return SHA1_SIZE;
}

static enum wsdraft_status read_masked(struct wsdraft_parsed *parsed, const struct wsdraft_format *format,
                                       const uint8_t *data, size_t size, const uint8_t *session)
{
    const struct wsdraft_frame_mask *mask = format->layout->mask;
    uint8_t clear[LONGEST], key[SHA1_SIZE];
    size_t key_size, left;
    enum wsdraft_status status;

    if (size < NONCE_SIZE) {
        return need(parsed, NONCE_SIZE + 2);
    }
    for (size_t at = 0; at < mask->parts_count; at++) {
        if (mask->parts[at].source == WSDRAFT_KEY_SOURCE_SESSION && session == NULL) {
            return WSDRAFT_STATUS_NO_KEY;
        }
    }
    key_size = frame_key(mask, data, session, key);
    left = size - NONCE_SIZE < LONGEST ? size - NONCE_SIZE : LONGEST;
    for (size_t at = 0; at < left; at++) {
        clear[at] = (uint8_t)(data[NONCE_SIZE + at] ^ key[at % key_size]);
    }
    status = read_clear(parsed, format, clear, left);
    parsed->needed += status == WSDRAFT_STATUS_INCOMPLETE ? NONCE_SIZE : 0;
    for (size_t at = 0; at < key_size; at++) {
        parsed->head.key[at] = key[(at + parsed->head.size) % key_size];
    }
    parsed->head.key_size = key_size;
    parsed->head.masked = true;
    parsed->head.size += NONCE_SIZE;
    return status;
}

static bool applies(enum wsdraft_condition condition, const struct wsdraft_head *head,
                    const struct wsdraft_context *context)
{
    switch (condition) {
    case WSDRAFT_CONDITION_ALWAYS:
        return true;
    case WSDRAFT_CONDITION_CONTROL:
        return is_control(head->kind);
    case WSDRAFT_CONDITION_DATA:
        return is_data(head->kind);
    case WSDRAFT_CONDITION_STARTS:
        return is_start(head->kind);
    case WSDRAFT_CONDITION_CONTINUATION:
        return head->kind == WSDRAFT_KIND_CONTINUATION;
    case WSDRAFT_CONDITION_TEXT:
        return head->kind == WSDRAFT_KIND_TEXT;
    case WSDRAFT_CONDITION_BINARY:
        return head->kind == WSDRAFT_KIND_BINARY;
    case WSDRAFT_CONDITION_CLOSE:
        return head->kind == WSDRAFT_KIND_CLOSE;
    case WSDRAFT_CONDITION_PING:
        return head->kind == WSDRAFT_KIND_PING;
    case WSDRAFT_CONDITION_PONG:
        return head->kind == WSDRAFT_KIND_PONG;
    case WSDRAFT_CONDITION_MESSAGE_OPEN:
        return context->message_open == WSDRAFT_YES;
    case WSDRAFT_CONDITION_NO_MESSAGE_OPEN:
        return context->message_open == WSDRAFT_NO;
    }
    return false;
}

static bool breaks(const struct wsdraft_check *check, const struct wsdraft_head *head,
                   const struct wsdraft_context *context)
{
    switch (check->test) {
    case WSDRAFT_TEST_KNOWN_OPCODE:
        return head->kind == WSDRAFT_KIND_RESERVED;
    case WSDRAFT_TEST_RESERVED_CLEAR:
        return (head->rsv & ~context->claimed) != 0;
    case WSDRAFT_TEST_MINIMAL_LENGTH:
        return head->form != NULL && head->length < head->form->least;
    case WSDRAFT_TEST_LENGTH_FITS:
        return head->form != NULL && head->form->bits < 64 && head->length >> head->form->bits != 0;
    case WSDRAFT_TEST_PAYLOAD_AT_MOST:
        return head->length > check->limit;
    case WSDRAFT_TEST_FINAL:
        return !head->fin;
    case WSDRAFT_TEST_MASKED:
        return !head->masked;
    case WSDRAFT_TEST_UNMASKED:
        return head->masked;
    case WSDRAFT_TEST_MESSAGE_OPEN:
        return context->message_open == WSDRAFT_NO;
    case WSDRAFT_TEST_NO_MESSAGE_OPEN:
        return context->message_open == WSDRAFT_YES;
    case WSDRAFT_TEST_BEFORE_CLOSE:
        return context->close_sent == WSDRAFT_YES;
    }
    return false;
}

struct wsdraft_parsed wsdraft_parse_head(enum wsdraft_draft draft, enum wsdraft_role sender, const uint8_t *data,
                                         size_t size, const struct wsdraft_context *context)
{
    const struct wsdraft_format *format = wsdraft_format_of(draft);
    struct wsdraft_parsed parsed;

    memset(&parsed, 0, sizeof parsed);
    if (format == NULL) {
        parsed.status = WSDRAFT_STATUS_NO_FORMAT;
        return parsed;
    }
    if (context == NULL) {
        context = &wsdraft_first;
    }
    if (format->layout->mask != NULL && format->layout->mask->by == sender) {
        parsed.status = read_masked(&parsed, format, data, size, context->session_key);
    } else {
        parsed.status = read_clear(&parsed, format, data, size);
    }
    if (parsed.status != WSDRAFT_STATUS_HEAD) {
        return parsed;
    }
    for (size_t at = 0; at < format->checks_count; at++) {
        const struct wsdraft_check *check = &format->checks[at];
        bool concerned = check->by == WSDRAFT_ROLE_ANY || check->by == sender;

        if (concerned && applies(check->condition, &parsed.head, context) && breaks(check, &parsed.head, context)) {
            parsed.rules[parsed.rules_count++] = check->rule;
            parsed.status = WSDRAFT_STATUS_VIOLATION;
        }
    }
    return parsed;
}
