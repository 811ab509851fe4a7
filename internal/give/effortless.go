package give

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/room"
	"gave.network/internal/tact"
	"gave.network/internal/text"
	"gave.network/internal/text/fit"
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

	at time.Time // of the wish
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
		thing    bool // something to have, not to know
		text     string
		resource *id.ID
		minutes  int
		to       []people.Ref
	}
	var offers []offer
	var reader fit.Reader
	var about fit.Index // of what the offers are
	mine, err := s.Resources(ctx, v)
	if err != nil {
		return nil, err
	}
	for _, r := range mine {
		if tact.Delicate(r.Title) {
			continue
		}
		about.Add(reader.TopicOf(r.Title + ", " + strings.Join(r.Tags, ", ")))
		offers = append(offers, offer{text: r.Title, resource: &r.ID, minutes: minutesToSend})
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
		case Knowledge, Material, Tip:
			minutes := minutesToTell
			if g.Link != "" {
				minutes = minutesToSend
			}
			about.Add(reader.TopicOf(g.Body))
			offers = append(offers, offer{thing: g.Kind == Material, text: g.Body, minutes: minutes, to: g.People})
		}
	}
	if len(offers) == 0 {
		return []Effortless{}, nil
	}
	needs, err := s.needsOf(ctx, v, wishes)
	if err != nil {
		return nil, err
	}
	best := map[id.ID]Effortless{}
	for _, w := range wishes {
		if needs[w.Text].delicate || stale(w, v.Now) {
			continue
		}
		// Who asks for a person, for hands or for money is not helped with an article; who asks for a thing neither.
		need := needs[w.Text].need
		about.Met(need, func(i int, much float64) {
			o := &offers[i]
			if w.Need && need.Means != "" && need.Means != fit.Information && !(need.Means == fit.Thing && o.thing) ||
				slices.ContainsFunc(o.to, func(ref people.Ref) bool { return ref.ID == w.Person }) { // they had it
				return
			}
			if !w.Need {
				if much < surely { // what they like is their own: who draws comics needs no template
					return
				}
				much *= 0.7
			}
			score := much * minutesToSend / float64(o.minutes)
			if score <= best[w.Person].Score {
				return
			}
			best[w.Person] = Effortless{
				Person: people.Ref{ID: w.Person, Name: w.Name}, Wish: w.Text, Need: w.Need, Offer: o.text,
				Resource: o.resource, Minutes: o.minutes, Score: score, at: w.At,
			}
		})
	}
	out := make([]Effortless, 0, len(best))
	for _, e := range best {
		out = append(out, e)
	}
	slices.SortFunc(out, func(a, b Effortless) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Person.Name, b.Person.Name),
			slices.Compare(a.Person.ID[:], b.Person.ID[:]))
	})
	out = out[:min(len(out), most)]
	p := v.Printer()
	for i := range out {
		e := &out[i]
		e.Why = p.T("%s cares about: %s. You have this at hand.", e.Person.Name, e.Wish)
		if e.Need {
			e.Why = p.T("%s looks for: %s. You noted it %s, and have this at hand.", e.Person.Name, e.Wish,
				p.Ago(e.at, v.Now))
		}
	}
	return out, nil
}
