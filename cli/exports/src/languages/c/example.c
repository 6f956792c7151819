#include <stdio.h>

#include "wsdraft.h"

int main(void)
{
    uint8_t data[] = {@bytes@}; // what a client sent
    const enum wsdraft_draft draft = WSDRAFT_DRAFT_@DRAFT@;
    const enum wsdraft_role sender = WSDRAFT_ROLE_CLIENT;
    const struct wsdraft_parsed parsed = wsdraft_parse_head(draft, sender, data, sizeof data, NULL);
    if (parsed.status != WSDRAFT_STATUS_HEAD) {
        return 1; // the head is incomplete or breaks rules
    }
    wsdraft_unmask_frame(&parsed.head, data, sizeof data);
    const uint8_t *payload = data + parsed.head.size;
    const uint16_t code = (uint16_t)(payload[0] << 8 | payload[1]);
    const struct wsdraft_close_verdict verdict = wsdraft_check_close_code(draft, code, sender);
    const struct wsdraft_rule *rule = verdict.rule == NULL ? NULL : wsdraft_rule_of(draft, verdict.rule);
    printf("%s %d ", wsdraft_kind_name(parsed.head.kind), code);
    printf("%s\n", wsdraft_close_reason_name(verdict.reason)); // close @code@ never-sent
    if (rule != NULL) {
        printf("%s %s: %s\n", wsdraft_level_name(rule->level), rule->id, rule->summary);
    }
    return 0;
}
