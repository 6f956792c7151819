/* Replays cases in the C source that `wsdraft export c` writes: replay.py says how. */
#include "wsdraft.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIELDS 8
#define MOST 64

static void die(const char *name, const char *why)
{
    fprintf(stderr, "%s: %s\n", name, why);
    exit(1);
}

static unsigned digit(char letter)
{
    const char *digits = "0123456789abcdef", *found = strchr(digits, letter);

    if (letter == '\0' || found == NULL) {
        die("cases", "no hex");
    }
    return (unsigned)(found - digits);
}

/* Replaces hex by bytes, where it stands. */
static size_t bytes_of(char *text, uint8_t *out)
{
    size_t size = strlen(text) / 2;

    for (size_t at = 0; at < size; at++) {
        out[at] = (uint8_t)(digit(text[at * 2]) << 4 | digit(text[at * 2 + 1]));
    }
    return size;
}

/* FNV-1a with 32 bits. */
static uint32_t hash_of(const uint8_t *data, size_t size)
{
    uint32_t value = 0x811c9dc5;

    for (size_t at = 0; at < size; at++) {
        value = (value ^ data[at]) * 0x01000193;
    }
    return value;
}

static void print_head(const struct wsdraft_head *head, const uint8_t *payload, size_t size)
{
    printf("%s %u %d %u %d ", wsdraft_kind_name(head->kind), head->opcode, head->fin, head->rsv, head->masked);
    for (size_t at = 0; at < head->key_size; at++) {
        printf("%02x", head->key[at]);
    }
    printf("%s ", head->key_size == 0 ? "-" : "");
    if (head->until < 0) {
        printf("%llu - ", (unsigned long long)head->length);
    } else {
        printf("- %d ", head->until);
    }
    printf("%zu %08lx\n", head->size, (unsigned long)hash_of(payload, size));
}

static size_t replay(const char *name, enum wsdraft_draft draft, enum wsdraft_role by, uint8_t *data, size_t size,
                     struct wsdraft_context context, const char *broken[MOST])
{
    static uint8_t copy[1 << 20];
    size_t count = 0;

    while (size > 0) {
        struct wsdraft_parsed parsed = wsdraft_parse_head(draft, by, data, size, &context);
        const struct wsdraft_head *head = &parsed.head;
        uint64_t length = head->length;
        size_t end, after, frame, inside;

        if (parsed.status != WSDRAFT_STATUS_HEAD && parsed.status != WSDRAFT_STATUS_VIOLATION) {
            die(name, "no head");
        }
        for (size_t at = 0; at < parsed.rules_count && count < MOST; at++) {
            broken[count++] = parsed.rules[at];
        }
        for (size_t at = 0; at < head->size; at++) {
            struct wsdraft_parsed part = wsdraft_parse_head(draft, by, data, at, &context);

            if (part.status != WSDRAFT_STATUS_INCOMPLETE || part.needed <= at || part.needed > head->size) {
                die(name, "a part of a head is not incomplete");
            }
        }
        frame = wsdraft_frame_size(head, data, size);
        memcpy(copy, data, frame);
        inside = frame == 0 ? 0 : wsdraft_unmask_frame(head, copy, frame);
        if (frame != 0 && wsdraft_frame_size(head, data, frame - 1) != 0) {
            die(name, "a part of a frame is whole");
        }
        data += head->size;
        size -= head->size;
        if (head->until >= 0) {
            const uint8_t *delimiter = (const uint8_t *)memchr(data, head->until, size);

            if (delimiter == NULL) {
                die(name, "no delimiter");
                return count;
            }
            length = (uint64_t)(delimiter - data);
        }
        end = length < size ? (size_t)length : size;
        after = end + (head->until >= 0 ? 1 : 0);
        wsdraft_unmask(head, data, end, 0);
        if ((frame == 0) != (end < length) || (frame != 0 && frame != head->size + after)) {
            die(name, "another size");
        }
        if (frame != 0 && (inside != end || memcmp(copy + head->size, data, end) != 0)) {
            die(name, "another payload");
        }
        print_head(head, data, end);
        if (end < length && count == 0) {
            die(name, "bytes are missing");
        }
        if (head->kind == WSDRAFT_KIND_CLOSE && end >= 2 && wsdraft_format_of(draft)->closing->has_codes) {
            uint16_t code = (uint16_t)(data[0] << 8 | data[1]);
            struct wsdraft_close_verdict verdict = wsdraft_check_close_code(draft, code, WSDRAFT_ROLE_ANY);

            printf("%s\n", wsdraft_close_reason_name(verdict.reason));
            if (verdict.allowed != (verdict.rule == NULL)) {
                die(name, "a verdict contradicts itself");
            }
            if (verdict.rule != NULL && count < MOST) {
                broken[count++] = verdict.rule;
            }
        }
        data += after;
        size -= after;
        wsdraft_follow(&context, head);
    }
    return count;
}

