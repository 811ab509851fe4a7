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

// subjectSpan is how long after the last mail of a thread another with the same subject and "Re:" is taken to be part
// of it.
const subjectSpan = 45 * 24 * time.Hour

// maxTerms is how many terms of one mail count; the rest is logs and code.
const maxTerms = 1500

// Archive is what was read, reduced to numbers. The zero Archive is not ready: use New.
type Archive struct {
	mails   []mail
	seen    map[string]bool
	terms   map[string]int
	stems   map[string][]int
	calls   map[string]int
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
	terms, calls      []int
}

// New returns an empty archive.
func New() *Archive {
	return &Archive{
		seen: map[string]bool{}, terms: map[string]int{}, stems: map[string][]int{}, calls: map[string]int{},
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
	bare, reply := bareSubject(l.Subject)
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
	for _, w := range text.Words(l.Text) {
		m.calls = append(m.calls, number(a.calls, w))
		if len(m.calls) > maxTerms {
			break
		}
	}
	slices.Sort(m.calls)
	m.calls = slices.Compact(m.calls)
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

// bareSubject takes the marks of lists and answers off a subject. reply says that it was marked as an answer.
func bareSubject(s string) (bare string, reply bool) {
	s = strings.TrimSpace(s)
	for {
		before := s
		if strings.HasPrefix(s, "[") {
			if i := strings.IndexByte(s, ']'); i > 0 && i < 40 && strings.TrimSpace(s[i+1:]) != "" {
				s = strings.TrimSpace(s[i+1:])
			}
		}
		if mark, rest, ok := strings.Cut(s, ":"); ok && len(mark) <= 6 {
			word, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(mark)), "[")
			switch word {
			case "re", "aw", "antw", "sv", "rép", "betr", "re^2":
				s, reply = strings.TrimSpace(rest), true
			case "fw", "fwd":
				s = strings.TrimSpace(rest)
			}
		}
		if s == before {
			return s, reply
		}
	}
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
	type last struct {
		thread int
		at     time.Time
	}
	threadOf := map[string]int{} // message id -> thread
	authorOf := map[string]int{}
	bySubject := map[string]last{}
	askOf := map[int]int{} // thread -> place in asks
	threads := 0
	for i := range a.mails {
		m := &a.mails[i]
		author := a.find(m.author)
		out := routing.Message{
			Author: author, Time: m.at, Thread: -1, To: -1, Place: m.place, Terms: m.terms, Calls: m.calls,
		}
		if m.reply {
			if t, ok := threadOf[m.replyTo]; ok && m.replyTo != "" {
				out.Thread = t
				if to, known := authorOf[m.replyTo]; known {
					out.To = to
				}
			} else if t, ok := threadOf[m.root]; ok && m.root != "" {
				out.Thread = t
			} else if l, ok := bySubject[m.subject]; ok && m.subject != "" && m.at.Sub(l.at) < subjectSpan {
				out.Thread = l.thread
			}
		}
		if out.Thread < 0 {
			out.Thread = threads
			threads++
			out.Begins = !m.reply
			if out.Begins {
				askOf[out.Thread] = len(asks)
				asks = append(asks, Ask{Message: len(messages)})
			}
		} else if at, ok := askOf[out.Thread]; ok {
			k := &asks[at]
			if asker := messages[k.Message].Author; asker != author && !slices.Contains(k.Answered, author) {
				k.Answered = append(k.Answered, author)
			}
		}
		threadOf[m.id], authorOf[m.id] = out.Thread, author
		// An answer whose beginning is missing makes that beginning known, so that others who answer it are of one
		// thread.
		for _, absent := range []string{m.replyTo, m.root} {
			if _, ok := threadOf[absent]; !ok && absent != "" {
				threadOf[absent] = out.Thread
			}
		}
		if m.subject != "" {
			bySubject[m.subject] = last{out.Thread, m.at}
		}
		messages = append(messages, out)
	}
	return messages, slices.DeleteFunc(asks, func(k Ask) bool { return len(k.Answered) == 0 })
}

// Calls gives for each person the words by which others call them: the parts of their name and of their address.
func (a *Archive) Calls() map[int][]int {
	out := map[int][]int{}
	add := func(who int, words []string) {
		for _, w := range words {
			if len(w) < 3 {
				continue
			}
			if n, ok := a.calls[w]; ok && !slices.Contains(out[who], n) {
				out[who] = append(out[who], n)
			}
		}
	}
	for _, key := range sortedKeys(a.authors) {
		who := a.find(a.authors[key])
		if name, ok := strings.CutPrefix(key, "name "); ok {
			add(who, strings.Fields(name))
			continue
		}
		local, _, _ := strings.Cut(key, "@")
		add(who, text.Words(local))
	}
	return out
}

func sortedKeys(m map[string]int) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
