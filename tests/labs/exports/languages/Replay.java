// Replays cases in the Java classes that `wsdraft export java` writes: replay.py says how.

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import wsdraft.Wsdraft;

final class Replay {
    private static final PrintStream OUT = new PrintStream(new java.io.BufferedOutputStream(System.out), false);

    private Replay() {}

    private static byte[] bytesOf(String hex) {
        byte[] out = new byte[hex.length() / 2];
        for (int at = 0; at < out.length; at++) {
            out[at] = (byte) (Character.digit(hex.charAt(at * 2), 16) << 4 | Character.digit(hex.charAt(at * 2 + 1), 16));
        }
        return out;
    }

    private static String hex(byte[] bytes) {
        StringBuilder out = new StringBuilder();
        for (byte one : bytes) {
            out.append(String.format("%02x", one));
        }
        return out.length() == 0 ? "-" : out.toString();
    }

    /** FNV-1a with 32 bits. */
    private static int hashOf(byte[] data) {
        int value = 0x811c9dc5;
        for (byte one : data) {
            value = (value ^ one & 0xff) * 0x01000193;
        }
        return value;
    }

    private static void trace(Wsdraft.Head head, byte[] payload) {
        String ends = head.until.isPresent()
                ? "- " + head.until.getAsInt()
                : Long.toUnsignedString(head.length) + " -";
        OUT.printf(
                "%s %d %d %d %d %s %s %d %08x\n",
                head.kind,
                head.opcode,
                head.fin ? 1 : 0,
                head.rsv,
                head.masked ? 1 : 0,
                hex(head.key()),
                ends,
                head.size,
                hashOf(payload));
    }

    private static List<String> replay(
            String name, Wsdraft.Draft draft, Wsdraft.Role by, byte[] all, Wsdraft.Context first) {
        List<String> broken = new ArrayList<>();
        Wsdraft.Context context = first;
        byte[] data = all;
        while (data.length > 0) {
            Wsdraft.Parsed parsed = Wsdraft.parseHead(draft, by, data, context);
            Wsdraft.Head head = parsed.head.orElseThrow(() -> new IllegalStateException(name + ": " + parsed.status));
            broken.addAll(parsed.rules);
            for (int part = 0; part < head.size; part++) {
                Wsdraft.Parsed less = Wsdraft.parseHead(draft, by, Arrays.copyOf(data, part), context);
                boolean fits = less.needed > part && less.needed <= head.size;
                if (less.status != Wsdraft.Status.INCOMPLETE || !fits) {
                    throw new IllegalStateException(name + ": " + part + " of " + head.size + " bytes");
                }
            }
            int start = head.size;
            int end = data.length;
            if (head.until.isPresent()) {
                end = start;
                while ((data[end] & 0xff) != head.until.getAsInt()) {
                    end++;
                }
            } else if (Long.compareUnsigned(head.length, end - start) <= 0) {
                end = start + (int) head.length;
            } else if (broken.isEmpty()) {
                throw new IllegalStateException(name + ": bytes are missing");
            }
            byte[] payload = head.unmasked(Arrays.copyOfRange(data, start, end), 0);
            trace(head, payload);
            OptionalInt size = head.frameSize(data);
            if (size.isPresent()) {
                byte[] frame = Arrays.copyOf(data, size.getAsInt());
                boolean less = head.frameSize(Arrays.copyOf(frame, frame.length - 1)).isPresent();
                if (less || !Arrays.equals(head.payload(frame), payload)) {
                    throw new IllegalStateException(name + ": another frame");
                }
            } else if (broken.isEmpty()) {
                throw new IllegalStateException(name + ": a frame is not whole");
            }
            data = Arrays.copyOfRange(data, end + (head.until.isPresent() ? 1 : 0), data.length);
            boolean hasCodes = Wsdraft.formatOf(draft).closing.hasCodes;
            if (head.kind == Wsdraft.Kind.CLOSE && payload.length >= 2 && hasCodes) {
                int code = (payload[0] & 0xff) << 8 | payload[1] & 0xff;
                Wsdraft.CloseVerdict verdict = Wsdraft.checkCloseCode(draft, code);
                OUT.printf("%s\n", verdict.reason);
                if (verdict.allowed != verdict.rule.isEmpty()) {
                    throw new IllegalStateException(name + ": a verdict contradicts itself");
                }
                verdict.rule.ifPresent(broken::add);
            }
            context = context.after(head);
        }
        return broken;
    }

