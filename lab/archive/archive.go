// Package archive turns the mails of a list into asks and answers, and measures on them how well answers are foretold.
package archive

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"gave.network/internal/ask/routing"
	"gave.network/internal/text"
)

// Mail is one mail of an archive.
type Mail struct {
	ID, ReplyTo, Root string
	Time              time.Time
	Name, Address     string // of the author
	List              string
	Subject, Text     string
}

// maxTerms is how many terms of one mail count; the rest is logs and code.
const maxTerms = 1500

// Archive is what was read, reduced to numbers. The zero Archive is not ready: use New.
type Archive struct {
	mails   []mail
	seen    map[string]bool
	terms   map[string]int
	stems   map[string][]int
	places  map[string]int
	authors map[string]int // address or name -> group
	parent  []int          // of groups, by union
	names   map[int]string
}

type mail struct {
	id, replyTo, root string
	at                time.Time
	author            int
	place             int
	subject           string
	reply             bool // says itself that it answers
	terms             []int
}

// New returns an empty archive.
func New() *Archive {
	return &Archive{
		seen: map[string]bool{}, terms: map[string]int{}, stems: map[string][]int{},
		places: map[string]int{}, authors: map[string]int{},
		names: map[int]string{},
	}
}

func number(m map[string]int, key string) int {
	n, ok := m[key]
	if !ok {
		n = len(m)
		m[key] = n
	}
	return n
}

// Add takes a mail. One that was there already is left out.
func (a *Archive) Add(l Mail) {
	if a.seen[l.ID] || l.Time.IsZero() {
		return
	}
	a.seen[l.ID] = true
	bare, _, reply := text.Subject(l.Subject)
	m := mail{
		id: l.ID, replyTo: l.ReplyTo, root: l.Root, at: l.Time, subject: bare, reply: reply || l.ReplyTo != "" ||
			l.Root != "", author: a.author(l), place: -1,
	}
	if l.List != "" {
		m.place = number(a.places, l.List)
	}
	language := text.Language(l.Subject + "\n" + l.Text)
	if language == "" {
		language = "en"
	}
	// The subject says in few words what it is about, so it counts twice.
	m.terms = a.termsOf(bare+" "+bare+" "+l.Text, language)
	a.mails = append(a.mails, m)
}

// Len is the number of mails.
func (a *Archive) Len() int { return len(a.mails) }

func (a *Archive) termsOf(s, language string) []int {
	var out []int
	for _, word := range text.Words(s) {
		if len(word) < 2 || len(word) > 40 {
			continue
		}
		key := language + word
		known, ok := a.stems[key]
		if !ok {
			for _, t := range text.Terms(word, language) {
				known = append(known, number(a.terms, t))
			}
			a.stems[key] = known
		}
		if out = append(out, known...); len(out) >= maxTerms {
			return out[:maxTerms]
		}
	}
	return out
}

// author returns the group of the author: people with one address or one full name are one.
func (a *Archive) author(l Mail) int {
	var keys []string
	if l.Address != "" {
		keys = append(keys, strings.ToLower(l.Address))
	}
	name := strings.Join(text.Words(l.Name), " ")
	if strings.Contains(name, " ") || len(keys) == 0 {
		keys = append(keys, "name "+name)
	}
	group := -1
	for _, k := range keys {
		g, ok := a.authors[k]
		if !ok {
			if group < 0 {
				group = len(a.parent)
				a.parent = append(a.parent, group)
			}
			a.authors[k] = group
			continue
		}
		g = a.find(g)
		if group >= 0 && g != group {
			a.parent[group] = g
		}
		group = g
	}
	if l.Name != "" {
		a.names[group] = l.Name
	}
	return group
}

func (a *Archive) find(g int) int {
	for a.parent[g] != g {
		a.parent[g] = a.parent[a.parent[g]]
		g = a.parent[g]
	}
	return g
}

// Ask is the first mail of a thread that somebody else answered.
type Ask struct {
	Message  int   // its place in the messages
	Answered []int // who answered, in the order of their first answers
}

// Threads puts the mails in the order of time and says who answered whom: the messages as the model takes them, and the
// asks.
func (a *Archive) Threads() (messages []routing.Message, asks []Ask) {
	slices.SortStableFunc(a.mails, func(x, y mail) int { return cmp.Compare(x.at.UnixNano(), y.at.UnixNano()) })
	threads := routing.NewConversations[string]()
	askOf := map[int]int{} // thread -> place in asks
	for i := range a.mails {
		m := &a.mails[i]
		author := a.find(m.author)
		out := routing.Message{Author: author, Time: m.at, Place: m.place, Terms: m.terms}
		out.Thread, out.To, out.Begins = threads.Add(routing.Heading[string]{
			Key: m.id, ReplyTo: m.replyTo, Root: m.root, Subject: m.subject, Answers: m.reply, Author: author,
			Time: m.at,
		})
		if out.Begins {
			askOf[out.Thread] = len(asks)
			asks = append(asks, Ask{Message: len(messages)})
		} else if at, ok := askOf[out.Thread]; ok {
			k := &asks[at]
			if asker := messages[k.Message].Author; asker != author && !slices.Contains(k.Answered, author) {
				k.Answered = append(k.Answered, author)
			}
		}
		messages = append(messages, out)
	}
	return messages, slices.DeleteFunc(asks, func(k Ask) bool { return len(k.Answered) == 0 })
}
