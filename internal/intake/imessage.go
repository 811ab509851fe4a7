package intake

import (
	"bytes"
	"context"
	"path"
	"regexp"
	"strings"
	"time"
)

// IMessage reads the text that imessage-exporter makes of one chat: a line with the time, one with the sender, the
// message, and an empty line.
var IMessage = Format{
	Name:  "imessage",
	Title: "iMessage chat (imessage-exporter, text)",
	Detect: func(head []byte, _ string) int {
		found := 0
		lines := bytes.Split(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), []byte{'\n'})
		for i, line := range lines {
			if i+1 < len(lines) && imessageTime.Match(trimReturn(line)) && len(bytes.TrimSpace(lines[i+1])) > 0 {
				found++
			}
			if i == 0 && found == 0 && !imessageNote.Match(trimReturn(line)) {
				return 0
			}
		}
		if found == 0 {
			return 0
		}
		return 90
	},
	FromStart: true,
	Read:      readIMessage,
}

var (
	imessageTime = regexp.MustCompile(`^([A-Z][a-z]{2} \d{1,2}, \d{4}) {1,2}(\d{1,2}:\d{2}:\d{2} [AP]M)(?: \(.*\))?$`)
	// imessageNote is what the program tells of a chat, on the line of its time.
	imessageNote = regexp.MustCompile(`^[A-Z][a-z]{2} \d{1,2}, \d{4} {1,2}\d{1,2}:\d{2}:\d{2} [AP]M `)
)

func readIMessage(ctx context.Context, src *Source, sink Sink) error {
	scan := newLineScanner(&Source{Reader: plainText(src.Reader), Size: src.Size})
	out := &rowSink{src: src, sink: sink}
	// The file is named after who is in the chat.
	name := strings.TrimSuffix(path.Base(strings.ReplaceAll(src.Path, "\\", "/")), ".txt")
	c := newChat("imessage", name)
	var when time.Time
	for n := 0; ; n++ {
		if n%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		number, offset := scan.line, scan.offset
		raw, _, ok := scan.next()
		if !ok {
			break
		}
		line := utf8Text(trimReturn(raw[:min(len(raw), 1024)]))
		switch found := imessageTime.FindStringSubmatch(line); {
		case found != nil:
			t, err := time.ParseInLocation("Jan 2, 2006 3:04:05 PM", found[1]+" "+found[2], src.zone())
			if err != nil {
				out.place(number, offset)
				if err := out.reject(because("the date %s cannot be read", quote(line))); err != nil {
					return err
				}
				continue
			}
			when = t
		case imessageNote.MatchString(line):
			src.Skip("message of the program")
		case !when.IsZero():
			if p, ok := imessageParty(line); ok {
				c.wrote(c.person(p), when)
			}
			when = time.Time{}
			if c.full() {
				out.place(1, 0)
				if err := c.emit(out); err != nil {
					return err
				}
			}
		}
	}
	if scan.err != nil {
		return scan.err
	}
	if len(c.people) > 2 {
		c.title = cut(cleanText(name, maxText), 100)
	}
	if len(c.people) == 1 && !c.people[0].Self {
		c.person(Party{Self: true})
	}
	if p, ok := imessageParty(name); ok && len(c.people) == 1 && !strings.Contains(name, ",") {
		c.person(p)
	}
	out.place(1, 0)
	return c.emit(out)
}

// imessageParty is a sender: a name, a number or an address.
func imessageParty(line string) (Party, bool) {
	name := cleanText(line, 100)
	switch {
	case name == "":
		return Party{}, false
	case name == "Me":
		return Party{Self: true}, true
	case phoneShape.MatchString(name):
		return Party{Phone: name}, true
	case strings.Contains(name, "@"):
		return Party{Address: cleanAddress(name)}, cleanAddress(name) != ""
	}
	return Party{Name: name}, true
}
