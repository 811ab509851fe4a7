package chat

import (
	"bytes"
	"context"
	"regexp"
	"slices"
	"strings"
	"time"

	"gave.network/internal/intake/read"
	"gave.network/internal/lang"
	"gave.network/internal/text"
)

// WhatsApp reads the text that WhatsApp exports of one chat, in any of its ways to write the date. Of each message only
// who and when is taken.
var WhatsApp = read.Format{
	Name:    "whatsapp",
	Title:   "WhatsApp chat (text)",
	How:     "Open the chat, choose More, Export chat, without media.",
	OwnName: true,
	Detect: func(head []byte, name string) int {
		lines, iso := chatLines(head)
		switch {
		case lines == 0:
			return 0
		case iso:
			return 60 // Signal writes so too
		case lines > 1, chatName(name) != "":
			return 88
		}
		return 50
	},
	FromStart: true,
	Read: func(ctx context.Context, src *read.Source, sink read.Sink) error {
		return readChatText(ctx, src, sink, "whatsapp")
	},
}

// Signal reads chats that were exported from Signal as text.
var Signal = read.Format{
	Name:    "signal",
	Title:   "Signal chat (text)",
	How:     "Export with signal-export, which writes a chat.md for each chat.",
	OwnName: true,
	Detect: func(head []byte, name string) int {
		lines, iso := chatLines(head)
		if lines == 0 || !iso || chatName(name) != "" {
			return 0
		}
		return 80
	},
	FromStart: true,
	Read: func(ctx context.Context, src *read.Source, sink read.Sink) error {
		return readChatText(ctx, src, sink, "signal")
	},
}

// chatLines counts the messages in the beginning of a file. iso says that all of them are written as Signal does: in
// brackets, year first with hyphens, without seconds.
func chatLines(head []byte) (lines int, iso bool) {
	iso = true
	for n := 0; n < 40 && len(head) > 0; n++ {
		var line []byte
		line, head, _ = bytes.Cut(head, []byte{'\n'})
		l, ok := parseChatLine(read.UTF8Text(read.TrimReturn(line[:min(len(line), 400)])))
		if !ok {
			if n == 0 {
				return 0, false // the first line begins a message
			}
			continue
		}
		lines++
		iso = iso && l.bracket && l.digits[0] == 4 && l.sign == '-' && !l.seconds
	}
	return lines, iso
}

// chatFileName finds the name of the chat in the name of its file or archive: "WhatsApp Chat with Anna.txt",
// "WhatsApp-chat met Anna.txt", "WhatsApp Chat mit Anna.txt", "WhatsApp Chat - Anna.zip".
var chatFileName = regexp.MustCompile(
	`(?i)^(?:(?:whatsapp|signal)[ _-]*chat|chat de whatsapp|chat whatsapp|discussion whatsapp|conversation whatsapp|` +
		`conversa do whatsapp|conversación de whatsapp)[ _-]+(?:with|met|mit|con|avec|com|-)?[ _-]*(.+?)(?: ?\(\d+\))?(?:\.(?:txt|zip)(?:#\d+)?)?$`)

// chatName returns the name of the chat that stands in a path, "" when none does.
func chatName(p string) string {
	parts := strings.Split(strings.ReplaceAll(p, "\\", "/"), "/")
	for _, part := range slices.Backward(parts) {
		if m := chatFileName.FindStringSubmatch(part); m != nil {
			return read.CleanText(strings.ReplaceAll(m[1], "_", " "), 100)
		}
		if base := strings.ToLower(part); base != "_chat.txt" && base != "chat.txt" {
			break
		}
	}
	return ""
}

// rawDay is one writer on one day as it is written, before the order of the numbers is known.
type rawDay struct {
	date   [3]int
	digits [3]int8
	writer int32
}

type rawGroup struct {
	clock  int // the earliest, in seconds
	count  int
	line   int64
	offset int64
}

// chatText reads the text of one chat. What each wrote on each day is counted, and becomes interactions when the order
// of the dates is known: at the end, or when the chat is so long that it must be decided before.
type chatText struct {
	src     *read.Source
	out     *read.Emitter
	chat    *read.Chat
	votes   orderVotes
	decided bool
	by      dateOrder
	groups  map[rawDay]*rawGroup
	order   []rawDay
	name    string // of the chat, from the file's
	isGroup bool
	titles  map[string]bool // names that the group had, folded
}

func readChatText(ctx context.Context, src *read.Source, sink read.Sink, source string) error {
	scan := read.NewLines(&read.Source{Reader: read.PlainText(src.Reader), Size: src.Size})
	t := &chatText{
		src: src, out: &read.Emitter{Source: src, Sink: sink}, chat: read.NewChat(source, ""),
		groups: map[rawDay]*rawGroup{},
		name:   chatName(src.Path), titles: map[string]bool{},
	}
	begun := false
	for n := 0; ; n++ {
		if n%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		number, offset := scan.Line, scan.Offset
		line, _, ok := scan.Next()
		if !ok {
			break
		}
		l, ok := parseChatLine(read.UTF8Text(line[:min(len(line), 1024)]))
		if !ok {
			if !begun && len(bytes.TrimSpace(line)) > 0 {
				begun = true
				t.out.Place(number, offset)
				if err := t.out.Reject("this line is no message: it should begin with a date and a name"); err != nil {
					return err
				}
			}
			continue
		}
		begun = true
		if err := t.take(&l, number, offset); err != nil {
			return err
		}
	}
	if scan.Err != nil {
		return scan.Err
	}
	return t.flush()
}

