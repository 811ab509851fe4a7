package intake

import (
	"bytes"
	"context"
	"path"
	"strings"
	"time"
)

// Mbox reads mailboxes in which messages follow one another, parted by "From " lines: the forms mboxo, mboxrd and
// mboxcl, and the archives of Mailman (pipermail). Only headers are read.
var Mbox = Format{
	Name:  "mbox",
	Title: "mail archive (mbox)",
	Detect: func(head []byte, name string) int {
		head = bytes.TrimLeft(head, "\r\n")
		if !bytes.HasPrefix(head, fromWord) {
			return 0
		}
		if isFromLine(head, true) {
			return 98
		}
		if strings.EqualFold(path.Ext(name), ".mbox") {
			return 60
		}
		return 0
	},
	Read: func(ctx context.Context, src *Source, sink Sink) error {
		m := newMailReader(src, sink)
		if isPatchLine(m.scan.peek(maxFromLine)) {
			return m.mailbox(ctx, patchSeparator)
		}
		return m.mailbox(ctx, fromSeparator)
	},
}

// Listserv reads the logs of LISTSERV, in which a line of equals signs stands before each message.
var Listserv = Format{
	Name:  "listserv",
	Title: "mailing list archive (LISTSERV)",
	Detect: func(head []byte, _ string) int {
		head = bytes.TrimLeft(head, "\r\n")
		if isEqualsLine(head) {
			return 95
		}
		return 0
	},
	Read: func(ctx context.Context, src *Source, sink Sink) error {
		return newMailReader(src, sink).mailbox(ctx, equalsSeparator)
	},
}

// Eml reads one mail in a file of its own: .eml, .emlx, or a file of a Maildir.
var Eml = Format{
	Name:  "eml",
	Title: "single mail (.eml)",
	Detect: func(head []byte, name string) int {
		head = withoutEmlxCount(head)
		if bytes.HasPrefix(head, fromWord) || !looksLikeMessage(head) {
			return 0
		}
		switch strings.ToLower(path.Ext(name)) {
		case ".eml", ".emlx", ".mht", ".msg":
			return 95
		}
		return 75
	},
	Read: func(ctx context.Context, src *Source, sink Sink) error {
		m := newMailReader(src, sink)
		return m.single(At{})
	},
}

var (
	fromWord   = []byte("From ")
	fromNeedle = []byte("\nFrom ")
	patchDate  = []byte(" Mon Sep 17 00:00:00 2001")
	equalsWord = []byte("====================================")
)

// maxFromLine is the most that is looked at to tell a "From " line: the line and the beginning of the next one.
const maxFromLine = 1200

// separator finds where messages begin.
type separator struct {
	needle []byte
	// is says that a message begins at b, the start of a line. blank says that the line before is empty.
	is   func(b []byte, blank bool) bool
	list bool // all messages are written to a mailing list
}

var (
	fromSeparator = separator{needle: fromNeedle, is: func(b []byte, blank bool) bool {
		return isFromLine(b, blank) && !isPatchLine(b)
	}}
	patchSeparator  = separator{needle: fromNeedle, is: isFromLine}
	equalsSeparator = separator{
		needle: append([]byte{'\n'}, equalsWord...),
		is:     func(b []byte, _ bool) bool { return isEqualsLine(b) },
		list:   true,
	}
)

// isFromLine tells the line before a message from a sentence that begins with "From ". Mail programs do not agree
// whether an empty line stands before it, and archives do not quote such sentences; so it counts with a date in it and
// a header after it, or, behind an empty line, with either of a full date at its end and known fields after it.
func isFromLine(b []byte, blank bool) bool {
	if !bytes.HasPrefix(b, fromWord) {
		return false
	}
	end := bytes.IndexByte(b, '\n')
	if end < 0 {
		end = len(b)
	}
	line := trimReturn(b[:end])
	var next []byte
	if end < len(b) {
		next = firstLine(b[end+1:])
	}
	f, _, headerNext := fieldOf(next)
	if bytes.HasPrefix(next, []byte(">From ")) {
		headerNext = true
	}
	dated := fromLineDate(line) != ""
	if dated && headerNext {
		return true
	}
	if !blank {
		return false
	}
	return dated && len(next) == 0 || headerNext && f != noField && len(bytes.Fields(line)) <= 3
}

