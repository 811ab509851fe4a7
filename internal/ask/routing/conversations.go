package routing

import "time"

// subjectSpan is how long after the last mail of a thread another with the same subject that is marked as an answer is
// taken to be part of it, where its header does not say so.
const subjectSpan = 45 * 24 * time.Hour

// Conversations puts messages that come in the order of time into threads. K is what their headers call a message.
type Conversations[K comparable] struct {
	known    map[K]placed
	subjects map[string]last
	count    int
}

type placed struct{ thread, author int }

type last struct {
	thread int
	at     time.Time
}

// NewConversations returns threads without a message.
func NewConversations[K comparable]() *Conversations[K] {
	return &Conversations[K]{known: map[K]placed{}, subjects: map[string]last{}}
}

// Heading is what a message says of where it belongs.
type Heading[K comparable] struct {
	Key     K // its own
	ReplyTo K // what it answers; the zero K when it does not say
	Root    K // what the thread began with
	Subject string
	Answers bool // it says itself that it answers something
	Author  int
	Time    time.Time
}

// Add says to which thread a message belongs, whom it answers (-1 when that is unknown), and whether it begins the
// thread. The beginning of a thread may be missing: then nothing of it begins it.
func (t *Conversations[K]) Add(m Heading[K]) (thread, to int, begins bool) {
	var none K
	thread, to = -1, -1
	if m.Answers {
		if p, ok := t.known[m.ReplyTo]; ok && m.ReplyTo != none {
			thread, to = p.thread, p.author
		} else if p, ok := t.known[m.Root]; ok && m.Root != none {
			thread = p.thread
		} else if l, ok := t.subjects[m.Subject]; ok && m.Subject != "" && m.Time.Sub(l.at) < subjectSpan {
			thread = l.thread
		}
	}
	if thread < 0 {
		thread, begins = t.count, !m.Answers
		t.count++
	}
	t.known[m.Key] = placed{thread, m.Author}
	// An answer whose beginning is missing makes that beginning known, so that others who answer it are of one thread.
	for _, absent := range []K{m.ReplyTo, m.Root} {
		if _, ok := t.known[absent]; !ok && absent != none {
			t.known[absent] = placed{thread, -1}
		}
	}
	if m.Subject != "" {
		t.subjects[m.Subject] = last{thread, m.Time}
	}
	return thread, to, begins
}
