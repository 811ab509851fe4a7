package world

import (
	"slices"
	"time"

	"gave.network/lab/world/random"
)

// meetGroups plans what happens with several people at once.
func (w *world) meetGroups() {
	r := random.Stream(w.seed, "together")
	w.standup(r)
	for g := range w.groups {
		if w.groups[g].kind == client {
			w.projects(random.Stream(w.seed, "projects", g), g)
		}
	}
	w.committee(r)
	w.streetParty(r)
	w.upcoming(r)
	w.announce(r)
}

// lively returns the members of a group who are in touch with the owner from one moment to another, of the plans named.
func (w *world) lively(g int, from, until int64, plans ...string) []int {
	var out []int
	for _, id := range w.groups[g].members {
		t := &w.people[id].tie
		if slices.Contains(plans, t.plan) && t.open(from) && t.open(until) {
			out = append(out, id)
		}
	}
	return out
}

// together records a meeting of the owner with several people.
func (w *world) together(m meeting) {
	if m.at >= w.until && !m.upcoming {
		return
	}
	w.meetings = append(w.meetings, m)
	if m.cancelled || m.upcoming {
		return
	}
	for _, id := range m.people {
		if !slices.Contains(m.declined, id) {
			w.met(id, m.at, true)
		}
	}
}

func (w *world) standup(r *random.Source) {
	team := w.lively(0, w.change, w.until-1, planStrong, planModerate)
	if len(team) == 0 {
		return
	}
	team = team[:min(7, len(team))]
	for i := range team {
		w.people[team[i]].tie.met = w.change
	}
	monday := time.Unix(w.change, 0).In(amsterdam)
	for monday.Weekday() != time.Monday {
		monday = monday.AddDate(0, 0, 1)
	}
	at := time.Date(monday.Year(), monday.Month(), monday.Day(), 9, 30, 0, 0, amsterdam)
	count := int((w.until - at.Unix()) / (7 * day))
	if count < 1 {
		return
	}
	w.meetings = append(w.meetings, meeting{
		at: at.Unix(), minutes: 30, kind: "standup", people: team, organiser: team[0], weeks: 1, count: count,
		room: true, topic: r.IntN(len(topics)),
	})
	for n := range count {
		on := at.AddDate(0, 0, 7*n)
		if w.free(on) {
			continue
		}
		for _, id := range team {
			w.met(id, on.Unix(), true)
		}
	}
	for _, id := range team {
		t := &w.people[id].tie
		t.windows = append(t.windows, window{at.Unix(), w.until, 7 * float64(len(team)), 7 * float64(len(team)), 6})
	}
}

// projects plans work for a client: a team that meets every fortnight and mails in between.
func (w *world) projects(r *random.Source, g int) {
	for range int(w.options.Years*0.5 + r.Float64()*1.5) {
		length := int64(r.Between(80, 220) * day)
		from := w.start + int64(r.Float64()*float64(max(1, w.until-w.start-length)))
		until := min(from+length, w.until-1)
		pool := w.lively(g, from, until, planStrong, planModerate, planProject, planGrowing)
		if len(pool) == 0 {
			continue
		}
		lead := random.Pick(r, pool)
		team := []int{lead}
		for _, n := range w.around[lead] {
			if q := w.other(int(n), lead); len(team) < 5 && slices.Contains(pool, q) && !slices.Contains(team, q) {
				team = append(team, q)
			}
		}
		own := w.lively(0, from, until, planStrong, planModerate, planGrowing)
		if from < w.change {
			own = w.lively(1, from, until, planStrong, planModerate, planProject)
		}
		team = join(team, random.Some(r, own, r.Whole(0, 2)))
		makers := w.lively(5, from, until, planStrong, planModerate, planProject, planGrowing)
		team = join(team, random.Some(r, makers, r.Whole(0, 1)))
		for _, id := range team {
			t := &w.people[id].tie
			t.windows = append(t.windows, window{from, until, 9 * float64(len(team)), 9 * float64(len(team)), 3})
		}
		topic := r.IntN(len(topics))
		w.truth.Projects = append(w.truth.Projects,
			TruthProject{w.groups[g].name, topics[topic].key, dayOf(from), dayOf(until), keys(team)})
		thread := w.newThread()
		seq := 0
		for at := from; at < until; at += int64(r.Between(10, 18) * day) {
			m := meeting{
				at: w.slot(r, at, 9, 15), minutes: 60, kind: "meeting", people: team, topic: topic,
				organiser: random.Pick(r, append([]int{0}, team...)), room: r.Chance(0.5),
			}
			if r.Chance(0.35) {
				m.kind, m.room = "video", false
			}
			for _, id := range team {
				if r.Chance(0.12) && id != m.organiser {
					m.declined = append(m.declined, id)
				}
			}
			m.cancelled = r.Chance(0.06)
			w.together(m)
			for range r.Whole(0, 3) {
				at2 := w.workTime(r, at+int64(r.Float64()*9*day))
				if at2 >= until {
					continue
				}
				everyone := append([]int{0}, team...)
				author := random.Pick(r, everyone)
				rest := slices.DeleteFunc(slices.Clone(everyone), func(id int) bool { return id == author })
				if author != 0 && !slices.Contains(rest, 0) {
					continue
				}
				rest = random.Some(r, rest, len(rest))
				// The owner gets each of these mails, for they are in the owner's mailbox.
				cut := r.Whole(1, len(rest))
				x := mail{
					at: at2, thread: thread, seq: seq, parent: seq - 1, from: author, to: rest[:cut], cc: rest[cut:],
					kind: mailReply, topic: topic, english: false,
				}
				if seq == 0 {
					x.kind = mailTalk
				}
				if seq > 60 {
					thread, seq = w.newThread(), 0
					continue
				}
				w.send(x)
				seq++
			}
		}
	}
}

