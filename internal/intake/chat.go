package intake

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
// In a chat of at most smallChat people a message is to all others. In a larger one it is to those who wrote on the
// same day, and with more than largeChat people it counts as a list.

const (
	smallChat = 8
	largeChat = 20
	// maxChatGroups is how many days of writers of one chat are held in memory until the chat is whole.
	maxChatGroups = 200_000
	// maxChatPeople is how many people of one chat are told apart.
	maxChatPeople = 20_000
)

// chat collects the messages of one chat.
type chat struct {
	source string
	key    string // what tells the chat from others; "" for a chat that is known by its people
	title  string // of a group
	people []Party
	byKey  map[string]int
	groups map[chatDay]*chatGroup
	order  []chatDay
	day    int32 // of all messages, when the source says it itself
	large  bool  // a channel: a list, whoever is in it
	utc    bool  // days are those of UTC, because the source has moments and not clock times
}

// chatDay is one writer on one day.
type chatDay struct {
	day    int32 // year*10000 + month*100 + day
	writer int32
}

type chatGroup struct {
	first time.Time
	count int
}

func newChat(source, key string) *chat {
	return &chat{source: source, key: key, byKey: map[string]int{}, groups: map[chatDay]*chatGroup{}}
}

// person returns the number of a party, adding it when it is new; -1 when it is nobody or there are too many.
func (c *chat) person(p Party) int {
	key := partyKey(p)
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
	if len(c.people) >= maxChatPeople {
		return -1
	}
	n := len(c.people)
	c.byKey[key] = n
	c.people = append(c.people, p)
	return n
}

// wrote adds a message. Its day is the one on which the time's own clock stands.
func (c *chat) wrote(writer int, when time.Time) *chatGroup {
	if writer < 0 {
		return nil
	}
	if c.utc {
		when = when.UTC()
	}
	day := chatDay{c.day, int32(writer)}
	if day.day == 0 {
		day.day = int32(when.Year()*10000 + int(when.Month())*100 + when.Day())
	}
	g, ok := c.groups[day]
	if !ok {
		g = &chatGroup{first: when}
		c.groups[day] = g
		c.order = append(c.order, day)
	}
	g.count++
	if when.Before(g.first) {
		g.first = when
	}
	return g
}

// full says that the chat has to be emitted before it is whole.
func (c *chat) full() bool { return len(c.groups) >= maxChatGroups }

// interactions returns what was collected, by day, and forgets it. The people stay.
func (c *chat) interactions() []Interaction {
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
			g := c.groups[day]
			from := c.people[day.writer]
			from.Role = From
			i := Interaction{
				Medium: c.medium(), Time: g.first.UTC(), Title: cleanText(c.title, 200), Parties: []Party{from},
				Source: c.source, Count: g.count,
				External: stableID("chat", key, strconv.Itoa(int(day.day)), writerKey(from)),
			}
			for _, other := range c.others(day.writer, today) {
				p := c.people[other]
				p.Role = To
				i.Parties = append(i.Parties, p)
			}
			out = append(out, i)
		}
		begin = end
	}
	clear(c.groups)
	c.order = c.order[:0]
	return out
}

func writerKey(p Party) string {
	if p.Phone != "" && p.Handle == "" {
		return p.Phone
	}
	if p.Self && partyKey(p) == "" {
		return "self"
	}
	return partyKey(p)
}

// identity is what tells the chat from others: its key, and without one the two people who have it.
func (c *chat) identity() string {
	if len(c.people) == 2 && c.key == "" {
		names := []string{writerKey(c.people[0]), writerKey(c.people[1])}
		slices.Sort(names)
		return strings.Join(names, "\x00")
	}
	return text.Fold(c.key)
}

func (c *chat) medium() Medium {
	if c.large || len(c.people) > largeChat {
		return List
	}
	return Message
}

// others returns to whom a message of that day is.
func (c *chat) others(writer int32, today []chatDay) []int32 {
	var out []int32
	if len(c.people) <= smallChat {
		for i := range c.people {
			if int32(i) != writer && !c.people[i].Bulk {
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

// emit emits what was collected at one place.
func (c *chat) emit(out *rowSink) error {
	for _, i := range c.interactions() {
		if err := out.interaction(i); err != nil {
			return err
		}
	}
	return nil
}
