// Errors of the functions.
var (
	// ErrNoFormat means that the database has only single facts about the draft, and not its wire format and rules.
	ErrNoFormat = errors.New("wsdraft: the wire format and the rules of the draft are not known")

	// ErrNoRule means that the draft does not have the rule.
	ErrNoRule = errors.New("wsdraft: the draft does not have the rule")

	// ErrNoKey means that the draft masks with a session key that the context does not have.
	ErrNoKey = errors.New("wsdraft: the draft masks with the key of the session")

	// ErrOverlong means that a count takes more than ten bytes or 64 bits. No rule forbids it, and no receiver can read it.
	ErrOverlong = errors.New("wsdraft: the length of the frame cannot be read")
)

// IncompleteError says that the bytes end within the head.
type IncompleteError struct {
	// Needed is how many bytes the head has at least.
	Needed int
}

// Error implements error.
func (err *IncompleteError) Error() string {
	return fmt.Sprintf("wsdraft: the head of the frame has at least %d bytes", err.Needed)
}

// ViolationError says which rules a head breaks.
type ViolationError struct {
	// Rules are the ids, in the order in which a receiver checks them. There is at least one.
	Rules []string
}

// Error implements error.
func (err *ViolationError) Error() string {
	return "wsdraft: the head of the frame breaks " + strings.Join(err.Rules, ", ")
}

// Known is an answer that may be missing.
type Known uint8

// The values of Known.
const (
	Unknown Known = iota
	No
	Yes
)

// Context is what a connection has agreed on, and what the sender of a frame has sent before. What depends on something
// unknown is not judged. After keeps it up to date.
type Context struct {
	// SessionKey has the 20 bytes that the handshake derived, in a draft whose masking keys depend on them.
	SessionKey []byte

	// Claimed has the reserved bits that agreed extensions use. The lowest bit stands for the draft's first one.
	Claimed uint8

	// MessageOpen tells whether the sender has started a message and not ended it.
	MessageOpen Known

	// CloseSent tells whether the sender has sent a close frame.
	CloseSent Known
}

// First is the context of the first frame of a connection without extensions.
var First = Context{MessageOpen: No, CloseSent: No}

// Head is the head of a frame.
type Head struct {
	// Kind is what the frame is for.
	Kind Kind

	// Opcode is the opcode, or the type of a delimited frame.
	Opcode uint8

	// Fin tells whether it is the last frame of its message.
	Fin bool

	// Rsv has the reserved bits. The lowest bit stands for the draft's first one.
	Rsv uint8

	// Masked tells whether the frame is masked.
	Masked bool

	// Key is turned so that its first byte is for the payload's first byte. It is empty if the frame is not masked.
	Key []byte

	// Length is the length of the payload; 0 if a delimiter ends it.
	Length uint64

	// Until is the byte that ends the payload, or -1.
	Until int

	// Form is the form of an extended length, or nil.
	Form *ExtendedLength

	// Size is the length of the head, with everything in front of the payload.
	Size int
}

// CloseVerdict tells whether a close frame may contain a code.
type CloseVerdict struct {
	// Allowed tells whether it may.
	Allowed bool

	// Reason is why.
	Reason CloseReason

	// Rule is the rule that the code breaks, or empty.
	Rule string
}

// FormatOf returns the wire format of a draft, or ErrNoFormat.
func FormatOf(draft Draft) (*Format, error) {
	for at := range Formats {
		if Formats[at].Draft == draft {
			return &Formats[at], nil
		}
	}
	return nil, ErrNoFormat
}

// DraftOf returns the draft of a short name, and whether there is one.
func DraftOf(name string) (Draft, bool) {
	for _, info := range Drafts {
		if info.Draft.String() == name {
			return info.Draft, true
		}
	}
	return 0, false
}

// HoldsIn tells whether the row holds in a draft.
func (rule *Rule) HoldsIn(draft Draft) bool {
	return rule.Since <= draft && draft <= rule.Until
}

// HoldsIn tells whether the row holds in a draft.
func (field *HeaderField) HoldsIn(draft Draft) bool {
	return field.Since <= draft && draft <= field.Until
}

// RuleOf returns a rule as a draft says it, or ErrNoRule or ErrNoFormat.
func RuleOf(draft Draft, id string) (*Rule, error) {
	if _, err := FormatOf(draft); err != nil {
		return nil, err
	}
	for at := range Rules {
		if Rules[at].ID == id && Rules[at].HoldsIn(draft) {
			return &Rules[at], nil
		}
	}
	return nil, ErrNoRule
}

// CheckCloseCode tells whether a close frame of a draft may contain a code. For RoleAny, the verdict is the receiver's:
// no receiver checks which end may send a code. The error is nil or ErrNoFormat.
func CheckCloseCode(draft Draft, code uint16, sender Role) (CloseVerdict, error) {
	format, err := FormatOf(draft)
	if err != nil {
		return CloseVerdict{}, err
	}
	return format.Closing.verdict(code, sender), nil
}

