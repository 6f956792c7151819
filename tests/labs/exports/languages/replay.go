// Replays cases in the Go package that `wsdraft export go` writes: replay.py says how.
package main

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/fnv"
	"os"
	"strconv"
	"strings"

	"example.com/replay/wsdraft"
)

var out = bufio.NewWriter(os.Stdout)

func die(name string, why ...any) {
	fmt.Fprintln(os.Stderr, append([]any{name + ":"}, why...)...)
	os.Exit(1)
}

func trace(head wsdraft.Head, payload []byte) {
	number := func(set bool) int {
		if set {
			return 1
		}
		return 0
	}
	key, length, until := hex.EncodeToString(head.Key), strconv.FormatUint(head.Length, 10), "-"
	if key == "" {
		key = "-"
	}
	if head.Until >= 0 {
		length, until = "-", strconv.Itoa(head.Until)
	}
	hash := fnv.New32a()
	hash.Write(payload)
	fmt.Fprintf(out, "%s %d %d %d %d %s %s %s %d %08x\n", head.Kind, head.Opcode, number(head.Fin), head.Rsv,
		number(head.Masked), key, length, until, head.Size, hash.Sum32())
}

func replay(name string, draft wsdraft.Draft, by wsdraft.Role, data []byte, context wsdraft.Context) []string {
	var broken []string
	format, err := wsdraft.FormatOf(draft)
	if err != nil {
		die(name, err)
	}
	for len(data) > 0 {
		head, err := wsdraft.ParseHead(draft, by, data, context)
		var violation *wsdraft.ViolationError
		if errors.As(err, &violation) {
			broken = append(broken, violation.Rules...)
		} else if err != nil {
			die(name, err)
		}
		for end := 0; end < head.Size; end++ {
			_, err := wsdraft.ParseHead(draft, by, data[:end], context)
			var part *wsdraft.IncompleteError
			if !errors.As(err, &part) || part.Needed <= end || part.Needed > head.Size {
				die(name, end, "of", head.Size, "bytes:", err)
			}
		}
		size, isWhole := head.FrameSize(data)
		whole := append([]byte(nil), data...)
		data = data[head.Size:]
		length, after := head.Length, 0
		if head.Until >= 0 {
			length, after = uint64(bytes.IndexByte(data, byte(head.Until))), 1
		}
		end := len(data)
		if length < uint64(end) {
			end = int(length)
		}
		payload := data[:end]
		data = data[end+after:]
		head.Unmask(payload, 0)
		trace(head, payload)
		if isWhole {
			_, isLess := head.FrameSize(whole[:size-1])
			if isLess || size+len(data) != len(whole) || !bytes.Equal(head.Payload(whole[:size]), payload) {
				die(name, "another frame of", size, "bytes")
			}
		} else if uint64(end) == length {
			die(name, "a whole frame is not whole")
		}
		if uint64(end) < length && len(broken) == 0 {
			die(name, "bytes are missing")
		}
		if head.Kind == wsdraft.KindClose && end >= 2 && format.Closing.HasCodes {
			verdict, err := wsdraft.CheckCloseCode(draft, uint16(payload[0])<<8|uint16(payload[1]), wsdraft.RoleAny)
			if err != nil {
				die(name, err)
			}
			fmt.Fprintln(out, verdict.Reason)
			if verdict.Allowed != (verdict.Rule == "") {
				die(name, verdict)
			}
			if verdict.Rule != "" {
				broken = append(broken, verdict.Rule)
			}
		}
		context = context.After(head)
	}
	return broken
}

// replayLine returns whether a rule is one that nothing here shows.
func replayLine(line string) bool {
	fields := strings.Split(line, "\t")
	name, id, what := fields[0], fields[3], fields[6]
	draft, found := wsdraft.DraftOf(fields[1])
	rule, err := wsdraft.RuleOf(draft, id)
	if !found || err != nil {
		die(name, "no such draft or rule", err)
	}
	by := wsdraft.RoleServer
	if fields[2] == "client" {
		by = wsdraft.RoleClient
	}
	context := wsdraft.First
	claimed, err := strconv.ParseUint(fields[5], 10, 8)
	data, failed := hex.DecodeString(fields[7])
	if err != nil || failed != nil {
		die(name, err, failed)
	}
	context.Claimed = uint8(claimed)
	if fields[4] != "-" {
		if context.SessionKey, err = hex.DecodeString(fields[4]); err != nil {
			die(name, err)
		}
	}
	fmt.Fprintln(out, name, what)
	broken := strings.Join(replay(name, draft, by, data, context), " ")
	hidden := rule.Shown == wsdraft.ShownElsewhere
	expected := id
	if what == "kept" || hidden {
		expected = ""
	}
	if broken != expected {
		die(name, what, "found", broken)
	}
	return hidden
}

// codes prints the verdicts on close codes, those together that are equal.
func codes(draft wsdraft.Draft, sender wsdraft.Role) {
	reasonOf := func(code int) wsdraft.CloseReason {
		verdict, err := wsdraft.CheckCloseCode(draft, uint16(code), sender)
		if err != nil {
			die(draft.String(), err)
		}
		return verdict.Reason
	}
	first, last := 0, reasonOf(0)
	for code := 1; code <= 5001; code++ {
		reason := reasonOf(code)
		if code == 5001 || reason != last {
			fmt.Fprintf(out, "codes %s %s %d-%d %s\n", draft, sender, first, code-1, last)
			first, last = code, reason
		}
	}
}

// names tells what the database does not have from what a draft does not have.
func names() {
	single := wsdraft.Draft(255)
	for _, info := range wsdraft.Drafts {
		if !info.Complete {
			single = info.Draft
		}
	}
	known := wsdraft.Formats[0].Draft
	for _, draft := range []wsdraft.Draft{single, 255} {
		_, ofFormat := wsdraft.FormatOf(draft)
		_, ofRule := wsdraft.RuleOf(draft, "opcode-known")
		_, ofCode := wsdraft.CheckCloseCode(draft, 1000, wsdraft.RoleAny)
		_, ofHead := wsdraft.ParseHead(draft, wsdraft.RoleClient, []byte{0x81, 0}, wsdraft.First)
		for _, err := range []error{ofFormat, ofRule, ofCode, ofHead} {
			if !errors.Is(err, wsdraft.ErrNoFormat) {
				die("names", draft, err)
			}
		}
	}
	if _, err := wsdraft.RuleOf(known, "no-such-rule"); !errors.Is(err, wsdraft.ErrNoRule) {
		die("names", err)
	}
	if _, found := wsdraft.DraftOf("no-such-draft"); found {
		die("names", "no such draft")
	}
}

func main() {
	names()
	cases, err := os.Open(os.Args[1])
	if err != nil {
		die("cases", err)
	}
	lines := bufio.NewScanner(cases)
	lines.Buffer(nil, 1<<20)
	found, skipped := 0, 0
	for lines.Scan() {
		if replayLine(lines.Text()) {
			skipped++
		} else {
			found++
		}
	}
	for _, format := range wsdraft.Formats {
		for _, sender := range []wsdraft.Role{wsdraft.RoleAny, wsdraft.RoleClient, wsdraft.RoleServer} {
			codes(format.Draft, sender)
		}
	}
	if err, failed := lines.Err(), out.Flush(); err != nil || failed != nil {
		die("cases", err, failed)
	}
	fmt.Fprintf(os.Stderr, "%d cases; %d of rules that nothing here shows\n", found, skipped)
}
