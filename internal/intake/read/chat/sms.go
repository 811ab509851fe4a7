package chat

import (
	"bufio"
	"bytes"
	"context"
	"html"
	"io"
	"strconv"
	"strings"
	"time"

	"gave.network/internal/fault"
	"gave.network/internal/intake/read"
)

// SMS reads the XML in which SMS Backup & Restore keeps messages and calls: with whom, when, and how long.
var SMS = read.Format{
	Name:  "sms",
	Title: "messages and calls of SMS Backup & Restore (XML)",
	How:   "Make a backup with SMS Backup & Restore on the phone.",
	Detect: func(head []byte, _ string) int {
		if bytes.Contains(head, []byte("<smses")) ||
			bytes.Contains(head, []byte("<calls")) && bytes.Contains(head, []byte("number=")) {
			return 93
		}
		return 0
	},
	FromStart: true,
	Read:      readSMS,
}

// smsReader collects chats by number.
type smsReader struct {
	out   *read.Emitter
	chats map[string]*read.Chat
	order []string
}

func readSMS(ctx context.Context, src *read.Source, sink read.Sink) error {
	s := &smsReader{out: &read.Emitter{Source: src, Sink: sink}, chats: map[string]*read.Chat{}}
	tags := &tagScanner{r: bufio.NewReaderSize(read.PlainText(src.Reader), 64<<10), line: 1}
	for n := 0; ; n++ {
		if n%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		name, attributes, err := tags.next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		s.out.Place(tags.at, 0)
		s.out.At.Next = 0
		switch name {
		case "sms":
			err = s.message(attributes, attributes["type"] == "2", attributes["type"] == "1")
		case "mms":
			err = s.message(attributes, attributes["msg_box"] == "2", attributes["msg_box"] == "1")
		case "call":
			err = s.call(attributes)
		}
		if err != nil {
			return err
		}
	}
	for _, key := range s.order {
		s.out.At = read.At{Line: 1}
		if err := s.chats[key].Emit(s.out); err != nil {
			return err
		}
	}
	if tags.open {
		return fault.New(fault.Invalid, "%s is damaged at line %d: %s.", src.Path, tags.line, "it ends in the middle").
			WithHint("What comes before it is used; download or copy the file again for the rest.")
	}
	return nil
}

// smsParties are the others of a message: several in a message to a group.
func smsParties(numbers, names string) []read.Party {
	var out []read.Party
	known := strings.Split(names, ", ")
	list := strings.Split(numbers, "~")
	for i, number := range list {
		number = strings.TrimSpace(number)
		digits := onlyDigits(number)
		name := ""
		if len(known) == len(list) {
			name = read.CleanText(known[i], read.MaxText)
		} else if len(list) == 1 {
			name = read.CleanText(names, read.MaxText)
		}
		if name == "(Unknown)" || name == "null" {
			name = ""
		}
		switch {
		case strings.Contains(number, "@"):
			if address := read.CleanAddress(number); address != "" {
				out = append(out, read.Party{Name: name, Address: address})
			}
		case len(digits) >= 7 && strings.Trim(number, "+0123456789 ()-./") == "":
			out = append(out, read.Party{Name: name, Phone: number})
		}
	}
	return out
}

func (s *smsReader) message(a map[string]string, sent, received bool) error {
	when := unixTime(read.JSONText(a["date"]).Number() / 1000)
	others := smsParties(a["address"], a["contact_name"])
	switch {
	case !sent && !received:
		s.out.Skip(read.SkipDraft)
		return nil
	case when.IsZero():
		return s.out.Reject(read.Because("the time %s cannot be right", read.Quote(a["date"])))
	case len(others) == 0:
		// A bank or a shop: five figures or a word.
		s.out.Skip(read.SkipRobot)
		return nil
	}
	var keys []string
	for _, p := range others {
		keys = append(keys, onlyDigits(p.Phone)+p.Address)
	}
	key := strings.Join(keys, "~")
	c := s.chats[key]
	if c == nil {
		c = read.NewChat("sms", key)
		c.UTC = true
		c.Person(read.Party{Self: true})
		for _, p := range others {
			c.Person(p)
		}
		s.chats[key] = c
		s.order = append(s.order, key)
	}
	switch {
	case sent:
		c.Wrote(0, when)
	default:
		// Who of a group wrote stands in parts that are not read: it counts as the first of them.
		c.Wrote(1, when)
	}
	if c.Full() {
		return c.Emit(s.out)
	}
	return nil
}

