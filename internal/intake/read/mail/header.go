package mail

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"gave.network/internal/intake/read"
)

// field is a header field that Gave looks at.
type field uint8

const (
	noField field = iota
	fieldFrom
	fieldSender
	fieldReplyTo
	fieldOriginalFrom
	fieldTo
	fieldCc
	fieldBcc
	fieldComments
	fieldDate
	fieldReceived
	fieldSubject
	fieldMessageID
	fieldInReplyTo
	fieldReferences
	fieldDeliveredTo
	fieldContentType
	fieldContentLength
	fieldContentEncoding
	fieldPrecedence
	fieldAutoSubmitted
	fieldListID
	fieldListPost
	fieldListUnsubscribe
	fieldMailingList
	fieldBeenThere
	fieldMailer
	fieldCampaign
	fieldSpam
	fieldGmailLabels
	fieldMozillaStatus
	fieldStatus
	fieldArchivedAt
	fields // their number
)

// fieldNames maps the names in lower case. Every name that some known mailer uses for the same thing is here.
var fieldNames = map[string]field{
	"from":                      fieldFrom,
	"sender":                    fieldSender,
	"reply-to":                  fieldReplyTo,
	"x-original-from":           fieldOriginalFrom,
	"to":                        fieldTo,
	"apparently-to":             fieldTo,
	"cc":                        fieldCc,
	"bcc":                       fieldBcc,
	"comments":                  fieldComments,
	"date":                      fieldDate,
	"received":                  fieldReceived,
	"subject":                   fieldSubject,
	"message-id":                fieldMessageID,
	"in-reply-to":               fieldInReplyTo,
	"references":                fieldReferences,
	"delivered-to":              fieldDeliveredTo,
	"x-original-to":             fieldDeliveredTo,
	"envelope-to":               fieldDeliveredTo,
	"content-type":              fieldContentType,
	"content-length":            fieldContentLength,
	"content-transfer-encoding": fieldContentEncoding,
	"precedence":                fieldPrecedence,
	"auto-submitted":            fieldAutoSubmitted,
	"x-autoreply":               fieldAutoSubmitted,
	"x-autorespond":             fieldAutoSubmitted,
	"list-id":                   fieldListID,
	"list-post":                 fieldListPost,
	"list-unsubscribe":          fieldListUnsubscribe,
	"mailing-list":              fieldMailingList,
	"x-mailing-list":            fieldMailingList,
	"x-beenthere":               fieldBeenThere,
	"x-mailman-version":         fieldBeenThere,
	"x-mailer":                  fieldMailer,
	"user-agent":                fieldMailer,
	"feedback-id":               fieldCampaign,
	"x-campaign":                fieldCampaign,
	"x-campaignid":              fieldCampaign,
	"x-mc-user":                 fieldCampaign,
	"x-sg-eid":                  fieldCampaign,
	"x-mailgun-tag":             fieldCampaign,
	"x-spam-flag":               fieldSpam,
	"x-gmail-labels":            fieldGmailLabels,
	"x-mozilla-status":          fieldMozillaStatus,
	"x-status":                  fieldStatus,
	"archived-at":               fieldArchivedAt,
}