func (closing *Closing) verdict(code uint16, sender Role) CloseVerdict {
	if !closing.HasCodes {
		return CloseVerdict{false, CloseReasonNoCodes, ""}
	}
	for _, known := range closing.Codes {
		switch {
		case known.Code != code:
			continue
		case !known.OnWire:
			return CloseVerdict{false, CloseReasonNeverSent, closing.Rule}
		case sender != RoleAny && known.By != RoleAny && known.By != sender:
			return CloseVerdict{false, CloseReasonOtherEnd, ""}
		}
		return CloseVerdict{true, CloseReasonAllowed, ""}
	}
	free := closing.Otherwise
	for _, known := range closing.Ranges {
		if known.First <= code && code <= known.Last {
			free = known.Free
		}
	}
	if free || closing.Rule == "" {
		return CloseVerdict{true, CloseReasonAllowed, ""}
	}
	return CloseVerdict{false, CloseReasonUndefined, closing.Rule}
}

// ParseHead reads and judges the head at the start of some bytes, which an end of a connection of a draft sent.
//
// The error is an *IncompleteError, a *ViolationError, ErrOverlong, ErrNoFormat or ErrNoKey. With a *ViolationError, the
// head is there all the same.
func ParseHead(draft Draft, sender Role, data []byte, context Context) (Head, error) {
	format, err := FormatOf(draft)
	if err != nil {
		return Head{}, err
	}
	var head Head
	if mask := format.Layout.Mask; mask != nil && mask.By == sender {
		head, err = readMasked(format, mask, data, context.SessionKey)
	} else {
		head, err = readClear(format, data)
	}
	if err != nil {
		return Head{}, err
	}
	var broken []string
	for at := range format.Checks {
		check := &format.Checks[at]
		concerned := check.By == RoleAny || check.By == sender
		if concerned && applies(check.Condition, &head, &context) && breaks(check, &head, &context) {
			broken = append(broken, check.Rule)
		}
	}
	if broken != nil {
		return head, &ViolationError{broken}
	}
	return head, nil
}

// After returns the context of the frame after a frame with this head.
func (context Context) After(head Head) Context {
	switch {
	case head.Kind == KindClose:
		context.CloseSent = Yes
	case isData(head.Kind) && head.Fin:
		context.MessageOpen = No
	case isData(head.Kind):
		context.MessageOpen = Yes
	}
	return context
}

// FrameSize returns the size of the frame with this head at the start of data. It is false if data ends before the frame
// does.
func (head Head) FrameSize(data []byte) (int, bool) {
	if len(data) < head.Size {
		return 0, false
	}
	left := data[head.Size:]
	if head.Until >= 0 {
		end := bytes.IndexByte(left, byte(head.Until))
		if end < 0 {
			return 0, false
		}
		return head.Size + end + 1, true
	}
	if head.Length > uint64(len(left)) {
		return 0, false
	}
	return head.Size + int(head.Length), true
}

// Payload removes the mask of the payload of a whole frame in place, and returns the payload, without the byte that ends
// it.
func (head Head) Payload(frame []byte) []byte {
	end := len(frame)
	if head.Until >= 0 {
		end--
	}
	payload := frame[head.Size:end]
	head.Unmask(payload, 0)
	return payload
}

// Unmask removes the mask of a part of a payload in place. The offset is its place in the payload.
func (head Head) Unmask(payload []byte, offset uint64) {
	xor(payload, head.Key, offset)
}

func xor(data, key []byte, offset uint64) {
	if size := uint64(len(key)); size > 0 {
		for at := range data {
			data[at] ^= key[(offset+uint64(at))%size]
		}
	}
}

func isStart(kind Kind) bool {
	return kind == KindText || kind == KindBinary
}

func isData(kind Kind) bool {
	return isStart(kind) || kind == KindContinuation
}

func isControl(kind Kind) bool {
	return kind == KindClose || kind == KindPing || kind == KindPong
}

const (
	// The longest head without the bytes in front of a masked frame.
	longest = 16

	nonceSize = 4
)

func readMasked(format *Format, mask *FrameMask, data, session []byte) (Head, error) {
	if len(data) < nonceSize {
		return Head{}, &IncompleteError{nonceSize + 2}
	}
	var key []byte
	for _, part := range mask.Parts {
		switch part.Source {
		case KeySourceNonce:
			key = append(key, data[:nonceSize]...)
		case KeySourceText:
			key = append(key, part.Text...)
		case KeySourceSession:
			if len(session) == 0 {
				return Head{}, ErrNoKey
			}
			key = append(key, session...)
		}
	}
	if mask.Hashed {
		hash := sha1.Sum(key)
		key = hash[:]
	}
	covered := data[nonceSize:]
	if len(covered) > longest {
		covered = covered[:longest]
	}
	clear := append([]byte(nil), covered...)
	xor(clear, key, 0)
	head, err := readClear(format, clear)
	var incomplete *IncompleteError
	if errors.As(err, &incomplete) {
		return Head{}, &IncompleteError{incomplete.Needed + nonceSize}
	}
	if err != nil {
		return Head{}, err
	}
	phase := head.Size % len(key)
	head.Key = append(append([]byte(nil), key[phase:]...), key[:phase]...)
	head.Masked = true
	head.Size += nonceSize
	return head, nil
}

