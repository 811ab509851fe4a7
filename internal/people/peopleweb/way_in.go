package peopleweb

import (
	"context"
	"net/url"

	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/page"
	"gave.network/internal/people"
	"gave.network/internal/people/around"
	"gave.network/internal/text"
	"gave.network/internal/tie"
)

// wayIn is the page of an organisation: who of it lets the viewer in.
type wayIn struct {
	people.OrganisationDetail
	ties   []inside // whom the viewer is in touch with there, the strongest first
	others []inside // whom the viewer only knows of
	former []inside
	around page.EgoPicture
	writes bool // the viewer is a member, who may note and ask
}

// inside is somebody in an organisation.
type inside struct {
	people.OrganisationMember
	times   int        // how many people of this name are kept there
	through people.Ref // who can introduce the viewer best; zero when nobody is known to
	dead    bool
}

// shownInside is how many people of an organisation a part of its page shows.
const shownInside = 30

// wayIn looks who lets the viewer in.
func (p pages) wayIn(ctx context.Context, v op.Viewer, o people.OrganisationDetail) (wayIn, error) {
	out := wayIn{OrganisationDetail: o, writes: v.Role >= op.Member}
	dead, err := p.Deceased(ctx, v)
	if err != nil {
		return out, err
	}
	times := map[string]int{}
	var keys []id.ID
	for _, m := range o.Present {
		keys = append(keys, m.ID)
		name := text.Fold(m.Name)
		times[name]++
		switch one := (inside{OrganisationMember: m, dead: dead[m.ID]}); {
		case times[name] > 1 || m.ID == v.Person:
		case m.Class == "":
			out.others = append(out.others, one)
		default:
			out.ties = append(out.ties, one)
		}
	}
	for _, m := range o.Former {
		name := text.Fold(m.Name)
		if times[name]++; times[name] == 1 && m.ID != v.Person {
			out.former = append(out.former, inside{OrganisationMember: m, dead: dead[m.ID]})
		}
	}
	for _, list := range [][]inside{out.ties, out.others, out.former} {
		for i, m := range list {
			list[i].times = times[text.Fold(m.Name)]
		}
	}
	out.People = len(times)
	if len(keys) == 0 {
		return out, nil
	}
	if out.around, err = around.Of(ctx, p.Store, v, around.Group{
		Key: o.ID.String(), Name: o.Name, Members: keys, One: true,
	}); err != nil {
		return out, err
	}
	return out, p.introducers(ctx, v, out.others, dead)
}

// introducers fills in who can introduce the viewer to each: whoever is tied to both, by the weakest of the two ties.
func (p pages) introducers(ctx context.Context, v op.Viewer, list []inside, dead map[id.ID]bool) error {
	view, err := p.View(ctx, v)
	if err != nil {
		return err
	}
	everybody, err := p.Everybody(ctx, v)
	if err != nil {
		return err
	}
	me, ok := view.Number(v.Person)
	if !ok {
		return nil
	}
	for i := range list[:min(len(list), shownInside)] {
		if node, ok := view.Number(list[i].ID); ok && !list[i].dead {
			list[i].through = bestBetween(view, me, node, everybody, dead)
		}
	}
	return nil
}

// bestBetween returns who is tied to both of two people best.
func bestBetween(view *tie.View, a, b uint32, everybody *people.Everybody, dead map[id.ID]bool) people.Ref {
	var best people.Ref
	most := 0.0
	weights := view.Graph.Weights(b)
	for i, n := range view.Graph.Neighbors(b) {
		w, ok := view.Graph.Weight(a, n)
		if w = min(w, weights.At(i)); !ok || w <= most || dead[view.IDs[n]] {
			continue
		}
		if ref, ok := everybody.Ref(view.IDs[n]); ok {
			best, most = ref, w
		}
	}
	return best
}

// first returns who lets the viewer in best; false when nobody there is in touch with the viewer.
func (o wayIn) first() (inside, bool) {
	for _, m := range o.ties {
		if m.Class != tie.Dormant && !m.dead {
			return m, true
		}
	}
	return inside{}, false
}

// second returns whom of those the viewer does not know somebody can introduce; false when there is nobody.
func (o wayIn) second() (inside, bool) {
	for _, m := range o.others {
		if !m.through.ID.IsZero() {
			return m, true
		}
	}
	return inside{}, false
}

// everybodyThere is the list of all people of the organisation.
func (o wayIn) everybodyThere() string { return "/people?organisation=" + url.QueryEscape(o.Name) }
