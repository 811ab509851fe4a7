package world

import (
	"fmt"
	"slices"
	"strings"

	"gave.network/lab/world/cast"
	"gave.network/lab/world/random"
)

// tellGifts fills what was given and returned.
func (w *world) tellGifts() {
	t := &w.truth
	for i := range w.gifts {
		g := &w.gifts[i]
		t.Gifts = append(t.Gifts, TruthGift{
			giftKey(i), stamp(g.at), giftKinds[g.kind].name, keys(g.receivers), topics[g.topic].key, g.minutes,
			g.note("nl"), g.note("en"), g.logged,
		})
	}
	for i := range w.returns {
		x := &w.returns[i]
		out := TruthReturn{
			ID: fmt.Sprintf("r%05d", i), Time: stamp(x.at), Kind: returnKinds[x.kind].name, From: key(x.from),
			Note: topics[x.topic].nl, English: topics[x.topic].en, Told: x.told, Logged: x.logged,
		}
		if x.gift >= 0 {
			out.Gift, out.Path = giftKey(x.gift), keys(x.path)
			out.Days = random.Round4(float64(x.at-w.gifts[x.gift].at) / day)
		}
		t.Returns = append(t.Returns, out)
	}
}

// tellLists fills what was given, returned, asked, needed and praised.
func (w *world) tellLists() {
	w.tellGifts()
	t := &w.truth
	for i := range w.asks {
		a := &w.asks[i]
		out := TruthAsk{
			ID: w.messageID(w.askThread[i], 0, "mail.example"), Time: stamp(a.at), Asker: key(a.asker),
			Topic: topics[a.topic].key, Text: topics[a.topic].asks[a.text], Able: a.able, Answerers: []string{},
		}
		for _, x := range a.answers {
			out.Answerers = append(out.Answerers, key(x.person))
		}
		t.Asks = append(t.Asks, out)
	}
	for _, f := range w.favours {
		t.Favours = append(
			t.Favours,
			TruthFavour{key(f.person), stamp(f.at), favours[f.what].nl, random.Round4(f.p), f.yes},
		)
	}
	for i := range w.needed {
		n := &w.needed[i]
		out := TruthNeed{Person: key(n.person), Day: dayOf(n.at), Text: n.text("nl"), Captured: n.captured}
		if n.topic >= 0 {
			out.Kind = topics[n.topic].key
		} else {
			out.Kind = wants[n.want].key
		}
		if n.answered != 0 {
			out.Answered = dayOf(n.answered)
		}
		t.Needs = append(t.Needs, out)
	}
	for i := range w.people {
		if p := &w.people[i]; p.pastime >= 0 {
			t.Interests = append(t.Interests, TruthInterest{key(i), pastimes[p.pastime].nl, w.interests[i]})
		}
	}
	for i := range w.praised {
		x := &w.praised[i]
		t.Praise = append(t.Praise, TruthPraise{
			key(x.author), key(x.subject), stamp(x.at), x.channel, x.text(w.people[max(x.author, x.subject)].lang()),
		})
	}
	w.tellMoves()
	w.tellGoals()
}

// TruthProject is work that several people did together for a client.
type TruthProject struct {
	Client string   `json:"client"`
	Topic  string   `json:"topic"`
	From   string   `json:"from"`
	Until  string   `json:"until"`
	Team   []string `json:"team"` // without the owner, who was in all of them
}

// TruthGoal is something that can be brought about, with who holds what it needs.
type TruthGoal struct {
	Title string          `json:"title"`
	Needs []TruthGoalNeed `json:"needs"`
}

// TruthGoalNeed is one thing that a goal needs.
type TruthGoalNeed struct {
	Kind    string   `json:"kind"` // skill, organisation, level
	What    string   `json:"what"`
	Holders []string `json:"holders"`
	Known   int      `json:"known"` // how many of the holders the owner knows
}