// take counts one message.
func (t *chatText) take(l *chatLine, number, offset int64) error {
	if !t.decided {
		t.votes.add(l)
	}
	name, _, ok := l.Writer()
	if !ok {
		lower := strings.ToLower(l.rest)
		for _, word := range groupWords {
			t.isGroup = t.isGroup || strings.Contains(lower, word)
		}
		for _, found := range groupName.FindAllStringSubmatch(read.Cut(l.rest, 400), 4) {
			if len(t.titles) < 1000 {
				t.titles[text.Fold(found[1])], t.isGroup = true, true
			}
		}
		t.src.Skip("message of the program")
		return nil
	}
	if t.chat.Key == "" && t.name == "" && len(t.groups) == 0 && len(t.chat.People) == 0 {
		// Without a name the chat is known by how it begins, unless it turns out to be of two people.
		t.chat.Key = read.StableID(l.rest[:min(len(l.rest), 20)], sprintDate(l))
	}
	writer := t.chat.Person(t.party(name))
	if writer < 0 {
		return nil
	}
	day := rawDay{
		date: l.Date, digits: [3]int8{int8(l.digits[0]), int8(l.digits[1]), int8(l.digits[2])}, writer: int32(writer),
	}
	clock := l.Clock
	switch {
	case l.Afternoon && clock[0] < 12:
		clock[0] += 12
	case l.Morning && clock[0] == 12:
		clock[0] = 0
	}
	seconds := min(clock[0]*3600+clock[1]*60+clock[2], 24*3600-1)
	g, ok := t.groups[day]
	if !ok {
		g = &rawGroup{clock: seconds, line: number, offset: offset}
		t.groups[day] = g
		t.order = append(t.order, day)
	}
	g.count++
	g.clock = min(g.clock, seconds)
	if len(t.groups) >= read.MaxChatGroups {
		return t.flush()
	}
	return nil
}

func sprintDate(l *chatLine) string {
	var b strings.Builder
	for _, n := range [...]int{l.Date[0], l.Date[1], l.Date[2], l.Clock[0], l.Clock[1]} {
		b.WriteString(read.TwoDigits(n))
		b.WriteByte(' ')
	}
	return b.String()
}

// groupWords are what the notices of a group have in them.
var groupWords = lang.Words("exports", "chat.group")

// selfNames are what exports call the owner instead of the name.
var selfNames = read.WordSet("chat.self")

// party makes a party of a writer's name, which is a telephone number when the owner's address book does not have it.
func (t *chatText) party(name string) read.Party {
	name = strings.TrimSpace(strings.TrimPrefix(read.CleanText(name, 100), "~"))
	if selfNames[strings.ToLower(name)] {
		return read.Party{Self: true}
	}
	if read.PhoneShape.MatchString(name) || strings.HasPrefix(name, "+") && strings.ContainsAny(name, "0123456789") {
		return read.Party{Phone: name}
	}
	return read.Party{Name: name}
}

// flush turns what was counted into interactions.
func (t *chatText) flush() error {
	if !t.decided {
		t.by, t.decided = t.votes.order(), true
	}
	t.knowSelf()
	t.knowGroup()
	for _, day := range t.order {
		g := t.groups[day]
		if t.chat.People[day.writer].Bulk {
			t.src.Skip("message of the program")
			continue
		}
		year, month, d, ok := t.by.arrange(day.date, [3]int{int(day.digits[0]), int(day.digits[1]), int(day.digits[2])})
		if !ok {
			t.out.Place(g.line, g.offset)
			if err := t.out.Reject("there is no such date in the order that the other dates have"); err != nil {
				return err
			}
			continue
		}
		when := time.Date(year, time.Month(month), d, 0, 0, g.clock, 0, t.src.Location())
		if group := t.chat.Wrote(int(day.writer), when); group != nil {
			group.Count += g.count - 1
		}
	}
	clear(t.groups)
	t.order = t.order[:0]
	t.out.Place(1, 0)
	return t.chat.Emit(t.out)
}

// knowSelf finds out the owner: in a chat of two people that is named after one of them, the other.
func (t *chatText) knowSelf() {
	c := t.chat
	named := -1
	for i, p := range c.People {
		if t.name == "" || p.Self {
			continue
		}
		if text.Fold(p.Name) == text.Fold(t.name) || p.Phone != "" && onlyDigits(p.Phone) == onlyDigits(t.name) {
			named = i
		}
	}
	switch {
	case len(c.People) == 2 && !t.isGroup && named < 0:
		c.Key = "" // known by its two people
	case len(c.People) == 2 && !t.isGroup:
		c.Key = t.name
		c.People[1-named].Self = true
	case len(c.People) == 1 && t.name != "" && !t.isGroup:
		// Only one of the two ever wrote.
		c.Key = t.name
		if named < 0 {
			c.People[0].Self = true
			c.Person(t.party(t.name))
		} else {
			c.Person(read.Party{Self: true})
		}
	default:
		c.Title = t.name
		if t.name != "" {
			c.Key = t.name
		}
	}
}

// knowGroup finds writers that are no people: on phones of Apple the program speaks in the name of the group.
func (t *chatText) knowGroup() {
	if !t.isGroup {
		return
	}
	for i := range t.chat.People {
		if name := text.Fold(t.chat.People[i].Name); name != "" && t.titles[name] {
			t.chat.People[i].Bulk = true
		}
	}
}

func onlyDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}