func join(a, b []int) []int {
	for _, id := range b {
		if !slices.Contains(a, id) {
			a = append(a, id)
		}
	}
	return a
}

// committee plans the association: a monthly meeting of a few and a borrel every quarter.
func (w *world) committee(r *random.Source) {
	from := w.start + int64(0.2*float64(w.until-w.start))
	board := w.lively(2, from, w.until-1, planStrong, planModerate, planGrowing)
	board = board[:min(7, len(board))]
	topic := r.IntN(len(topics))
	for at := from; len(board) > 1 && at < w.until-5*day; at += int64(r.Between(28, 34) * day) {
		m := meeting{
			at: w.slot(r, at, 16, 17), minutes: 90, kind: "meeting", people: board, topic: topic, organiser: board[0],
		}
		if r.Chance(0.3) {
			m.kind = "video"
		}
		m.declined = random.Some(r, board[1:], r.Whole(0, 2))
		w.together(m)
	}
	for at := w.start + 40*day; at < w.until-20*day; at += int64(r.Between(80, 100) * day) {
		var guests []int
		for _, id := range w.groups[2].members {
			if t := &w.people[id].tie; t.open(at) && t.silence == 0 && r.Chance(0.5) {
				guests = append(guests, id)
			}
		}
		if guests = random.Some(r, guests, r.Whole(10, 34)); len(guests) < 3 {
			continue
		}
		m := meeting{
			at: w.slot(r, at, 17, 18), minutes: 150, kind: "borrel", people: guests, topic: r.IntN(len(topics)),
			organiser: guests[0],
		}
		m.declined = random.Some(r, guests[1:], len(guests)/6)
		w.together(m)
	}
	if len(board) > 2 {
		w.groupChat(r, "Programmacommissie", board, from)
	}
}

// streetParty plans the neighbourhood: a summer evening a year and a chat for the street.
func (w *world) streetParty(r *random.Source) {
	plans := []string{planStrong, planModerate, planGrowing, planWeak}
	for year := yearOf(w.start); year <= yearOf(w.until); year++ {
		evening := time.Date(year, time.June, 21, 18, 0, 0, 0, amsterdam)
		for evening.Weekday() != time.Saturday {
			evening = evening.AddDate(0, 0, 1)
		}
		at := evening.Unix()
		if at < w.start || at >= w.until {
			continue
		}
		guests := random.Some(r, w.lively(3, at, at, plans...), 14)
		if len(guests) > 1 {
			w.together(meeting{
				at: at, minutes: 240, kind: "party", people: guests, organiser: guests[0], private: year%2 == 0,
			})
		}
	}
	street := w.lively(3, w.start+int64(0.6*float64(w.until-w.start)), w.until-1, plans...)
	if len(street) > 2 {
		w.groupChat(r, "Lindestraat", street[:min(len(street), 15)], w.start)
	}
}

