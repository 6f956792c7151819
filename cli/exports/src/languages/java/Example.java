import wsdraft.Wsdraft;

final class Example {
    public static void main(String[] arguments) {
        byte[] data = {@signed@}; // what a client sent
        Wsdraft.Draft draft = Wsdraft.Draft.@DRAFT@;
        Wsdraft.Role sender = Wsdraft.Role.CLIENT;
        Wsdraft.Parsed parsed = Wsdraft.parseHead(draft, sender, data);
        if (parsed.status != Wsdraft.Status.HEAD) {
            throw new IllegalStateException(parsed.toString()); // the head is incomplete or breaks rules
        }
        Wsdraft.Head head = parsed.head.get();
        byte[] payload = head.payload(data); // without its mask
        int code = (payload[0] & 0xff) << 8 | payload[1] & 0xff;
        Wsdraft.CloseVerdict verdict = Wsdraft.checkCloseCode(draft, code, sender);
        System.out.println(head.kind + " " + code + " " + verdict.reason); // close @code@ never-sent
        verdict.rule.flatMap(id -> Wsdraft.ruleOf(draft, id))
                .ifPresent(rule -> System.out.println(rule.level + " " + rule.id + ": " + rule.summary));
    }
}
