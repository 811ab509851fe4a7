package chat

import (
	"context"
	"path"
	"regexp"
	"strconv"
	"strings"
	"time"

	"gave.network/internal/intake/read"
	"gave.network/internal/text"
)

// GoogleChat reads the chats of Google in a Takeout: one messages.json, or the folder with Groups and Users.
var GoogleChat = read.Format{
	Name:  "googlechat",
	Title: "Google Chat (Takeout)",
	How:   "Ask Google Takeout for Google Chat.",
	Detect: func(head []byte, _ string) int {
		return read.DetectJSON(head, 92, "messages", "creator", "created_date")
	},
	FromStart:  true,
	Read:       readGoogleChat,
	DetectTree: detectGoogleChat,
	ReadTree:   readGoogleChatTree,
}

// googleChatPerson is somebody as Google writes them.
type googleChatPerson struct {
	Name  read.JSONText `json:"name"`
	Email read.JSONText `json:"email"`
	Kind  read.JSONText `json:"user_type"`
}

func (p *googleChatPerson) party(me map[string]bool) read.Party {
	address := read.CleanAddress(string(p.Email))
	return read.Party{
		Name: p.Name.Line(), Address: address, Bulk: strings.EqualFold(p.Kind.Line(), "bot"), Self: me[address] &&
			address != "",
	}
}

func detectGoogleChat(names []string, peek func(name string) []byte) int {
	for _, name := range names {
		folder, _, _ := strings.Cut(name, "/")
		if folder != "Groups" && folder != "Users" {
			return 0
		}
	}
	for _, name := range names {
		if base := path.Base(name); base == "messages.json" || base == "group_info.json" || base == "user_info.json" {
			return read.DetectJSON(peek(name), 96)
		}
	}
	return 0
}

func readGoogleChat(ctx context.Context, src *read.Source, sink read.Sink) error {
	j, out := read.NewJSONReader(src.Reader), &read.Emitter{Source: src, Sink: sink}
	c := read.NewChat("googlechat", metaKey("", strings.Replace(src.Path, "messages.json", "message_1.json", 1)))
	c.UTC = true
	err := googleMessages(ctx, j, c, out, src.Me)
	if len(c.Groups) > 0 {
		out.Place(1, 0)
		if failed := c.Emit(out); failed != nil {
			return failed
		}
	}
	return j.Damage(err, src.Path)
}

// readGoogleChatTree reads chat after chat. Source.Resume and At.Next count files of Tree.Names.
func readGoogleChatTree(ctx context.Context, tree read.Tree, src *read.Source, sink read.Sink) error {
	out := &read.Emitter{Source: src, Sink: sink, Silent: src.Resume > 0}
	me := map[string]bool{}
	for address := range src.Me {
		me[address] = true
	}
	for _, name := range tree.Names() {
		if path.Base(name) != "user_info.json" {
			continue
		}
		var info struct {
			User googleChatPerson `json:"user"`
		}
		if err := treeJSON(ctx, tree, name, out,
			func(j *read.JSONReader) error { return j.Decode(&info) }); err != nil {
			return err
		}
		p := info.User.party(nil)
		if p.Address == "" {
			continue
		}
		me[p.Address] = true
		if err := out.Contact(
			read.Contact{Self: true, Name: read.Name{Full: p.Name}, Addresses: []string{p.Address}}); err != nil {
			return err
		}
	}
	for i, name := range tree.Names() {
		if path.Base(name) != "messages.json" {
			continue
		}
		out.Step, out.Silent = int64(i), int64(i) < src.Resume
		folder := path.Dir(name)
		c := read.NewChat("googlechat", path.Base(folder))
		c.UTC = true
		if err := googleGroup(ctx, tree, folder+"/group_info.json", c, out, me); err != nil {
			return err
		}
		if err := treeJSON(ctx, tree, name,
			out, func(j *read.JSONReader) error { return googleMessages(ctx, j, c, out, me) }); err != nil {
			return err
		}
		if err := c.Emit(out); err != nil {
			return err
		}
	}
	return nil
}

// googleGroup reads who is in a chat, and what it is called.
func googleGroup(
	ctx context.Context, tree read.Tree, name string, c *read.Chat, out *read.Emitter, me map[string]bool,
) error {
	var info struct {
		Name    read.JSONText      `json:"name"`
		Members []googleChatPerson `json:"members"`
	}
	for _, one := range tree.Names() {
		if one != name {
			continue
		}
		if err := treeJSON(ctx, tree, name, out,
			func(j *read.JSONReader) error { return j.Decode(&info) }); err != nil {
			return err
		}
	}
	for i := range info.Members {
		if p := info.Members[i].party(me); !p.Bulk {
			c.Person(p)
		}
	}
	if len(info.Members) > 2 {
		c.Title = info.Name.Line()
	}
	return nil
}

