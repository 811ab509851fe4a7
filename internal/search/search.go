// Package search finds in one place all that the rooms have, and what can be done.
package search

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/page"
	"gave.network/internal/room"
	"gave.network/internal/text"
)

const (
	most     = 5 // of each kind
	mostActs = 3 // with the person who was found
	sentence = 3 // words say something; fewer are looked for
)

// Service searches the rooms.
type Service struct{ rooms []room.Room }

// NewService returns a search that has no rooms yet.
func NewService() *Service { return &Service{} }

// SetRooms says which rooms are searched.
func (s *Service) SetRooms(rooms []room.Room) { s.rooms = rooms }

// Room says what the room is: it keeps nothing itself.
func (s *Service) Room() room.Room {
	return room.Room{Key: "search", Title: "Search", Pages: s.pages}
}

// answer is what a search found.
type answer struct {
	query   string // as it was typed
	words   text.Query
	groups  []room.Found
	nothing bool // was found: what is offered is to write it down
	verb    bool // the first word says what to do, with whom the others name
}

// find searches all rooms and the places of the navigation, and says what can be done.
func (s *Service) find(ctx context.Context, v op.Viewer, places []page.Place, typed string) (answer, error) {
	out := answer{query: strings.TrimSpace(typed), words: text.NewQuery(typed)}
	if len(out.words) == 0 && out.query != "" { // a sign without a word: there is nothing to look for
		out.groups = s.acts(v, &out)
		return out, nil
	}
	verb, rest := s.verb(v, out.words)
	for _, r := range s.rooms {
		if r.Find == nil {
			continue
		}
		found, err := r.Find(ctx, v, out.words, most)
		if err == nil && verb && !slices.ContainsFunc(found, hasPeople) {
			// What begins with a verb asks for what can be done with whom the other words name.
			var named []room.Found
			if named, err = r.Find(ctx, v, rest, most); err == nil {
				out.verb = out.verb || slices.ContainsFunc(named, hasPeople)
				found = append(found, slices.DeleteFunc(named, func(f room.Found) bool {
					return f.Rank != room.FoundPeople
				})...)
			}
		}
		if err != nil {
			return out, err
		}
		out.groups = append(out.groups, found...)
	}
	out.groups = append(out.groups, s.places(v, places, out.words))
	out.groups = slices.DeleteFunc(out.groups, func(f room.Found) bool { return len(f.Hits) == 0 })
	if len(out.words) > 0 {
		out.groups = append(out.groups, s.acts(v, &out)...)
	}
	slices.SortStableFunc(out.groups, func(a, b room.Found) int { return int(out.rank(a) - out.rank(b)) })
	return out, nil
}

// rank is where a kind stands: what can be done is first when that was asked for.
func (a answer) rank(f room.Found) room.FoundRank {
	if a.verb && f.Rank == room.FoundActs {
		return room.FoundPeople - 1
	}
	return f.Rank
}

func hasPeople(f room.Found) bool { return f.Rank == room.FoundPeople && len(f.Hits) > 0 }

// verb says whether the first word of a query begins a word of something that is done with somebody, and others follow.
func (s *Service) verb(v op.Viewer, words text.Query) (found bool, rest text.Query) {
	if len(words) < 2 || v.Role < op.Member {
		return false, nil
	}
	for _, r := range s.rooms {
		for _, c := range r.Shortcuts {
			if withSomebody(c.Fit) && words[:1].In(v.Printer().T(c.Title, "")) {
				return true, words[1:]
			}
		}
	}
	return false, nil
}

// places are those of the navigation that the words name; all for no words.
func (s *Service) places(v op.Viewer, places []page.Place, words text.Query) room.Found {
	out := room.Found{Title: "Places", Rank: room.FoundElse}
	p := v.Printer()
	for _, place := range places {
		title, about := p.T(place.Title), ""
		if place.About != "" {
			about = p.T(place.About)
		}
		if len(words) > 0 && (len(out.Hits) == most || !words.In(title+" "+about)) {
			continue
		}
		out.Hits = append(out.Hits, room.Hit{Title: title, Why: about, Address: place.Address, Icon: place.Key})
	}
	return out
}

// acts are what can be done: with the likeliest person, what the words name, and with the words themselves when nothing
// was found.
func (s *Service) acts(v op.Viewer, found *answer) []room.Found {
	if v.Role < op.Member {
		found.nothing = len(found.groups) == 0
		return nil
	}
	out := room.Found{Title: "Do", Rank: room.FoundActs}
	p := v.Printer()
	if i := slices.IndexFunc(found.groups, hasPeople); i >= 0 {
		out.Hits = s.withPeople(p, found.words, found.groups[i].Hits)
	}
	for _, c := range s.shortcuts(func(f room.Fit) bool { return f == room.WithNobody }) {
		if title := p.T(c.Title); found.words.In(title) && len(out.Hits) < most+mostActs {
			out.Hits = append(out.Hits, room.Hit{Title: title, Address: c.Address, Icon: c.Icon})
		}
	}
	found.nothing = len(found.groups)+len(out.Hits) == 0
	if len(found.words) >= sentence {
		for _, c := range s.shortcuts(func(f room.Fit) bool { return f == room.WithWords }) {
			out.Hits = append(out.Hits, room.Hit{Title: p.T(c.Title), Address: c.About(found.query), Icon: c.Icon})
		}
	}
	if found.nothing {
		escaped := url.QueryEscape(found.query)
		short := text.Clip(found.query, 60)
		out.Hits = append(out.Hits, []room.Hit{
			{Title: p.T("Note “%s”", short), Address: "/capture?text=" + escaped, Icon: "pencil"},
			{Title: p.T("Add %s as a person", short), Address: "/people/new?name=" + escaped, Icon: "people"},
		}...)
	}
	if len(out.Hits) == 0 {
		return nil
	}
	return []room.Found{out}
}

// withPeople are what can be done with the likeliest of the people who were found. What the first word names is offered
// with each of them: two may bear one name, and what they do tells them apart.
func (s *Service) withPeople(p *locale.Printer, words text.Query, found []room.Hit) []room.Hit {
	var named, likely []room.Hit
	who := found[0]
	for _, c := range s.shortcuts(withSomebody) {
		switch inTouch := who.Class != "" && who.Class != "dormant" && who.Class != "latent"; {
		case len(words) > 1 && words[:1].In(p.T(c.Title, "")):
			for _, each := range found[:min(len(found), mostActs)] {
				hit := done(p, c, each)
				if len(found) > 1 {
					hit.Why = each.Why
				}
				named = append(named, hit)
			}
		case c.Fit == room.WithAnybody || inTouch == (c.Fit == room.WithClose):
			likely = append(likely, done(p, c, who))
		}
	}
	named = named[:min(len(named), most)]
	return append(named, likely[:min(len(likely), max(0, mostActs-len(named)))]...)
}

// done is what a shortcut offers to do with somebody.
func done(p *locale.Printer, c room.Shortcut, who room.Hit) room.Hit {
	return room.Hit{Title: p.T(c.Title, who.Title), Address: c.For(who.Title, who.Person), Icon: c.Icon}
}

func withSomebody(f room.Fit) bool { return f != room.WithNobody && f != room.WithWords }

// shortcuts are those of all rooms that fit.
func (s *Service) shortcuts(fits func(room.Fit) bool) (out []room.Shortcut) {
	for _, r := range s.rooms {
		for _, c := range r.Shortcuts {
			if fits(c.Fit) {
				out = append(out, c)
			}
		}
	}
	return out
}
