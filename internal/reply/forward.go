package reply

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"mime"
	"net/mail"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/emersion/go-message"

	"gave.network/internal/text"
	"gave.network/internal/text/addresses"
	"gave.network/internal/text/when"
)

// mostForwarded is how many mails are taken from one that passes them on.
const mostForwarded = 50

// forwardAddress is an address for what members pass on, as it stands in a mail.
var forwardAddress = regexp.MustCompile(`(?i)(?:"[^"]*"\s*)?<?in-[a-z2-7]{32}@[a-z0-9.-]+>?\s*,?`)

// kept are the fields that are kept of a mail that was passed on: who wrote whom, when, and the subject.
var kept = []string{
	"From", "Sender", "To", "Cc", "Date", "Subject", "Message-Id", "In-Reply-To", "References", "Precedence",
	"Auto-Submitted", "List-Id",
}

// Forwarded returns the headers of the mails that a member passed on, as lines: those that are attached, or that of one
// in the text, or that of the mail itself, when the member sent it as a copy or their mailbox sends all on. own says
// whether an address is the member's. Of the texts nothing is returned.
func Forwarded(raw []byte, own func(address string) bool, came time.Time) []string {
	e, err := message.ReadWithOptions(bytes.NewReader(raw), &message.ReadOptions{MaxHeaderBytes: mostHeader})
	if e == nil || err != nil && !message.IsUnknownCharset(err) && !message.IsUnknownEncoding(err) {
		return nil
	}
	s := &forwards{}
	s.look(e, 0)
	if len(s.attached) > 0 {
		return s.attached
	}
	from, _ := mail.ParseAddress(e.Header.Get("From"))
	if from == nil || own(from.Address) { // else somebody else wrote the words, and what they quote is theirs
		body := s.plain
		if body == "" {
			body = plainOf(s.html)
		}
		if inline := inText(body, came); inline != "" {
			return []string{inline}
		}
	}
	if from == nil {
		return nil
	}
	return []string{headOf(e.Header)}
}

// forwards looks for mails within a mail.
type forwards struct {
	search
	attached []string
}

func (s *forwards) look(e *message.Entity, depth int) {
	if s.parts++; s.parts > mostParts || depth > mostDepth || len(s.attached) >= mostForwarded {
		return
	}
	kind, _, err := e.Header.ContentType()
	if err != nil {
		kind = "text/plain"
	}
	if parts := e.MultipartReader(); parts != nil {
		for s.parts <= mostParts {
			part, err := parts.NextPart()
			if part == nil || err != nil && !message.IsUnknownCharset(err) && !message.IsUnknownEncoding(err) {
				return
			}
			s.look(part, depth+1)
		}
		return
	}
	disposition, parameters, _ := e.Header.ContentDisposition()
	switch name := strings.ToLower(parameters["filename"]); {
	case kind == "message/rfc822" || kind == "message/global" || strings.HasSuffix(name, ".eml"):
		inner, err := message.ReadWithOptions(io.LimitReader(e.Body, mostHeader+1),
			&message.ReadOptions{MaxHeaderBytes: mostHeader})
		if inner != nil && (err == nil || message.IsUnknownCharset(err) || message.IsUnknownEncoding(err)) &&
			inner.Header.Get("From") != "" {
			s.attached = append(s.attached, headOf(inner.Header))
		}
	case disposition == "attachment":
	case kind == "text/plain" && s.plain == "":
		s.plain = readText(e.Body)
	case kind == "text/html" && s.html == "":
		s.html = readText(e.Body)
	}
}

// headOf writes the fields that are kept of a header, without the address for what is passed on.
func headOf(h message.Header) string {
	var b strings.Builder
	for _, name := range kept {
		value := strings.Join(strings.Fields(h.Get(name)), " ")
		if name == "To" || name == "Cc" {
			value = strings.Trim(forwardAddress.ReplaceAllString(value, ""), " ,")
		}
		if value != "" {
			b.WriteString(name + ": " + value + "\n")
		}
	}
	return b.String()
}

// inText returns the header of a mail that was passed on in a text, as the header of a mail; empty when there is none.
func inText(body string, came time.Time) string {
	lines := strings.Split(strings.ReplaceAll(body, "\r\n", "\n"), "\n")
	for i := range lines {
		lines[i] = clean(strings.TrimLeft(clean(lines[i]), "> "))
	}
	for i, line := range lines {
		marked := slices.Contains(original, text.Fold(strings.Trim(line, "-_ :")))
		if marked {
			if next := firstOf(lines[i+1:]); next >= 0 && headerFields(lines[i+1+next:]) >= 3 {
				return fromText(lines[i+1+next:], came)
			}
			continue
		}
		if fieldOf(line) == "from" && headerFields(lines[i:]) >= 3 {
			return fromText(lines[i:], came)
		}
	}
	return ""
}

// fromText makes a header of lines such as "Van: Anna <anna@example.org>".
func fromText(lines []string, came time.Time) string {
	fields, last := map[string]string{}, ""
	for _, line := range lines[:min(2*mostHeaderLines, len(lines))] {
		if line == "" {
			break
		}
		if name := fieldOf(line); name != "" {
			_, value, _ := strings.Cut(strings.Trim(line, "*_ "), ":")
			if last = ""; fields[name] == "" {
				fields[name], last = strings.Trim(value, "* "), name
			}
		} else if last != "" { // it goes on
			fields[last] += " " + line
		}
	}
	from := boxes(fields["from"])
	if len(from) == 0 {
		return ""
	}
	var b strings.Builder
	write := func(name, value string) {
		if value != "" {
			b.WriteString(name + ": " + strings.Join(strings.Fields(value), " ") + "\n")
		}
	}
	write("From", from[0])
	write("To", strings.Join(boxes(fields["to"]), ", "))
	write("Cc", strings.Join(boxes(fields["cc"]), ", "))
	at := sentAt(fields["date"], came)
	write("Date", at.Format(time.RFC1123Z))
	write("Subject", mime.QEncoding.Encode("utf-8", fields["subject"]))
	sum := sha256.Sum256([]byte(from[0] + "\n" + fields["date"] + "\n" + fields["subject"]))
	write("Message-Id", "<"+hex.EncodeToString(sum[:16])+"@forwarded.invalid>")
	return b.String()
}

// boxes reads mail addresses with their names, as mail programs write them in a text.
func boxes(value string) []string {
	var out []string
	for _, part := range strings.FieldsFunc(value, func(r rune) bool { return r == ';' || r == ',' }) {
		part = strings.TrimSpace(part)
		name, rest, ok := strings.Cut(part, "<")
		if !ok {
			name, rest, ok = strings.Cut(part, "[mailto:")
		}
		if !ok {
			name, rest = "", part
		}
		rest = strings.TrimPrefix(strings.Trim(rest, "<>[] \"'"), "mailto:")
		address, valid := addresses.Mail(rest)
		if !valid || strings.HasPrefix(address, Forwards) {
			continue
		}
		box := mail.Address{Name: strings.Trim(name, " \"'*"), Address: address}
		out = append(out, box.String())
	}
	return out
}

// sentAt reads when a mail was sent, as it stands in a text; when that cannot be read, it is when it came in.
func sentAt(said string, came time.Time) time.Time {
	if at, err := mail.ParseDate(said); err == nil && at.Before(came) {
		return at
	}
	if day, ok := when.Parse(said, came, when.Past); ok {
		if day.Time.Before(came) {
			return day.Time
		}
	}
	return came
}