func googleMessages(
	ctx context.Context, j *read.JSONReader, c *read.Chat, out *read.Emitter, me map[string]bool,
) error {
	return j.Object(func(name string) error {
		if name != "messages" {
			return j.Skip()
		}
		return j.Array(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			line, offset := j.At()
			out.Place(line, offset)
			var m struct {
				Creator googleChatPerson `json:"creator"`
				Date    read.JSONText    `json:"created_date"`
				State   read.JSONText    `json:"message_state"`
			}
			if err := j.Decode(&m); err != nil {
				return err
			}
			p := m.Creator.party(me)
			switch {
			case m.State == "DELETED" && p.Name+p.Address == "":
				out.Skip(read.SkipDeleted)
				return nil
			case p.Bulk:
				out.Skip(read.SkipRobot)
				return nil
			case p.Name+p.Address == "":
				out.Skip("member who left")
				return nil
			}
			when, ok := parseLongDate(m.Date.Line())
			if !ok {
				return out.Reject(read.Because("the date %s cannot be read", read.Quote(m.Date.Line())))
			}
			c.Wrote(c.Person(p), when)
			if c.Full() {
				return c.Emit(out)
			}
			return nil
		})
	})
}

var longDate = regexp.MustCompile(`(?i)^(.*\d.*?)[\s,]+(?:at |om |um |à |a las |alle |às |kl\.? )?(\d{1,2})[:.h](\d{2})(?:[:.](\d{2}))?\s*([ap]\.?\s?m\.?)?\s*(?:UTC|GMT|Z)?$`)

// parseLongDate reads "Tuesday, 3 March 2026 at 10:00:00 UTC" and "dinsdag 3 maart 2026 om 10:00:00 UTC", in UTC.
func parseLongDate(s string) (time.Time, bool) {
	if t, ok := read.ParseStamp(s, time.UTC, true); ok && !strings.ContainsAny(s, "abcdefghijklmnopqrstuvwxyz") {
		return t, true
	}
	found := longDate.FindStringSubmatch(trimSpaces(strings.NewReplacer("\u202f", " ", "\u00a0", " ").Replace(s)))
	if found == nil {
		return time.Time{}, false
	}
	var month time.Month
	day, year := 0, 0
	for _, word := range strings.FieldsFunc(text.Fold(found[1]), func(r rune) bool {
		return r == ' ' || r == ',' || r == '.'
	}) {
		n, err := strconv.Atoi(word)
		switch {
		case err == nil && len(word) == 4:
			year = n
		case err == nil && day == 0:
			day = n
		case month == 0:
			month = longMonth(word)
		}
	}
	hour, _ := strconv.Atoi(found[2])
	minute, _ := strconv.Atoi(found[3])
	second, _ := strconv.Atoi(found[4])
	if half := strings.ToLower(found[5]); half != "" {
		if hour %= 12; half[0] == 'p' {
			hour += 12
		}
	}
	t := time.Date(year, month, day, hour, minute, second, 0, time.UTC)
	return t, month > 0 && year >= 1990 && year <= 2200 && t.Day() == day && hour < 24 && minute < 60
}

// longMonths are the beginnings of months in English, Dutch, German, French, Spanish, Italian and Portuguese, folded.
var longMonths = []string{
	"jan ene gen", "feb fev", "mar maa mrt maerz", "apr avr abr", "may mei mai mag", "jun juin giu", "jul juil lug",
	"aug aou ago", "sep set", "oct okt out ott", "nov", "dec dez dic dici",
}

func longMonth(word string) time.Month {
	if len(word) < 3 {
		return 0
	}
	best, length := time.Month(0), 0
	for i, line := range longMonths {
		for begin := range strings.FieldsSeq(line) {
			// "juil" before "jui", and weekdays such as "mardi" only where no month follows.
			if strings.HasPrefix(word, begin) && len(begin) > length && !longWeekdays[word] {
				best, length = time.Month(i+1), len(begin)
			}
		}
	}
	return best
}

// longWeekdays begin like a month.
var longWeekdays = read.WordSet("weekday.like.month")