// call takes one telephone call. One that nobody answered is no contact.
func (s *smsReader) call(a map[string]string) error {
	when := unixTime(read.JSONText(a["date"]).Number() / 1000)
	seconds, _ := strconv.Atoi(a["duration"])
	others := smsParties(a["number"], a["contact_name"])
	switch {
	case when.IsZero():
		return s.out.Reject(read.Because("the time %s cannot be right", read.Quote(a["date"])))
	case len(others) == 0:
		s.out.Skip(read.SkipRobot)
		return nil
	case seconds <= 0 || a["type"] == "3" || a["type"] == "5" || a["type"] == "6":
		s.out.Skip("missed call")
		return nil
	}
	me, other := read.Party{Self: true, Role: read.From}, others[0]
	other.Role = read.To
	if a["type"] == "1" {
		me.Role, other.Role = read.To, read.From
	}
	return s.out.Interaction(read.Interaction{
		Medium: read.Call, Time: when, Duration: time.Duration(seconds) * time.Second, Parties: []read.Party{me, other},
		Source:   "calls",
		External: read.StableID("call", onlyDigits(other.Phone), a["date"]),
	})
}

// tagScanner reads the tags of an XML text and their attributes, and passes over everything else. The backups are not
// always proper XML: they write letters beyond the 65,536th as two numbers that are none, which parsers refuse.
type tagScanner struct {
	r    *bufio.Reader
	line int64 // the line of what is read next
	at   int64 // the line of the tag read last
	open bool  // the text ended within a tag
}

const (
	maxAttribute  = 4 << 10
	maxAttributes = 200
)

// next returns the next opening tag.
func (t *tagScanner) next() (name string, attributes map[string]string, err error) {
	for {
		c, err := t.byte()
		if err != nil {
			return "", nil, err
		}
		if c != '<' {
			continue
		}
		t.at = t.line
		t.open = true
		name, attributes, err := t.tag()
		if err == io.EOF {
			return "", nil, err
		}
		t.open = false
		if err != nil || name != "" {
			return name, attributes, err
		}
	}
}

func (t *tagScanner) byte() (byte, error) {
	c, err := t.r.ReadByte()
	if c == '\n' {
		t.line++
	}
	return c, err
}

// tag reads to the end of a tag. Its parts are bounded; what is longer is cut.
func (t *tagScanner) tag() (string, map[string]string, error) {
	var name, key, value []byte
	attributes := map[string]string{}
	quote := byte(0)
	inName := true
	for {
		c, err := t.byte()
		switch {
		case err != nil:
			return "", nil, err
		case quote != 0 && c == quote:
			if len(attributes) < maxAttributes {
				attributes[string(key)] = html.UnescapeString(read.UTF8Text(value))
			}
			key, value, quote = key[:0], value[:0], 0
		case quote != 0:
			if len(value) < maxAttribute {
				value = append(value, c)
			}
		case c == '>':
			if len(name) > 0 && (name[0] == '/' || name[0] == '!' || name[0] == '?') {
				return "", nil, nil
			}
			return strings.TrimSuffix(string(name), "/"), attributes, nil
		case c == '"' || c == '\'':
			quote, inName = c, false
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			inName, key = false, key[:0]
		case c == '=':
		case inName:
			if len(name) < 100 {
				name = append(name, c)
			}
		default:
			if len(key) < 100 {
				key = append(key, c)
			}
		}
	}
}
