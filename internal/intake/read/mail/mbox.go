// Package mail reads archives of mail: mbox, LISTSERV, single mails and Maildir. Of a mail it reads the header, and the
// text only for who asks for it.
package mail

import (
	"bytes"
	"context"
	"path"
	"strings"
	"time"

	"gave.network/internal/intake/read"
)

// Mbox reads mailboxes in which messages follow one another, parted by "From " lines: the forms mboxo, mboxrd and
// mboxcl, and the archives of Mailman (pipermail). Only headers are read.
var Mbox = read.Format{
	Name:  "mbox",
	Title: "mail archive (mbox)",
	How:   "In Thunderbird or Apple Mail export a folder, or ask Google Takeout for your mail.",
	Mail:  true,
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
	Read: func(ctx context.Context, src *read.Source, sink read.Sink) error {
		m := newMailReader(src, sink)
		if isPatchLine(m.Scan.Peek(maxFromLine)) {
			return m.mailbox(ctx, patchSeparator)
		}
		return m.mailbox(ctx, fromSeparator)
	},
}

// Listserv reads the logs of LISTSERV, in which a line of equals signs stands before each message.
var Listserv = read.Format{
	Name:  "listserv",
	Title: "mailing list archive (LISTSERV)",
	How:   "Ask the archive of the list for its log of a month.",
	Mail:  true,
	Detect: func(head []byte, _ string) int {
		head = bytes.TrimLeft(head, "\r\n")
		if isEqualsLine(head) {
			return 95
		}
		return 0
	},
	Read: func(ctx context.Context, src *read.Source, sink read.Sink) error {
		return newMailReader(src, sink).mailbox(ctx, equalsSeparator)
	},
}

