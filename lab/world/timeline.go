package world

import (
	"cmp"
	"slices"

	"gave.network/lab/world/cast"
	"gave.network/lab/world/random"
)

// Kinds of mail.
const (
	mailTalk = iota
	mailFavour
	mailYes
	mailNo
	mailThanks
	mailReturn
	mailGift
	mailInvite
	mailReply
	mailAway
	mailNewsletter
	mailRobot
	mailSpam
	mailAnnounce
	mailAsk
	mailAnswer
	mailListTalk
)

// Mailboxes.
const (
	boxNow  = iota // all mail since the change of job, and private mail
	boxOld         // the mailbox of the former employer
	boxList        // archive of the association's list
)

type mail struct {
	at       int64
	thread   int
	seq      int // place in the thread, 0 for the first
	parent   int // seq of the message answered, -1 for none
	from     int // a person, or -1-n for the n-th of the senders that are no persons
	to, cc   []int
	kind     int
	topic    int
	ref      int // index into what the kind speaks of: gifts, returns, favours, praise, asks, meetings
	box      int
	english  bool
	personal bool // between private addresses
}

type meeting struct {
	at         int64
	minutes    int
	kind       string // lunch, meeting, video, call, borrel, party, walk, standup
	people     []int
	declined   []int
	topic      int
	organiser  int
	cancelled  bool
	private    bool
	weeks      int // repeats every so many weeks, 0 for once
	count      int // number of repeats
	room       bool
	upcoming   bool
	invitation bool // also sent by mail
}

type chat struct {
	name    string
	people  []int // without the owner
	lines   []chatLine
	android bool
}

type chatLine struct {
	at    int64
	from  int
	topic int // -1 for small talk
}

type inmail struct {
	at       int64
	thread   int
	from, to int
	topic    int
}

// contact counts what really happened between the owner and a person.
type contact struct {
	contacts, unseen, sent, received int
	first, last                      int64 // seen in the files
}

// met counts one contact with a person; seen says whether a file tells of it.
func (w *world) met(person int, at int64, seen bool) {
	c := &w.contact[person]
	c.contacts++
	if !seen {
		c.unseen++
		return
	}
	if c.first == 0 || at < c.first {
		c.first = at
	}
	if at > c.last {
		c.last = at
	}
}

// happen turns the plans into mails, meetings and chats.
func (w *world) happen() {
	w.contact = make([]contact, len(w.people))
	w.openChats()
	for i := 1; i < len(w.people); i++ {
		w.meetPerson(&w.people[i])
	}
	w.meetGroups()
	w.speakOfPlans()
	w.listMail()
	w.machines()
	slices.SortStableFunc(w.mails, func(a, b mail) int {
		return cmp.Or(cmp.Compare(a.at, b.at), a.thread-b.thread, a.seq-b.seq)
	})
	slices.SortStableFunc(w.meetings, func(a, b meeting) int { return cmp.Compare(a.at, b.at) })
	slices.SortStableFunc(w.inmails, func(a, b inmail) int { return cmp.Compare(a.at, b.at) })
	for i := range w.chats {
		slices.SortStableFunc(w.chats[i].lines, func(a, b chatLine) int { return cmp.Compare(a.at, b.at) })
	}
}

// Ways of contact, by kind of group.
var ways = map[string]struct{ mail, meeting, video, call, chat, linkedin, lunch float64 }{
	bureau:        {40, 22, 8, 6, 12, 0, 12},
	client:        {52, 16, 14, 8, 2, 2, 6},
	former:        {38, 4, 4, 8, 8, 22, 16},
	association:   {40, 8, 8, 8, 4, 20, 12},
	neighbourhood: {12, 14, 0, 6, 66, 0, 2},
	family:        {8, 14, 0, 10, 68, 0, 0},
	freelance:     {56, 10, 6, 12, 10, 2, 4},
}

// openChats chooses with whom the owner chats on the phone: the nearest, and two groups.
func (w *world) openChats() {
	type near struct {
		id int
		c  float64
	}
	var list []near
	for i := 1; i < len(w.people); i++ {
		p := &w.people[i]
		c := ways[w.groups[p.group].kind].chat / 30
		best := 0.0
		for _, x := range p.tie.windows {
			best = max(best, p.tie.closeness(x.until))
		}
		list = append(list, near{i, c * best})
	}
	slices.SortStableFunc(list, func(a, b near) int { return cmp.Compare(b.c, a.c) })
	w.chatWith = map[int]int{}
	for _, x := range list[:min(len(list), 8+len(list)/100)] {
		if x.c == 0 {
			break
		}
		w.chatWith[x.id] = len(w.chats)
		w.chats = append(
			w.chats,
			chat{name: w.people[x.id].Write(cast.Usual), people: []int{x.id}, android: x.id%2 == 0},
		)
	}
}