// groupChat is a chat with several people. To write in it is contact with all who are in it.
func (w *world) groupChat(r *random.Source, name string, people []int, from int64) {
	c := chat{name: name, people: people, android: len(w.chats)%2 == 0}
	for at := from + int64(r.ExpFloat64()*5*day); at < w.until; at += int64(r.ExpFloat64() * 9 * day) {
		when := w.homeTime(r, at)
		topic := -1
		if r.Chance(0.3) {
			topic = r.IntN(len(topics))
		}
		for range r.Whole(1, 6) {
			author := 0
			if r.Chance(0.8) {
				author = random.Pick(r, people)
			}
			if when >= w.until || author != 0 && !w.people[author].tie.open(when) {
				break
			}
			c.lines = append(c.lines, chatLine{when, author, topic})
			if author != 0 {
				w.met(author, when, true)
				w.contact[author].received++
			} else {
				for _, q := range people {
					if w.people[q].tie.open(when) {
						w.met(q, when, true)
						w.contact[q].sent++
					}
				}
			}
			when += 30 + int64(r.ExpFloat64()*900)
		}
	}
	w.chats = append(w.chats, c)
}

// upcoming plans the weeks after the end: meetings in the calendar and a borrel with a guest list.
func (w *world) upcoming(r *random.Source) {
	var near []int
	for i := 1; i < len(w.people); i++ {
		if t := &w.people[i].tie; t.plan == planStrong || t.plan == planModerate {
			near = append(near, i)
		}
	}
	for _, id := range random.Some(r, near, 8) {
		at := time.Unix(w.until, 0).In(amsterdam).AddDate(0, 0, r.Whole(1, 25))
		at = time.Date(at.Year(), at.Month(), at.Day(), r.Whole(9, 16), 0, 0, 0, amsterdam)
		w.together(meeting{
			at:        at.Unix(),
			minutes:   60,
			kind:      random.Pick(r, []string{"meeting", "video", "lunch", "call"}),
			people:    []int{id},
			topic:     r.IntN(len(topics)),
			organiser: id,
			upcoming:  true,
		})
	}
	at := time.Unix(w.until, 0).In(amsterdam).AddDate(0, 0, 6)
	at = time.Date(at.Year(), at.Month(), at.Day(), 17, 0, 0, 0, amsterdam)
	for _, id := range w.groups[2].members {
		if r.Chance(0.6) {
			w.guests = append(w.guests, id)
		}
	}
	for _, g := range []int{0, 5} {
		w.guests = join(w.guests, random.Some(r, w.groups[g].members, 6))
	}
	w.guests = random.Some(r, w.guests, 60)
	w.borrel = at.Unix()
	w.together(meeting{at: at.Unix(), minutes: 150, kind: "borrel", people: nil, upcoming: true, organiser: 0})
}

// announce plans mail to very many people at once, which is no contact with any of them, dormant ones included.
func (w *world) announce(r *random.Source) {
	for year := yearOf(w.start) + 1; year <= yearOf(w.until); year++ {
		at := newYear(year) + 8*day + int64(r.IntN(3*day))
		var all []int
		for i := 1; i < len(w.people); i++ {
			p := &w.people[i]
			if p.tie.plan != planNone && w.groups[p.group].kind != family && p.tie.met < at {
				all = append(all, i)
			}
		}
		if at = w.workTime(r, at); len(all) < 25 || at >= w.until {
			continue
		}
		w.send(mail{
			at: at, thread: w.newThread(), parent: -1, kind: mailAnnounce, from: 0, to: random.Some(r, all, 80),
			topic: r.IntN(len(topics)),
		})
	}
}