// isPatchLine knows the line that git writes before a patch: a commit and always the same date. Patches are attached to
// mails without quoting; they count as messages only in a file that begins with one.
func isPatchLine(b []byte) bool {
	line := firstLine(b)
	return len(line) == len("From ")+40+len(patchDate) && bytes.HasSuffix(line, patchDate)
}

// fromLineDate returns the date of a "From " line, such as "Thu Nov  1 11:19:12 2001", "" when it has none.
func fromLineDate(line []byte) string {
	for i := 5; i+16 <= len(line); i++ {
		if line[i-1] != ' ' || !isWeekday(line[i:i+3]) || line[i+3] != ' ' && line[i+3] != ',' {
			continue
		}
		rest := string(line[i:])
		if strings.Contains(rest, ":") {
			if _, ok := parseMailDate(rest, time.UTC); ok {
				return rest
			}
		}
	}
	return ""
}

func isWeekday(b []byte) bool {
	switch string(b) {
	case "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun":
		return true
	}
	return false
}

// isEqualsLine says that b begins with a line of equals signs and then a header.
func isEqualsLine(b []byte) bool {
	if !bytes.HasPrefix(b, equalsWord) {
		return false
	}
	end := bytes.IndexByte(b, '\n')
	if end < 0 || len(bytes.Trim(b[:end], "=\r")) > 0 {
		return false
	}
	f, _, ok := fieldOf(firstLine(b[end+1:]))
	return ok && f != noField
}

// withoutEmlxCount passes the byte count that Apple Mail writes before a message.
func withoutEmlxCount(head []byte) []byte {
	line := firstLine(head)
	if n := len(line); n > 0 && n < 12 && len(bytes.Trim(line, "0123456789 ")) == 0 {
		if i := bytes.IndexByte(head, '\n'); i >= 0 {
			return head[i+1:]
		}
	}
	return head
}

// mailReader reads messages from one stream.
type mailReader struct {
	scan    *lineScanner
	header  header
	meaning mailMeaning
	src     *Source
	sink    Sink
	body    []byte // the beginning of the body, only when Source.Letters asks for it
}

func newMailReader(src *Source, sink Sink) *mailReader {
	m := &mailReader{scan: newLineScanner(src), src: src, sink: sink}
	m.meaning.start(src)
	return m
}

// mailbox reads all messages of a mailbox.
func (m *mailReader) mailbox(ctx context.Context, sep separator) error {
	m.meaning.list = sep.list
	s := m.scan
	for {
		// Empty lines before the first message are no fault.
		if b := s.peek(1); len(b) == 0 || b[0] != '\n' && b[0] != '\r' {
			break
		}
		s.next()
	}
	if !sep.is(s.peek(maxFromLine), true) && len(s.peek(1)) > 0 {
		at := At{Line: s.line, Offset: s.offset}
		m.skipBody(sep, 0)
		at.Next = s.offset
		if err := m.sink.Reject(at, "this part does not begin like a message"); err != nil {
			return err
		}
	}
	for len(s.peek(1)) > 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		at := At{Line: s.line, Offset: s.offset}
		h := &m.header
		h.reset()
		line, _, _ := s.next()
		h.fromAt = fromLineDate(line)
		if whole := h.read(s); !whole {
			// Half of its people would be missing, and for ever, because the whole message has the same identity.
			if s.err != nil {
				return s.err
			}
			return m.sink.Reject(at, "the file ends in the middle of the header of this message")
		}
		length, _ := digits(strings.TrimSpace(h.get(fieldContentLength)), 0)
		m.keepBody()
		m.skipBody(sep, length)
		m.body, s.kept = s.kept, nil
		at.Next = s.offset
		if s.err != nil && s.start == s.end {
			// The body was cut off. The whole file, when it comes, is read on from this message.
			at.Next = at.Offset
		}
		if err := m.emit(at); err != nil {
			return err
		}
	}
	return s.err
}