// tellGoals plans goals and looks up who holds what they need.
func (w *world) tellGoals() {
	r := random.Stream(w.seed, "goals")
	need := func(kind, what string, holds func(*person) bool) TruthGoalNeed {
		n := TruthGoalNeed{Kind: kind, What: what, Holders: []string{}}
		for i := 1; i < len(w.people); i++ {
			if p := &w.people[i]; holds(p) {
				n.Holders = append(n.Holders, key(i))
				if p.tie.plan != planNone {
					n.Known++
				}
			}
		}
		return n
	}
	for _, title := range []string{
		"Een burgerberaad over energie", "Een gids voor helder schrijven", "Een festival voor makers",
	} {
		goal := TruthGoal{Title: title}
		for _, t := range r.Perm(len(topics))[:r.Whole(1, 3)] {
			goal.Needs = append(goal.Needs,
				need("skill", topics[t].key, func(p *person) bool { return p.skill(t) > 0.4 }))
		}
		client := w.groups[r.Whole(6, len(w.groups)-1)].org
		goal.Needs = append(goal.Needs,
			need("organisation",
				w.orgs[client].name, func(p *person) bool { j := p.current(); return j != nil && j.org == client }),
			need("level", w.orgs[client].name+": "+cast.Levels[3],
				func(p *person) bool { j := p.current(); return j != nil && j.org == client && p.level >= 3 }))
		w.truth.Goals = append(w.truth.Goals, goal)
	}
}

func giftKey(n int) string { return fmt.Sprintf("g%05d", n) }

// tellMoves says what Today may be expected to find at the end.
func (w *world) tellMoves() {
	t := &w.truth
	move := func(kind, why string, people ...int) {
		t.Today = append(t.Today, TruthMove{kind, keys(people), why})
	}
	for i := 1; i < len(w.people); i++ {
		p := &w.people[i]
		private := w.groups[p.group].kind == family
		switch c := &w.contact[i]; {
		case c.contacts == c.unseen || private:
		case p.tie.plan == planDrifting:
			t.Drifting = append(t.Drifting, key(i))
			move("drifting",
				fmt.Sprintf("usually every %.0f days, silent for %d", p.tie.interval, (w.until-c.last)/day), i)
		case p.tie.plan == planProject:
			t.Cooled = append(t.Cooled, key(i))
		case p.tie.plan == planDormant:
			t.Dormant = append(t.Dormant, key(i))
			move("dormant", fmt.Sprintf("silent for %.1f years", float64(w.until-c.last)/(365*day)), i)
		}
		if w.birthdayKnown[i] && !private {
			for after := range 8 {
				on := w.end.In(amsterdam).AddDate(0, 0, after)
				if int(on.Month()) == p.birth[1] && on.Day() == p.birth[2] {
					move("birthday", on.Format("2006-01-02"), i)
				}
			}
		}
		if names := w.spellings(p); len(names) > 1 {
			move("merge", strings.Join(names, " | "), i)
		}
	}
	for i := range w.needed {
		if n := &w.needed[i]; n.answered == 0 && n.captured {
			move("need", n.text("nl"), n.person)
			if n.topic >= 0 && w.people[0].skill(n.topic) > 0 {
				move("match", "the owner knows about "+topics[n.topic].nl, n.person)
			}
		}
	}
	move("borrel", dayOf(w.borrel), w.guests...)
}

// spellings are the different names and addresses of a person in the files, sorted, names first. There is nothing to
// merge, and the list is empty, when there is only one name and one address.
func (w *world) spellings(p *person) []string {
	var names, addresses []string
	for id := range p.seen {
		if id.Name != "" && id.Name != p.Given && !strings.Contains(id.Name, "@") && !slices.Contains(names, id.Name) {
			names = append(names, id.Name)
		}
		if id.Address != "" && !slices.Contains(addresses, id.Address) {
			addresses = append(addresses, id.Address)
		}
	}
	if len(names) < 2 && len(addresses) < 2 {
		return nil
	}
	slices.Sort(names)
	slices.Sort(addresses)
	return append(names, addresses...)
}