// speakOfPlans turns gifts, returns, favours and praise into mail where mail is their way.
func (w *world) speakOfPlans() {
	r := random.Stream(w.seed, "speak")
	one := func(at int64, kind, from, to, topic, ref int) mail {
		other := max(from, to)
		p := &w.people[other]
		k := w.groups[p.group].kind
		return mail{
			at: at, thread: w.newThread(), parent: -1, kind: kind, from: from, to: []int{to}, topic: topic, ref: ref,
			english: p.English, personal: k == neighbourhood || k == family,
		}
	}
	answer := func(m mail, kind int, hours float64) {
		next := m
		next.at, next.seq, next.parent, next.kind = w.later(r, m.at, hours, m.personal), m.seq+1, m.seq, kind
		next.from, next.to = m.to[0], []int{m.from}
		if p := &w.people[max(next.from, next.to[0])].tie; next.at < w.until && !p.over(next.at) {
			w.send(next)
		}
	}
	for i := range w.gifts {
		g := &w.gifts[i]
		if len(g.receivers) != 1 || g.minutes > 60 || !r.Chance(0.45) {
			continue
		}
		m := one(g.at, mailGift, 0, g.receivers[0], g.topic, i)
		w.send(m)
		if r.Chance(0.5) {
			answer(m, mailThanks, 6)
		}
	}
	for i := range w.returns {
		x := &w.returns[i]
		m := one(x.at, mailReturn, x.from, 0, x.topic, i)
		w.send(m)
		answer(m, mailReply, 3)
	}
	for i := range w.favours {
		f := &w.favours[i]
		m := one(f.at, mailFavour, 0, f.person, r.IntN(len(topics)), i)
		w.send(m)
		if f.yes {
			answer(m, mailYes, w.people[f.person].tie.replyHours)
		} else if r.Chance(0.6) {
			answer(m, mailNo, w.people[f.person].tie.replyHours)
		}
	}
	for i := range w.praised {
		x := &w.praised[i]
		if x.channel == "mail" && (x.author == 0 || x.subject == 0) {
			w.send(one(x.at, mailThanks, x.author, x.subject, x.topic, i))
		}
	}
	for i := range w.meetings {
		m := &w.meetings[i]
		if m.invitation && m.at < w.until {
			id := m.people[0]
			x := one(m.at-int64(r.Between(2, 9)*day), mailInvite, id, 0, m.topic, i)
			if m.organiser == 0 {
				x.from, x.to = 0, []int{id}
			}
			if x.at > w.start && w.people[id].tie.open(x.at) {
				w.send(x)
			}
		}
	}
}

// listMail turns the questions into threads on the association's list. The owner's mailbox keeps a copy of each since
// the change of job, with the same Message-ID.
func (w *world) listMail() {
	post := func(m mail) {
		m.box = boxList
		w.mails = append(w.mails, m)
		if m.at >= w.change {
			m.box = boxNow
			w.mails = append(w.mails, m)
		}
	}
	for i := range w.asks {
		a := &w.asks[i]
		first := mail{
			at: a.at, thread: w.newThread(), parent: -1, kind: mailAsk, from: a.asker, topic: a.topic, ref: i, to: nil,
		}
		post(first)
		for k, x := range a.answers {
			m := first
			m.at, m.seq, m.parent, m.kind, m.from = x.at, k+1, 0, mailAnswer, x.person
			post(m)
			if a.asker == 0 {
				w.met(x.person, x.at, true)
				w.contact[x.person].received++
			} else if x.person == 0 {
				w.met(a.asker, x.at, true)
				w.contact[a.asker].sent++
			}
		}
		w.askThread = append(w.askThread, first.thread)
	}
	w.listTalk(post)
}

// listTalk adds threads that ask nothing: reports, jobs, an invitation. The talkative answer.
func (w *world) listTalk(post func(mail)) {
	members := w.groups[2].members
	if len(members) < 5 {
		return
	}
	r := random.Stream(w.seed, "list talk")
	writing := make([]float64, len(members))
	for i, id := range members {
		writing[i] = w.people[id].activity
	}
	for range int(w.options.Years * min(60, 8+float64(len(members))/6)) {
		m := mail{
			at:     w.workTime(r, w.start+int64(r.Float64()*float64(w.until-w.start-3*day))),
			thread: w.newThread(), parent: -1,
			kind: mailListTalk, from: members[r.Weighted(writing)], topic: r.IntN(len(topics)),
		}
		post(m)
		for range r.Weighted([]float64{6, 2, 1}) {
			m.at, m.seq, m.parent, m.from = w.later(r, m.at, 7, false), m.seq+1, 0, members[r.Weighted(writing)]
			if m.at >= w.until {
				break
			}
			post(m)
		}
	}
}

// machines sends what no person sends.
func (w *world) machines() {
	r := random.Stream(w.seed, "machines")
	for n, s := range w.senders {
		interval, kind := 7.0, mailNewsletter
		switch s.Kind {
		case "robot":
			interval, kind = r.Between(6, 25), mailRobot
		case "spam":
			interval, kind = 20, mailSpam
		case "newsletter":
			interval = random.Pick(r, []float64{7, 14, 30})
		default:
			continue
		}
		for at := float64(w.start) +
			interval*day*r.Float64(); at < float64(w.until); at += interval * day * r.Between(0.8, 1.2) {
			w.mails = append(w.mails, w.box(mail{
				at: int64(at), thread: w.newThread(), parent: -1, kind: kind, from: -1 - n, to: []int{0},
				topic: r.IntN(len(topics)), personal: kind == mailSpam,
			}))
		}
	}
}
