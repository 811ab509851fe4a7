package read

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"gave.network/internal/text"
)

// How chats are kept. One record a message would drown everything else, and a chat's worth is that people spoke, not in
// how many lines. So all messages that one person wrote in one chat on one day are one interaction, from that person to
// the others, with the time of the first and the number of them. The direction stays, days stay apart, and the id is
// made of the chat, the day and the writer: an export that is made again later, with more messages, adds only what is
// new. The last day of an earlier export keeps the number that it had then.
//
// In a chat of at most SmallChat people a message is to all others. In a larger one it is to those who wrote on the
// same day, and with more than largeChat people it counts as a list.

const (
	// SmallChat is the most people of a chat in which every message is to all others.
	SmallChat = 8
	largeChat = 20
	// MaxChatGroups is how many days of writers of one chat are held in memory until the chat is whole.
	MaxChatGroups = 200_000
	// MaxChatPeople is how many people of one chat are told apart.
	MaxChatPeople = 20_000
)

// Chat collects the messages of one chat.
type Chat struct {
	source string
	Key    string // what tells the chat from others; "" for a chat that is known by its people
	Title  string // of a group
	People []Party
	byKey  map[string]int
	Groups map[chatDay]*chatGroup
	order  []chatDay
	Day    int32 // of all messages, when the source says it itself
	Large  bool  // a channel: a list, whoever is in it
	UTC    bool  // days are those of UTC, because the source has moments and not clock times
}

// chatDay is one writer on one day.
type chatDay struct {
	day    int32 // year*10000 + month*100 + day
	writer int32
}

type chatGroup struct {
	first time.Time
	Count int
}

// NewChat begins a chat of a source; key tells it from others, "" when its people do.
func NewChat(source, key string) *Chat {
	return &Chat{source: source, Key: key, byKey: map[string]int{}, Groups: map[chatDay]*chatGroup{}}
}

// Person returns the number of a party, adding it when it is new; -1 when it is nobody or there are too many.
func (c *Chat) Person(p Party) int {
	key := PartyKey(p)
	if key == "" {
		if key = p.Phone; p.Self {
			key = "\x00self"
		}
	}
	if key == "" {
		return -1
	}
	if n, ok := c.byKey[key]; ok {
		return n
	}
	if len(c.People) >= MaxChatPeople {
		return -1
	}
	n := len(c.People)
	c.byKey[key] = n
	c.People = append(c.People, p)
	return n
}

// Wrote adds a message. Its day is the one on which the time's own clock stands.
func (c *Chat) Wrote(writer int, when time.Time) *chatGroup {
	if writer < 0 {
		return nil
	}
	if c.UTC {
		when = when.UTC()
	}
	day := chatDay{c.Day, int32(writer)}
	if day.day == 0 {
		day.day = int32(when.Year()*10000 + int(when.Month())*100 + when.Day())
	}
	g, ok := c.Groups[day]
	if !ok {
		g = &chatGroup{first: when}
		c.Groups[day] = g
		c.order = append(c.order, day)
	}
	g.Count++
	if when.Before(g.first) {
		g.first = when
	}
	return g
}

// Full says that the chat has to be emitted before it is whole.
func (c *Chat) Full() bool { return len(c.Groups) >= MaxChatGroups }

// Interactions returns what was collected, by day, and forgets it. The people stay.
func (c *Chat) Interactions() []Interaction {
	slices.SortStableFunc(c.order, func(a, b chatDay) int { return cmp.Compare(a.day, b.day) })
	out := make([]Interaction, 0, len(c.order))
	key := c.identity()
	for begin := 0; begin < len(c.order); {
		end := begin
		for end < len(c.order) && c.order[end].day == c.order[begin].day {
			end++
		}
		today := c.order[begin:end]
		for _, day := range today {
			g := c.Groups[day]
			from := c.People[day.writer]
			from.Role = From
			i := Interaction{
				Medium: c.medium(), Time: g.first.UTC(), Title: CleanText(c.Title, 200), Parties: []Party{from},
				Source: c.source, Count: g.Count,
				External: StableID("chat", key, strconv.Itoa(int(day.day)), writerKey(from)),
			}
			for _, other := range c.others(day.writer, today) {
				p := c.People[other]
				p.Role = To
				i.Parties = append(i.Parties, p)
			}
			out = append(out, i)
		}
		begin = end
	}
	clear(c.Groups)
	c.order = c.order[:0]
	return out
}

func writerKey(p Party) string {
	if p.Phone != "" && p.Handle == "" {
		return p.Phone
	}
	if p.Self && PartyKey(p) == "" {
		return "self"
	}
	return PartyKey(p)
}

// identity is what tells the chat from others: its key, and without one the two people who have it.
func (c *Chat) identity() string {
	if len(c.People) == 2 && c.Key == "" {
		names := []string{writerKey(c.People[0]), writerKey(c.People[1])}
		slices.Sort(names)
		return strings.Join(names, "\x00")
	}
	return text.Fold(c.Key)
}

func (c *Chat) medium() Medium {
	if c.Large || len(c.People) > largeChat {
		return List
	}
	return Message
}

// others returns to whom a message of that day is.
func (c *Chat) others(writer int32, today []chatDay) []int32 {
	var out []int32
	if len(c.People) <= SmallChat {
		for i := range c.People {
			if int32(i) != writer && !c.People[i].Bulk {
				out = append(out, int32(i))
			}
		}
		return out
	}
	for _, day := range today {
		if day.writer != writer && len(out) < largeChat {
			out = append(out, day.writer)
		}
	}
	return out
}

// Emit emits what was collected at one place.
func (c *Chat) Emit(out *Emitter) error {
	for _, i := range c.Interactions() {
		if err := out.Interaction(i); err != nil {
			return err
		}
	}
	return nil
}