/* Returns whether a rule is one that nothing here shows. */
static bool replay_line(char *fields[FIELDS])
{
    const char *name = fields[0], *id = fields[3], *broken[MOST];
    enum wsdraft_draft draft;
    enum wsdraft_role by = strcmp(fields[2], "client") == 0 ? WSDRAFT_ROLE_CLIENT : WSDRAFT_ROLE_SERVER;
    struct wsdraft_context context = wsdraft_first;
    const struct wsdraft_rule *rule;
    uint8_t key[20];
    bool hidden;
    size_t count, expected;

    if (!wsdraft_draft_of(fields[1], &draft)) {
        die(name, "no such draft");
        return false;
    }
    rule = wsdraft_rule_of(draft, id);
    if (rule == NULL) {
        die(name, "no such rule");
        return false;
    }
    if (strlen(fields[4]) == 2 * sizeof key) {
        bytes_of(fields[4], key);
        context.session_key = key;
    }
    context.claimed = (unsigned)strtoul(fields[5], NULL, 10);
    printf("%s %s\n", name, fields[6]);
    count = bytes_of(fields[7], (uint8_t *)fields[7]);
    count = replay(name, draft, by, (uint8_t *)fields[7], count, context, broken);
    hidden = rule->shown == WSDRAFT_SHOWN_ELSEWHERE;
    expected = strcmp(fields[6], "kept") == 0 || hidden ? 0 : 1;
    if (count != expected || (count == 1 && strcmp(broken[0], id) != 0)) {
        fprintf(stderr, "%s, %s: found", name, fields[6]);
        for (size_t at = 0; at < count; at++) {
            fprintf(stderr, " %s", broken[at]);
        }
        fprintf(stderr, "\n");
        exit(1);
    }
    return hidden;
}

/* Prints the verdicts on close codes, those together that are equal. */
static void codes(enum wsdraft_draft draft, enum wsdraft_role sender)
{
    enum wsdraft_close_reason last = wsdraft_check_close_code(draft, 0, sender).reason;
    unsigned first = 0;

    for (unsigned code = 1; code <= 5001; code++) {
        enum wsdraft_close_reason reason = wsdraft_check_close_code(draft, (uint16_t)code, sender).reason;

        if (code == 5001 || reason != last) {
            printf("codes %s %s %u-%u %s\n", wsdraft_draft_name(draft), wsdraft_role_name(sender), first, code - 1,
                   wsdraft_close_reason_name(last));
            first = code;
            last = reason;
        }
    }
}

/* What the database does not have is not taken for what a draft does not have. */
static void names(void)
{
    const uint8_t data[] = {0x81, 0x00};
    enum wsdraft_draft single = (enum wsdraft_draft)wsdraft_drafts_count;
    size_t at = 0;

    while (at < wsdraft_drafts_count && wsdraft_drafts[at].complete) {
        at++;
    }
    for (int turn = 0; turn < 2; turn++) {
        struct wsdraft_close_verdict verdict = wsdraft_check_close_code(single, 1000, WSDRAFT_ROLE_ANY);

        if (verdict.allowed || verdict.reason != WSDRAFT_CLOSE_REASON_NONE || verdict.rule != NULL) {
            die("names", "a verdict about a draft that is not known");
        }
        if (wsdraft_format_of(single) != NULL || wsdraft_rule_of(single, "opcode-known") != NULL) {
            die("names", "a draft that is not known");
        }
        if (wsdraft_parse_head(single, WSDRAFT_ROLE_CLIENT, data, 2, NULL).status != WSDRAFT_STATUS_NO_FORMAT) {
            die("names", "a head in a draft that is not known");
        }
        single = wsdraft_drafts[at].draft;
    }
    if (wsdraft_draft_of("no-such-draft", &single)) {
        die("names", "no such draft");
    }
}

int main(int count, char **arguments)
{
    static char line[1 << 20];
    FILE *cases = count > 1 ? fopen(arguments[1], "r") : NULL;
    unsigned found = 0, skipped = 0;

    if (cases == NULL) {
        die("cases", "not readable");
        return 1;
    }
    names();
    while (fgets(line, sizeof line, cases) != NULL) {
        char *fields[FIELDS], *rest = line;

        line[strcspn(line, "\n")] = '\0';
        for (size_t at = 0; at < FIELDS; at++) {
            char *tab = strchr(rest, '\t');

            fields[at] = rest;
            if (tab == NULL) {
                rest += strlen(rest);
            } else {
                *tab = '\0';
                rest = tab + 1;
            }
        }
        if (replay_line(fields)) {
            skipped++;
        } else {
            found++;
        }
    }
    fclose(cases);
    for (size_t at = 0; at < wsdraft_formats_count; at++) {
        for (int sender = WSDRAFT_ROLE_ANY; sender <= WSDRAFT_ROLE_SERVER; sender++) {
            codes(wsdraft_formats[at].draft, (enum wsdraft_role)sender);
        }
    }
    fprintf(stderr, "%u cases; %u of rules that nothing here shows\n", found, skipped);
    return 0;
}
