// Package skilled says who of the people whom a viewer sees can or knows something, by their roles, tags and notes.
package skilled

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

// notedCounts is what a note counts that has a day: what happened once is less than what somebody does.
const notedCounts = 0.8

// Holder is somebody who has a skill, with the line that says so.
type Holder struct {
	people.Ref
	Line string
	At   time.Time // when it was noted; zero for a role or a tag
	Fit  float64   // from fit.Floor to 1
}

// Offers returns what each different line of the profiles that the viewer may see says that somebody can. It is kept.
func Offers(ctx context.Context, store *people.Store, v op.Viewer) (map[string]fit.Offer, error) {
	var reader fit.Reader
	return people.ReadLines(ctx, store, v, "skills", reader.OfferOf)
}

// Meeting returns how well each line of the profiles that the viewer may see meets a need, those that do.
func Meeting(ctx context.Context, store *people.Store, v op.Viewer, need fit.Need) (map[string]float64, error) {
	offers, err := Offers(ctx, store, v)
	out := map[string]float64{}
	for line, offer := range offers {
		if much := need.Met(offer); much > 0 {
			out[line] = much
		}
	}
	return out, err
}

// Counts is how much a line counts that meets a need so well: a note that has a day is about what happened once.
func Counts(line people.ProfileLine, much float64) float64 {
	if !line.At().IsZero() {
		much *= notedCounts
	}
	return much
}

// having returns who has what is needed, as their lines say, and how well a line meets it. Nobody has what is delicate.
func having(
	ctx context.Context, store *people.Store, v op.Viewer, what string,
) (map[id.ID]string, func(people.ProfileLine) float64, error) {
	need := fit.NeedOf(what)
	if need.Empty() || tact.DelicateTag(what) {
		return nil, nil, nil
	}
	offers, err := Offers(ctx, store, v)
	if err != nil {
		return nil, nil, err
	}
	met := func(line people.ProfileLine) float64 {
		offer, ok := offers[line.Text]
		if !ok { // noted since
			offer = fit.OfferOf(line.Text)
		}
		return Counts(line, need.Met(offer))
	}
	found, err := store.Saying(ctx, v, "need "+what, func(p *people.Profile, line people.ProfileLine) bool {
		return !p.Died && met(line) >= fit.Floor
	})
	return found, met, err
}

// Lines returns, of those whose work or tags say that they have what is needed, the line that says so. A note is about
// what happened once.
func Lines(ctx context.Context, store *people.Store, v op.Viewer, what string) (map[id.ID]string, error) {
	_, met, err := having(ctx, store, v, what)
	if err != nil || met == nil {
		return nil, err
	}
	return store.Saying(ctx, v, "trade "+what, func(p *people.Profile, line people.ProfileLine) bool {
		return !p.Died && line.At().IsZero() && met(line) >= fit.Floor
	})
}

// Able returns who has what is needed, in no order. The viewer is left out, and who died; nobody has what is delicate.
func Able(ctx context.Context, store *people.Store, v op.Viewer, what string) ([]id.ID, error) {
	found, _, err := having(ctx, store, v, what)
	out := make([]id.ID, 0, len(found))
	for key := range found {
		if key != v.Person {
			out = append(out, key)
		}
	}
	return out, err
}

// Can says whether somebody has what is needed, the viewer too.
func Can(ctx context.Context, store *people.Store, v op.Viewer, person id.ID, what string) (bool, error) {
	found, _, err := having(ctx, store, v, what)
	_, has := found[person]
	return has, err
}

// Holders returns those who are Able, the best first.
func Holders(ctx context.Context, store *people.Store, v op.Viewer, what string) ([]Holder, error) {
	found, met, err := having(ctx, store, v, what)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	profiles, err := store.Profiles(ctx, v)
	if err != nil {
		return nil, err
	}
	var out []Holder
	for key := range found {
		profile := profiles[key]
		if key == v.Person || profile == nil {
			continue
		}
		best := Holder{Ref: profile.Person}
		for _, line := range profile.Lines {
			if much := met(line); much > best.Fit {
				best.Fit, best.Line, best.At = much, line.Text, line.At()
			}
		}
		if best.Fit >= fit.Floor {
			out = append(out, best)
		}
	}
	slices.SortFunc(out, func(a, b Holder) int {
		return cmp.Or(cmp.Compare(b.Fit, a.Fit), cmp.Compare(a.Name, b.Name), a.ID.Compare(b.ID))
	})
	return out, nil
}

// Find returns what finds people by a skill that a search names, also where its words do not stand.
func Find(store *people.Store) room.Finder {
	return func(ctx context.Context, v op.Viewer, query text.Query, most int) ([]room.Found, error) {
		what := strings.Join(query, " ")
		if !fit.NeedOf(what).Named() {
			return nil, nil
		}
		holders, err := Holders(ctx, store, v, what)
		if err != nil {
			return nil, err
		}
		out := room.Found{Title: "Who can do this", Rank: room.FoundElse}
		for _, h := range holders {
			if len(out.Hits) < most && !query.In(h.Name+" "+h.Line) { // else it is found by its words
				out.Hits = append(out.Hits, room.Hit{
					Title: h.Name, Why: strings.Join(strings.Fields(h.Line), " "), Address: "/people/" + h.ID.String(),
					Person: h.ID,
				})
			}
		}
		return []room.Found{out}, nil
	}
}