// single reads a stream that is one message; at says which file of a tree it is.
func (m *mailReader) single(at At) error {
	s := m.scan
	if head := s.peek(64); len(withoutEmlxCount(head)) < len(head) {
		s.next()
	}
	at.Line, at.Offset = s.line, s.offset
	for {
		b := s.peek(2)
		if len(b) == 0 || b[0] != '\n' && string(b) != "\r\n" {
			break
		}
		s.next()
	}
	m.header.reset()
	if bytes.HasPrefix(s.peek(5), fromWord) {
		line, _, _ := s.next()
		m.header.fromAt = fromLineDate(line)
	}
	if whole := m.header.read(s); !whole && s.err != nil {
		return m.sink.Reject(at, because("it is damaged: %s", becauseOf(s.err)))
	}
	if m.keepBody(); s.kept != nil {
		for len(s.kept) < cap(s.kept) && len(s.peek(1)) > 0 {
			s.advance(s.end-s.start, 0)
		}
		m.body, s.kept = s.kept, nil
	}
	return m.emit(at)
}

// skipBody passes the body of a message. It stops where the next one begins or at the end. length is what the header
// says about the body's length; it is believed when it leads to the next message or to the end of the file.
func (m *mailReader) skipBody(sep separator, length int) {
	s := m.scan
	if length > 0 && length < lineBuffer-4*maxFromLine {
		if b := s.peek(length + 4 + maxFromLine); len(b) >= length {
			after := length
			for after < len(b) && after < length+4 && (b[after] == '\n' || b[after] == '\r') {
				after++
			}
			if after == len(b) && s.eof || after > 0 && b[after-1] == '\n' && sep.is(b[after:], true) {
				s.advance(after, bytes.Count(b[:after], []byte{'\n'}))
				return
			}
		}
	}
	// The separator may stand right behind the header.
	if sep.is(s.peek(maxFromLine), true) {
		return
	}
	from := 0 // where to search in what is unread
	for {
		b := s.buf[s.start:s.end]
		i := bytes.Index(b[from:], sep.needle)
		if i < 0 {
			if s.eof {
				s.advance(len(b), bytes.Count(b, []byte{'\n'}))
				return
			}
			// Keep enough for a separator that is not whole yet, and for the line end before it.
			keep := min(len(b), len(sep.needle)+3)
			passed := len(b) - keep
			s.advance(passed, bytes.Count(b[:passed], []byte{'\n'}))
			from = 0
			s.fill()
			continue
		}
		i += from
		if len(b)-i < maxFromLine && !s.eof {
			s.advance(max(i-3, 0), bytes.Count(b[:max(i-3, 0)], []byte{'\n'}))
			from = 0
			s.peek(maxFromLine + 4)
			if s.end-s.start < maxFromLine+4 && !s.eof {
				// A reader that gives nothing more without saying that it ended.
				s.eof = true
			}
			continue
		}
		before := b[:i]
		blank := i == 0 || before[i-1] == '\n' || before[i-1] == '\r' && (i < 2 || before[i-2] == '\n')
		if sep.is(b[i+1:min(len(b), i+1+maxFromLine)], blank) {
			s.advance(i+1, bytes.Count(b[:i+1], []byte{'\n'}))
			return
		}
		from = i + 1
	}
}

// emit hands over the message whose header was read.
func (m *mailReader) emit(at At) error {
	h := &m.header
	if h.fault != "" {
		if h.at > 0 {
			at.Line = h.at
		}
		return m.sink.Reject(at, h.fault)
	}
	interaction, skip, reject := m.meaning.of(h)
	switch {
	case reject != "":
		return m.sink.Reject(at, reject)
	case skip != "":
		m.src.Skip(skip)
		return nil
	}
	if m.src.Letters != nil {
		return m.src.Letters(letterOf(h, interaction, m.body))
	}
	return m.sink.Interaction(at, interaction)
}

// keepBody makes room for the body that follows, when somebody wants it.
func (m *mailReader) keepBody() {
	if m.src.Letters != nil {
		if m.body == nil {
			m.body = make([]byte, 0, maxLetter)
		}
		m.scan.kept = m.body[:0]
	}
}