    /** Returns whether a rule is one that nothing here shows. */
    private static boolean replayLine(String line) {
        String[] fields = line.split("\t", -1);
        String name = fields[0];
        String what = fields[6];
        Wsdraft.Draft draft = Wsdraft.draftOf(fields[1]).orElseThrow();
        Wsdraft.Rule rule = Wsdraft.ruleOf(draft, fields[3]).orElseThrow();
        Wsdraft.Role by = fields[2].equals("client") ? Wsdraft.Role.CLIENT : Wsdraft.Role.SERVER;
        Wsdraft.Context context = Wsdraft.Context.FIRST.withClaimed(Integer.parseInt(fields[5]));
        if (!fields[4].equals("-")) {
            context = context.withSessionKey(bytesOf(fields[4]));
        }
        OUT.printf("%s %s\n", name, what);
        List<String> broken = replay(name, draft, by, bytesOf(fields[7]), context);
        boolean hidden = rule.shown == Wsdraft.Shown.ELSEWHERE;
        if (!broken.equals(what.equals("kept") || hidden ? List.of() : List.of(rule.id))) {
            throw new IllegalStateException(name + ", " + what + ": found " + broken);
        }
        return hidden;
    }

    private static Wsdraft.CloseReason reason(Wsdraft.Draft draft, int code, Optional<Wsdraft.Role> sender) {
        return sender.map(end -> Wsdraft.checkCloseCode(draft, code, end))
                .orElseGet(() -> Wsdraft.checkCloseCode(draft, code))
                .reason;
    }

    /** Prints the verdicts on close codes, those together that are equal. */
    private static void codes(Wsdraft.Draft draft, Optional<Wsdraft.Role> sender) {
        Wsdraft.CloseReason last = reason(draft, 0, sender);
        int first = 0;
        for (int code = 1; code <= 5001; code++) {
            Wsdraft.CloseReason reason = reason(draft, code, sender);
            if (code == 5001 || reason != last) {
                String end = sender.map(Object::toString).orElse("any");
                OUT.printf("codes %s %s %d-%d %s\n", draft, end, first, code - 1, last);
                first = code;
                last = reason;
            }
        }
    }

    private static void refused(Runnable call) {
        try {
            call.run();
        } catch (IllegalArgumentException expected) {
            return;
        }
        throw new IllegalStateException("no exception");
    }

    /** What the database does not have is not taken for what a draft does not have. */
    private static void names() {
        Wsdraft.Draft known = Wsdraft.FORMATS.get(0).draft;
        Wsdraft.Draft single = Wsdraft.DRAFTS.stream().filter(info -> !info.complete).findFirst().orElseThrow().draft;
        refused(() -> Wsdraft.formatOf(single));
        refused(() -> Wsdraft.ruleOf(single, "opcode-known"));
        refused(() -> Wsdraft.checkCloseCode(single, 1000));
        refused(() -> Wsdraft.parseHead(single, Wsdraft.Role.CLIENT, new byte[2]));
        refused(() -> Wsdraft.checkCloseCode(known, 65536));
        boolean isThere = Wsdraft.ruleOf(known, "no-such-rule").isPresent();
        if (isThere || Wsdraft.draftOf("no-such-draft").isPresent() || !Wsdraft.RULES.get(0).toString().contains("id=")) {
            throw new IllegalStateException("names");
        }
    }

    public static void main(String[] arguments) throws IOException {
        names();
        int found = 0;
        int skipped = 0;
        for (String line : Files.readAllLines(Path.of(arguments[0]), StandardCharsets.US_ASCII)) {
            if (replayLine(line)) {
                skipped++;
            } else {
                found++;
            }
        }
        for (Wsdraft.Format format : Wsdraft.FORMATS) {
            codes(format.draft, Optional.empty());
            codes(format.draft, Optional.of(Wsdraft.Role.CLIENT));
            codes(format.draft, Optional.of(Wsdraft.Role.SERVER));
        }
        OUT.flush();
        System.err.printf("%d cases; %d of rules that nothing here shows%n", found, skipped);
    }
}
