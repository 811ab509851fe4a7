package world

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// Contact is one contact between the owner and one person.
type Contact struct {
	Person string // as in the truth
	Time   time.Time
	Medium string // face, video, call, message, mail
	// Direction is 1 when the owner wrote, -1 when the person wrote, 0 when the two met.
	Direction int
	People    int // how many took part, the owner included; a contact of more than 20 in writing is an announcement
}

// Plan makes a world without writing files, for measuring many of them. It returns the truth and all contacts of the
// owner in order of time. Of what only files have (identities, counts, moves that need a birthday or a second spelling)
// the truth has nothing. Dir and Progress are not used.
func Plan(o Options) (*Truth, []Contact, error) {
	w, err := newWorld(o)
	if err != nil {
		return nil, nil, err
	}
	w.truth.Counts = map[string]int{}
	w.truth.Captures = w.captures
	w.tell()
	return &w.truth, w.contactList(), nil
}

// contactList gathers the contacts from mail, calendar, chats and messages.
func (w *world) contactList() []Contact {
	var out []Contact
	add := func(person int, at int64, medium string, direction, people int) {
		if person > 0 && at < w.until {
			out = append(out, Contact{key(person), time.Unix(at, 0).UTC(), medium, direction, people})
		}
	}
	for i := range w.mails {
		m := &w.mails[i]
		people := 1 + len(m.to) + len(m.cc)
		switch {
		case m.from < 0 || len(m.to) == 0 || m.kind == mailAway:
		case m.from > 0:
			add(m.from, m.at, "mail", -1, people)
		default:
			for _, list := range [][]int{m.to, m.cc} {
				for _, q := range list {
					add(q, m.at, "mail", 1, people)
				}
			}
		}
	}
	for i := range w.meetings {
		m := &w.meetings[i]
		if m.cancelled || m.upcoming {
			continue
		}
		medium := "face"
		if m.kind == "video" || m.kind == "call" {
			medium = m.kind
		}
		for n := range max(1, m.count) {
			on := time.Unix(m.at, 0).In(amsterdam).AddDate(0, 0, 7*m.weeks*n)
			if m.weeks > 0 && w.free(on) {
				continue
			}
			for _, q := range m.people {
				if !slices.Contains(m.declined, q) {
					add(q, on.Unix(), medium, 0, 1+len(m.people)-len(m.declined))
				}
			}
		}
	}
	for _, c := range w.chats {
		for _, l := range c.lines {
			switch {
			case l.from > 0:
				add(l.from, l.at, "message", -1, 1+len(c.people))
			default:
				for _, q := range c.people {
					if w.people[q].tie.open(l.at) {
						add(q, l.at, "message", 1, 1+len(c.people))
					}
				}
			}
		}
	}
	for _, m := range w.inmails {
		direction := -1
		if m.from == 0 {
			direction = 1
		}
		add(max(m.from, m.to), m.at, "message", direction, 2)
	}
	slices.SortFunc(out, func(a, b Contact) int {
		return cmp.Or(a.Time.Compare(b.Time), strings.Compare(a.Person, b.Person),
			cmp.Compare(a.Direction, b.Direction), strings.Compare(a.Medium, b.Medium))
	})
	return out
}