// Eml reads one mail in a file of its own: .eml, .emlx, or a file of a Maildir.
var Eml = read.Format{
	Name:  "eml",
	Title: "single mail (.eml)",
	How:   "Save a mail, or drag it out of the mail program to a folder.",
	Mail:  true,
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
	Read: func(ctx context.Context, src *read.Source, sink read.Sink) error {
		m := newMailReader(src, sink)
		return m.single(read.At{})
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
	line := read.TrimReturn(b[:end])
	var next []byte
	if end < len(b) {
		next = read.FirstLine(b[end+1:])
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
	line := read.FirstLine(b)
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
	f, _, ok := fieldOf(read.FirstLine(b[end+1:]))
	return ok && f != noField
}

// withoutEmlxCount passes the byte count that Apple Mail writes before a message.
func withoutEmlxCount(head []byte) []byte {
	line := read.FirstLine(head)
	if n := len(line); n > 0 && n < 12 && len(bytes.Trim(line, "0123456789 ")) == 0 {
		if i := bytes.IndexByte(head, '\n'); i >= 0 {
			return head[i+1:]
		}
	}
	return head
}

// mailReader reads messages from one stream.
type mailReader struct {
	Scan    *read.Lines
	Header  header
	meaning mailMeaning
	src     *read.Source
	sink    read.Sink
	body    []byte // the beginning of the body, only when Source.Letters asks for it
}

func newMailReader(src *read.Source, sink read.Sink) *mailReader {
	m := &mailReader{Scan: read.NewLines(src), src: src, sink: sink}
	m.meaning.start(src)
	return m
}

// mailbox reads all messages of a mailbox.
func (m *mailReader) mailbox(ctx context.Context, sep separator) error {
	m.meaning.list = sep.list
	s := m.Scan
	for {
		// Empty lines before the first message are no fault.
		if b := s.Peek(1); len(b) == 0 || b[0] != '\n' && b[0] != '\r' {
			break
		}
		s.Next()
	}
	if !sep.is(s.Peek(maxFromLine), true) && len(s.Peek(1)) > 0 {
		at := read.At{Line: s.Line, Offset: s.Offset}
		m.SkipBody(sep, 0)
		at.Next = s.Offset
		if err := m.sink.Reject(at, "this part does not begin like a message"); err != nil {
			return err
		}
	}
	for len(s.Peek(1)) > 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		at := read.At{Line: s.Line, Offset: s.Offset}
		h := &m.Header
		h.Reset()
		line, _, _ := s.Next()
		h.fromAt = fromLineDate(line)
		if whole := h.Read(s); !whole {
			// Half of its people would be missing, and for ever, because the whole message has the same identity.
			if s.Err != nil {
				return s.Err
			}
			return m.sink.Reject(at, "the file ends in the middle of the header of this message")
		}
		length, _ := read.Digits(strings.TrimSpace(h.Get(fieldContentLength)), 0)
		m.keepBody()
		m.SkipBody(sep, length)
		m.body, s.Kept = s.Kept, nil
		at.Next = s.Offset
		if s.Err != nil && s.Start == s.End {
			// The body was cut off. The whole file, when it comes, is read on from this message.
			at.Next = at.Offset
		}
		if err := m.emit(at); err != nil {
			return err
		}
	}
	return s.Err
}

// single reads a stream that is one message; at says which file of a tree it is.
func (m *mailReader) single(at read.At) error {
	s := m.Scan
	if head := s.Peek(64); len(withoutEmlxCount(head)) < len(head) {
		s.Next()
	}
	at.Line, at.Offset = s.Line, s.Offset
	for {
		b := s.Peek(2)
		if len(b) == 0 || b[0] != '\n' && string(b) != "\r\n" {
			break
		}
		s.Next()
	}
	m.Header.Reset()
	if bytes.HasPrefix(s.Peek(5), fromWord) {
		line, _, _ := s.Next()
		m.Header.fromAt = fromLineDate(line)
	}
	if whole := m.Header.Read(s); !whole && s.Err != nil {
		return m.sink.Reject(at, read.Because("it is damaged: %s", read.BecauseOf(s.Err)))
	}
	if m.keepBody(); s.Kept != nil {
		for len(s.Kept) < cap(s.Kept) && len(s.Peek(1)) > 0 {
			s.Advance(s.End-s.Start, 0)
		}
		m.body, s.Kept = s.Kept, nil
	}
	return m.emit(at)
}

// SkipBody passes the body of a message. It stops where the next one begins or at the end. length is what the header
// says about the body's length; it is believed when it leads to the next message or to the end of the file.
func (m *mailReader) SkipBody(sep separator, length int) {
	s := m.Scan
	if length > 0 && length < read.LineBuffer-4*maxFromLine {
		if b := s.Peek(length + 4 + maxFromLine); len(b) >= length {
			after := length
			for after < len(b) && after < length+4 && (b[after] == '\n' || b[after] == '\r') {
				after++
			}
			if after == len(b) && s.EOF || after > 0 && b[after-1] == '\n' && sep.is(b[after:], true) {
				s.Advance(after, bytes.Count(b[:after], []byte{'\n'}))
				return
			}
		}
	}
	// The separator may stand right behind the header.
	if sep.is(s.Peek(maxFromLine), true) {
		return
	}
	from := 0 // where to search in what is unread
	for {
		b := s.Buffer[s.Start:s.End]
		i := bytes.Index(b[from:], sep.needle)
		if i < 0 {
			if s.EOF {
				s.Advance(len(b), bytes.Count(b, []byte{'\n'}))
				return
			}
			// Keep enough for a separator that is not whole yet, and for the line end before it.
			keep := min(len(b), len(sep.needle)+3)
			passed := len(b) - keep
			s.Advance(passed, bytes.Count(b[:passed], []byte{'\n'}))
			from = 0
			s.Fill()
			continue
		}
		i += from
		if len(b)-i < maxFromLine && !s.EOF {
			s.Advance(max(i-3, 0), bytes.Count(b[:max(i-3, 0)], []byte{'\n'}))
			from = 0
			s.Peek(maxFromLine + 4)
			if s.End-s.Start < maxFromLine+4 && !s.EOF {
				// A reader that gives nothing more without saying that it ended.
				s.EOF = true
			}
			continue
		}
		before := b[:i]
		blank := i == 0 || before[i-1] == '\n' || before[i-1] == '\r' && (i < 2 || before[i-2] == '\n')
		if sep.is(b[i+1:min(len(b), i+1+maxFromLine)], blank) {
			s.Advance(i+1, bytes.Count(b[:i+1], []byte{'\n'}))
			return
		}
		from = i + 1
	}
}

// emit hands over the message whose header was read.
func (m *mailReader) emit(at read.At) error {
	h := &m.Header
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
		m.Scan.Kept = m.body[:0]
	}
}
