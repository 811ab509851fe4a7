package give

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/room"
	"gave.network/internal/tact"
	"gave.network/internal/text"
)

// Hear sets who tells what people need and like; once, when the program is built.
func (s *Service) Hear(wishes room.Source) { s.wishes = wishes }

// found returns the resources that have these words, the best first; all without words.
func found(list []Resource, query string) []Resource {
	if query == "" {
		return list
	}
	index := &text.Index{}
	by := map[string]Resource{}
	for _, r := range list {
		key := r.ID.String()
		by[key] = r
		index.Add(key, text.Terms(r.Title+" "+r.Title+" "+strings.Join(r.Tags, " ")+" "+r.Text+" "+r.File, ""))
	}
	out := []Resource{}
	for _, x := range index.Rank(text.Terms(query, ""), len(list)) {
		out = append(out, by[x.ID])
	}
	return out
}

// Effortless is something that the viewer has and somebody would like.
type Effortless struct {
	Person   people.Ref `json:"person"`
	Wish     string     `json:"wish" doc:"what they need or care about"`
	Need     bool       `json:"need"`
	Offer    string     `json:"offer" doc:"what you have"`
	Resource *id.ID     `json:"resource,omitempty"`
	Minutes  int        `json:"minutes" doc:"what it costs you"`
	Score    float64    `json:"score" doc:"help per minute, from 0 to 1"`
	Why      string     `json:"why" doc:"in the viewer's language"`
}

// What handing on something costs, in minutes: a thing that is shared is sent in a moment, what was given before has to
// be told again.
const (
	minutesToSend = 3
	minutesToTell = 15
)

func (s *Service) effortless(ctx context.Context, v op.Viewer, in EffortlessInput) (EffortlessOutput, error) {
	out := EffortlessOutput{Gifts: []Effortless{}}
	if s.wishes == nil {
		return out, nil
	}
	wishes, err := s.wishes(ctx, v)
	if err != nil {
		return out, err
	}
	out.Gifts, err = s.effortlessOf(ctx, v, wishes, cmp.Or(in.Limit, 10))
	return out, err
}

// effortlessOf are the small gifts that meet some wishes, so many at most.
func (s *Service) effortlessOf(
	ctx context.Context, v op.Viewer, wishes []room.Knowledge, most int,
) ([]Effortless, error) {
	type offer struct {
		words    map[string]bool
		text     string
		resource *id.ID
		minutes  int
		to       []people.Ref
	}
	var offers []offer
	mine, err := s.Resources(ctx, v)
	if err != nil {
		return nil, err
	}
	for _, r := range mine {
		if tact.Delicate(r.Title) {
			continue
		}
		offers = append(offers, offer{
			words: termSet(r.Title + " " + strings.Join(r.Tags, " ")), text: r.Title, resource: &r.ID,
			minutes: minutesToSend,
		})
	}
	gifts, err := s.List(ctx, v, Given, newest)
	if err != nil {
		return nil, err
	}
	for _, g := range gifts {
		if tact.Delicate(g.Body) { // what was done for one is not told to another
			continue
		}
		switch g.Kind {
		case "knowledge", "resource", "tip":
			minutes := minutesToTell
			if g.Link != "" {
				minutes = minutesToSend
			}
			offers = append(offers, offer{words: termSet(g.Body), text: g.Body, minutes: minutes, to: g.People})
		}
	}
	having := map[string][]int{} // by term, the offers that have it, in their order
	for i, o := range offers {
		for t := range o.words {
			having[t] = append(having[t], i)
		}
	}
	best := map[id.ID]Effortless{}
	p := v.Printer()
	for _, w := range wishes {
		if tact.Delicate(w.Text) {
			continue
		}
		if _, person := somebody(w.Text); person && w.Need { // who asks for a person is not helped with an article
			continue
		}
		asked := slices.Sorted(maps.Keys(termSet(w.Text)))
		shares := map[int]int{}
		weights := map[int]float64{}
		for _, t := range asked {
			for _, i := range having[t] {
				shares[i]++
				weights[i] += 1 / float64(len(having[t]))
			}
		}
		for _, i := range slices.Sorted(maps.Keys(shares)) {
			o, shared, weight := &offers[i], shares[i], weights[i]
			if slices.ContainsFunc(o.to, func(ref people.Ref) bool { return ref.ID == w.Person }) {
				continue // they had it
			}
			if float64(shared) < float64(len(asked))/3 {
				continue
			}
			fit := float64(shared) / float64(len(asked)) * min(1, 0.5+weight)
			if !w.Need {
				fit *= 0.7
			}
			score := fit * minutesToSend / float64(o.minutes)
			if score <= best[w.Person].Score {
				continue
			}
			why := p.T("They care about %s; you have: %s.", w.Text, o.text)
			if w.Need {
				why = p.T("They need %s; you have: %s.", w.Text, o.text)
			}
			best[w.Person] = Effortless{
				Person: people.Ref{ID: w.Person, Name: w.Name}, Wish: w.Text, Need: w.Need, Offer: o.text,
				Resource: o.resource, Minutes: o.minutes, Score: score, Why: why,
			}
		}
	}
	out := make([]Effortless, 0, len(best))
	for _, e := range best {
		out = append(out, e)
	}
	slices.SortFunc(out, func(a, b Effortless) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Person.Name, b.Person.Name),
			slices.Compare(a.Person.ID[:], b.Person.ID[:]))
	})
	return out[:min(len(out), most)], nil
}

func termSet(s string) map[string]bool {
	out := map[string]bool{}
	for _, t := range text.Terms(s, "") {
		out[t] = true
	}
	return out
}