// Fields are the names of the fields that are read, for who can get some fields only.
func Fields() []string {
	var out []string
	for name, f := range fieldNames {
		switch f {
		case fieldContentLength, fieldContentEncoding, fieldMozillaStatus, fieldStatus, fieldGmailLabels:
		default:
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

const (
	// maxField is how much of the value of one field is kept: the addresses of some thousands of people.
	maxField = 256 << 10
	// maxHeader is the longest header that is read; no real one comes near.
	maxHeader = 8 << 20
)

// header is the header of one message: the wanted fields as raw unfolded bytes. It is used again for each message.
type header struct {
	values [fields][]byte
	seen   [fields]bool
	fromAt string // the date of the "From " line, if any
	fault  string // why the message cannot be used; "" when it can
	at     int64  // the line that is at fault
	size   int
}

// Reset forgets what was read, and keeps the memory for it.
func (h *header) Reset() {
	for i := range h.values {
		// What a giant header took is given back.
		if cap(h.values[i]) > 16<<10 {
			h.values[i] = nil
		}
		h.values[i] = h.values[i][:0]
		h.seen[i] = false
	}
	h.fromAt, h.fault, h.at, h.size = "", "", 0, 0
}

// Get returns the value of a field with its folds, "" when it is missing.
func (h *header) Get(f field) string { return string(h.values[f]) }

// has says that the field is there and not empty.
func (h *header) has(f field) bool { return len(h.values[f]) > 0 }

// fieldOf splits a line into the field's number and its value. ok is false when the line is no header field.
func fieldOf(line []byte) (f field, value []byte, ok bool) {
	colon := bytes.IndexByte(line, ':')
	if colon <= 0 || colon > 76 {
		return noField, nil, false
	}
	name := bytes.TrimRight(line[:colon], " \t")
	if len(name) == 0 {
		return noField, nil, false
	}
	var lower [76]byte
	for i, c := range name {
		if c <= ' ' || c >= 0x7f {
			return noField, nil, false
		}
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		lower[i] = c
	}
	return fieldNames[string(lower[:len(name)])], bytes.TrimLeft(line[colon+1:], " \t"), true
}

// add takes a value of a field. Of fields that name people all values count, of others the first one.
func (h *header) add(f field, value []byte) bool {
	if f == noField {
		return false
	}
	if h.seen[f] {
		switch f {
		case fieldTo, fieldCc, fieldBcc:
			if len(h.values[f]) > 0 && len(value) > 0 {
				h.append(f, []byte(", "))
			}
		case fieldComments:
			h.append(f, []byte("\n"))
		case fieldReceived, fieldDeliveredTo:
			return false
		default:
			if len(h.values[f]) > 0 {
				return false
			}
		}
	}
	h.seen[f] = true
	h.append(f, value)
	return true
}

func (h *header) append(f field, value []byte) {
	if room := maxField - len(h.values[f]); len(value) > room {
		value = value[:max(room, 0)]
	}
	h.values[f] = append(h.values[f], value...)
}

// Read reads a header up to and including the empty line that ends it. It returns false when the stream ended first.
func (h *header) Read(s *read.Lines) bool {
	current := noField
	any := false
	for {
		// The header of a message that ends without a body runs into the next message's separator.
		if any && separatorAhead(s) {
			return true
		}
		at := s.Line
		line, long, ok := s.Next()
		if !ok {
			return false
		}
		any = true
		h.size += len(line)
		if h.fault == "" {
			switch {
			case long:
				h.fault = read.Because("the header has a line longer than %s bytes", strconv.Itoa(read.MaxLine))
				h.at = at
			case h.size > maxHeader:
				h.fault, h.at = read.Because("the header is longer than %s bytes", strconv.Itoa(maxHeader)), at
			}
		}
		if len(line) == 0 {
			return true
		}
		if h.fault != "" {
			continue
		}
		if line[0] == ' ' || line[0] == '\t' {
			if current != noField {
				h.append(current, []byte{' '})
				h.append(current, bytes.TrimLeft(line, " \t"))
			}
			continue
		}
		f, value, ok := fieldOf(line)
		if !ok {
			// ">From …" and a second "From …" are marks of mail programs. Another line without a name is a fold whose
			// blank was lost when a known field follows, and else already the body.
			current = noField
			if bytes.HasPrefix(line, fromWord) || bytes.HasPrefix(line, []byte(">From ")) || knownFieldAhead(s) {
				continue
			}
			return true
		}
		current = noField
		if h.add(f, value) {
			current = f
		}
	}
}

// separatorAhead says that the next line begins another message.
func separatorAhead(s *read.Lines) bool {
	switch b := s.Peek(5); {
	case bytes.HasPrefix(b, fromWord):
		return isFromLine(s.Peek(maxFromLine), true)
	case bytes.HasPrefix(b, equalsWord[:5]):
		return isEqualsLine(s.Peek(maxFromLine))
	}
	return false
}

// knownFieldAhead says that the next line is a header field that Gave knows.
func knownFieldAhead(s *read.Lines) bool {
	f, _, ok := fieldOf(read.FirstLine(s.Peek(200)))
	return ok && f != noField
}

// looksLikeMessage says that a text begins with the header of a mail: at least two known fields, one of them the
// author, the date or a trace of its way, before the first empty line.
func looksLikeMessage(head []byte) bool {
	known, telling := 0, false
	for n := 0; len(head) > 0 && n < 200; n++ {
		line := read.FirstLine(head)
		if i := bytes.IndexByte(head, '\n'); i >= 0 {
			head = head[i+1:]
		} else {
			head = nil
		}
		if len(line) == 0 {
			if n == 0 {
				continue
			}
			break
		}
		if line[0] == ' ' || line[0] == '\t' {
			if n == 0 {
				return false
			}
			continue
		}
		f, _, ok := fieldOf(line)
		if !ok {
			if bytes.HasPrefix(line, fromWord) || bytes.HasPrefix(line, []byte(">From ")) {
				continue
			}
			return known >= 3 && telling
		}
		switch f {
		case noField:
		case fieldFrom, fieldDate, fieldReceived, fieldMessageID:
			known++
			telling = true
		default:
			known++
		}
	}
	return known >= 2 && telling
}

// messageIDs returns the <ids> in a value, at most limit of them, the last ones.
func messageIDs(value string, limit int) []string {
	var ids []string
	for value != "" {
		open := strings.IndexByte(value, '<')
		if open < 0 {
			break
		}
		value = value[open+1:]
		end := strings.IndexAny(value, "<>")
		if end < 0 {
			break
		}
		if value[end] == '>' {
			if id := cleanMessageID(value[:end]); id != "" {
				ids = append(ids, id)
				if len(ids) > limit {
					ids = ids[1:]
				}
			}
			end++
		}
		value = value[end:]
	}
	return ids
}

// cleanMessageID returns an id without brackets and folds, "" when it is none.
func cleanMessageID(s string) string {
	s = strings.Trim(s, " \t\r\n<>")
	if strings.ContainsAny(s, " \t") {
		// An id that was folded in the middle.
		s = strings.Join(strings.Fields(s), "")
	}
	if s == "" || len(s) > 900 || strings.Trim(s, "@.-") == "" {
		return ""
	}
	return read.UTF8Text([]byte(s))
}