// meetPerson turns each contact with a person into something that happened.
func (w *world) meetPerson(p *person) {
	r := random.Stream(w.seed, "meet", p.id)
	kind := w.groups[p.group].kind
	x := ways[kind]
	weights := []float64{x.mail, x.meeting, x.video, x.call, x.chat, x.linkedin, x.lunch}
	chatting, hasChat := w.chatWith[p.id]
	if !hasChat {
		weights[0] += x.chat
		weights[4] = 0
	}
	home := kind == neighbourhood || kind == family
	contacts := w.contacts(p)
	for i, at := range contacts {
		topic := r.IntN(len(topics))
		if len(p.skills) > 0 && r.Chance(0.4) {
			topic = random.Pick(r, p.skills).topic
		}
		way := r.Weighted(weights)
		// Some contacts leave no trace, but never the last one: then nobody could tell a steady tie from one that
		// drifts.
		if r.Chance(0.15*w.options.Noise) && i < len(contacts)-1 {
			w.met(p.id, at, false)
			continue
		}
		switch way {
		case 0:
			w.talk(r, p, at, topic, home)
		case 1, 2, 3, 6:
			m := meeting{
				kind: []string{"", "meeting", "video", "call", "", "", "lunch"}[way], people: []int{p.id}, topic: topic,
				minutes: []int{0, 60, 45, 30, 0, 0, 75}[way],
			}
			if home {
				m.at, m.private, m.kind = w.homeTime(r, at), kind == family || r.Chance(0.3),
					random.Pick(r, []string{"walk", "dinner", "coffee"})
				m.at -= m.at % 1800
			} else if way == 6 {
				m.at = w.slot(r, at, 12, 12)
			} else {
				m.at = w.slot(r, at, 9, 16)
				m.room = way == 1 && r.Chance(0.4)
				m.invitation = way != 3 && r.Chance(0.35)
			}
			if r.Chance(0.5) {
				m.organiser = p.id
			}
			if m.at >= w.until || p.tie.over(m.at) {
				continue
			}
			w.meetings = append(w.meetings, m)
			w.met(p.id, m.at, true)
			if r.Chance(0.05) {
				// Called off and held at another time.
				m.at, m.cancelled = w.slot(r, m.at-7*day, 9, 16), true
				w.meetings = append(w.meetings, m)
			}
		case 4:
			w.chatter(r, chatting, p.id, w.homeTime(r, at))
		case 5:
			w.linkedinTalk(r, p, w.workTime(r, at))
		}
	}
}

// talk is an exchange of mail of one or more messages.
func (w *world) talk(r *random.Source, p *person, at int64, topic int, home bool) {
	if home {
		at = w.homeTime(r, at)
	} else {
		at = w.workTime(r, at)
	}
	m := mail{
		at: at, thread: w.newThread(), parent: -1, kind: mailTalk, topic: topic, from: p.id, to: []int{0},
		english: p.English, personal: home,
	}
	if r.Chance(p.tie.initiative) {
		m.from, m.to = 0, []int{p.id}
	}
	if !home && r.Chance(0.15) {
		// Somebody who knows this person is copied in.
		if n := w.around[p.id]; len(n) > 0 {
			q := w.other(int(random.Pick(r, n)), p.id)
			if t := &w.people[q].tie; t.open(at) && t.silence == 0 && t.plan != planWeak {
				m.cc = []int{q}
			}
		}
	}
	for {
		if m.at >= w.until || p.tie.over(m.at) {
			return
		}
		w.send(m)
		chance, hours := p.tie.answersHim, 5.0
		if m.from == 0 {
			chance, hours = p.tie.answersMe, p.tie.replyHours
		}
		if m.seq > 0 {
			chance *= 0.6
		}
		if m.seq == 0 && m.from == 0 && !home && r.Chance(0.03) {
			away := m
			away.at, away.seq, away.parent, away.kind = m.at+int64(r.Whole(2, 50)), 90, 0, mailAway
			away.from, away.to, away.cc = p.id, []int{0}, nil
			w.mails = append(w.mails, w.box(away))
		}
		if m.seq > 7 || !r.Chance(chance) {
			return
		}
		next := m
		next.at, next.seq, next.parent, next.kind = w.later(r, m.at, hours, home), m.seq+1, m.seq, mailReply
		if m.from == 0 {
			next.from, next.to = p.id, []int{0}
		} else {
			next.from, next.to = 0, []int{p.id}
		}
		m = next
	}
}

func (w *world) newThread() int {
	w.threads++
	return w.threads - 1
}

// send adds a mail between persons and counts the contact.
func (w *world) send(m mail) {
	m = w.box(m)
	w.mails = append(w.mails, m)
	if m.kind == mailAnnounce {
		return
	}
	if m.from == 0 {
		for _, list := range [][]int{m.to, m.cc} {
			for _, q := range list {
				w.met(q, m.at, true)
				w.contact[q].sent++
			}
		}
		return
	}
	if m.from > 0 {
		w.met(m.from, m.at, true)
		w.contact[m.from].received++
	}
}

// box says in which mailbox a mail is kept.
func (w *world) box(m mail) mail {
	if m.box != boxList && !m.personal && m.at < w.change {
		m.box = boxOld
	}
	return m
}

func (w *world) chatter(r *random.Source, n, person int, at int64) {
	c := &w.chats[n]
	from := person
	if r.Chance(w.people[person].tie.initiative) {
		from = 0
	}
	for range r.Whole(1, 9) {
		if at >= w.until {
			return
		}
		c.lines = append(c.lines, chatLine{at, from, -1})
		w.met(person, at, true)
		if from == 0 {
			w.contact[person].sent++
		} else {
			w.contact[person].received++
		}
		at += 20 + int64(r.ExpFloat64()*240)
		if r.Chance(0.65) {
			if from == 0 {
				from = person
			} else {
				from = 0
			}
		}
	}
}

func (w *world) linkedinTalk(r *random.Source, p *person, at int64) {
	from, to := p.id, 0
	if r.Chance(p.tie.initiative) {
		from, to = 0, p.id
	}
	thread := w.newThread()
	for n := range r.Whole(1, 4) {
		if at >= w.until || p.tie.over(at) {
			return
		}
		w.inmails = append(w.inmails, inmail{at, thread, from, to, r.IntN(len(topics))})
		w.met(p.id, at, true)
		if from == 0 {
			w.contact[p.id].sent++
		} else {
			w.contact[p.id].received++
		}
		at = w.later(r, at, 9, false)
		from, to = to, from
		if n > 0 && r.Chance(0.3) {
			return
		}
	}
}