func readClear(format *Format, data []byte) (Head, error) {
	layout := format.Layout
	if len(layout.Types) > 0 {
		return readDelimited(format, data)
	}
	if len(data) < 2 {
		return Head{}, &IncompleteError{2}
	}
	two := uint16(data[0])<<8 | uint16(data[1])
	head := Head{
		Opcode: uint8(field(two, layout.Opcode)),
		Fin:    (two&layout.End != 0) == layout.EndIsSet,
		Masked: two&layout.Masked != 0,
		Length: uint64(field(two, layout.Length)),
		Until:  -1,
		Size:   2,
	}
	for at, bit := range layout.Reserved {
		if two&bit.Mask != 0 {
			head.Rsv |= 1 << at
		}
	}
	for at := range layout.Extended {
		if form := &layout.Extended[at]; head.Form == nil && uint64(form.Marker) == head.Length {
			head.Form = form
		}
	}
	if head.Form != nil {
		start := head.Size
		head.Size += int(head.Form.Size)
		if len(data) < head.Size {
			return Head{}, &IncompleteError{head.Size}
		}
		head.Length = 0
		for _, digit := range data[start:head.Size] {
			head.Length = head.Length<<8 | uint64(digit)
		}
	}
	if head.Masked {
		start := head.Size
		head.Size += nonceSize
		if len(data) < head.Size {
			return Head{}, &IncompleteError{head.Size}
		}
		head.Key = append([]byte(nil), data[start:head.Size]...)
	}
	head.Kind = kindOf(format, head.Opcode, head.Length == 0)
	return head, nil
}

func readDelimited(format *Format, data []byte) (Head, error) {
	if len(data) == 0 {
		return Head{}, &IncompleteError{1}
	}
	head := Head{Opcode: data[0], Fin: true, Size: 1}
	for _, known := range format.Layout.Types {
		if known.First <= uint16(data[0]) && uint16(data[0]) <= known.Last {
			head.Until = known.Until
		}
	}
	for more := head.Until < 0; more; head.Size++ {
		if head.Size > 10 || head.Length>>57 != 0 {
			return Head{}, ErrOverlong
		}
		if len(data) == head.Size {
			return Head{}, &IncompleteError{head.Size + 1}
		}
		head.Length = head.Length<<7 | uint64(data[head.Size]&0x7f)
		more = data[head.Size]&0x80 != 0
	}
	head.Kind = kindOf(format, head.Opcode, head.Until < 0 && head.Length == 0)
	return head, nil
}

// field returns the bits of a mask, moved to the right.
func field(two, mask uint16) uint16 {
	if mask == 0 {
		return 0
	}
	return (two & mask) / (mask & -mask)
}

func kindOf(format *Format, opcode uint8, empty bool) Kind {
	for _, known := range format.Opcodes {
		if known.Value == uint16(opcode) && (empty || !known.OnlyEmpty) {
			return known.Kind
		}
	}
	return KindReserved
}

func breaks(check *Check, head *Head, context *Context) bool {
	switch check.Test {
	case TestKnownOpcode:
		return head.Kind == KindReserved
	case TestReservedClear:
		return head.Rsv&^context.Claimed != 0
	case TestMinimalLength:
		return head.Form != nil && head.Length < head.Form.Least
	case TestLengthFits:
		return head.Form != nil && head.Length>>head.Form.Bits != 0
	case TestPayloadAtMost:
		return head.Length > check.Limit
	case TestFinal:
		return !head.Fin
	case TestMasked:
		return !head.Masked
	case TestUnmasked:
		return head.Masked
	case TestMessageOpen:
		return context.MessageOpen == No
	case TestNoMessageOpen:
		return context.MessageOpen == Yes
	case TestBeforeClose:
		return context.CloseSent == Yes
	}
	return false
}

func applies(condition Condition, head *Head, context *Context) bool {
	switch condition {
	case ConditionAlways:
		return true
	case ConditionControl:
		return isControl(head.Kind)
	case ConditionData:
		return isData(head.Kind)
	case ConditionStarts:
		return isStart(head.Kind)
	case ConditionMessageOpen:
		return context.MessageOpen == Yes
	case ConditionNoMessageOpen:
		return context.MessageOpen == No
	}
	return head.Kind.String() == condition.String()
}
