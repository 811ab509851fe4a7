package chat

import (
	"bytes"
	"context"
	"path"
	"regexp"
	"strings"
	"time"

	"gave.network/internal/intake/read"
)

// IMessage reads the text that imessage-exporter makes of one chat: a line with the time, one with the sender, the
// message, and an empty line.
var IMessage = read.Format{
	Name:    "imessage",
	Title:   "iMessage chat (imessage-exporter, text)",
	How:     "Export with imessage-exporter on a Mac, as text.",
	OwnName: true,
	Detect: func(head []byte, _ string) int {
		found := 0
		lines := bytes.Split(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), []byte{'\n'})
		for i, line := range lines {
			if i+1 < len(lines) && imessageTime.Match(read.TrimReturn(line)) && len(bytes.TrimSpace(lines[i+1])) > 0 {
				found++
			}
			if i == 0 && found == 0 && !imessageNote.Match(read.TrimReturn(line)) {
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

func readIMessage(ctx context.Context, src *read.Source, sink read.Sink) error {
	scan := read.NewLines(&read.Source{Reader: read.PlainText(src.Reader), Size: src.Size})
	out := &read.Emitter{Source: src, Sink: sink}
	// The file is named after who is in the chat.
	name := strings.TrimSuffix(path.Base(strings.ReplaceAll(src.Path, "\\", "/")), ".txt")
	c := read.NewChat("imessage", name)
	var when time.Time
	for n := 0; ; n++ {
		if n%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		number, offset := scan.Line, scan.Offset
		raw, _, ok := scan.Next()
		if !ok {
			break
		}
		line := read.UTF8Text(read.TrimReturn(raw[:min(len(raw), 1024)]))
		switch found := imessageTime.FindStringSubmatch(line); {
		case found != nil:
			t, err := time.ParseInLocation("Jan 2, 2006 3:04:05 PM", found[1]+" "+found[2], src.Location())
			if err != nil {
				out.Place(number, offset)
				if err := out.Reject(read.Because("the date %s cannot be read", read.Quote(line))); err != nil {
					return err
				}
				continue
			}
			when = t
		case imessageNote.MatchString(line):
			src.Skip("message of the program")
		case !when.IsZero():
			if p, ok := imessageParty(line); ok {
				c.Wrote(c.Person(p), when)
			}
			when = time.Time{}
			if c.Full() {
				out.Place(1, 0)
				if err := c.Emit(out); err != nil {
					return err
				}
			}
		}
	}
	if scan.Err != nil {
		return scan.Err
	}
	if len(c.People) > 2 {
		c.Title = read.Cut(read.CleanText(name, read.MaxText), 100)
	}
	if len(c.People) == 1 && !c.People[0].Self {
		c.Person(read.Party{Self: true})
	}
	if p, ok := imessageParty(name); ok && len(c.People) == 1 && !strings.Contains(name, ",") {
		c.Person(p)
	}
	out.Place(1, 0)
	return c.Emit(out)
}

// imessageParty is a sender: a name, a number or an address.
func imessageParty(line string) (read.Party, bool) {
	name := read.CleanText(line, 100)
	switch {
	case name == "":
		return read.Party{}, false
	case name == "Me":
		return read.Party{Self: true}, true
	case read.PhoneShape.MatchString(name):
		return read.Party{Phone: name}, true
	case strings.Contains(name, "@"):
		return read.Party{Address: read.CleanAddress(name)}, read.CleanAddress(name) != ""
	}
	return read.Party{Name: name}, true
}
