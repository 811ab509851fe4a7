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
	"gave.network/internal/skilled"
	"gave.network/internal/tact"
	"gave.network/internal/text"
	"gave.network/internal/text/fit"
	"gave.network/internal/tie"
)

// match is somebody who is looked for, and somebody who may be that: the viewer knows them, or knows who knows them.
type match struct {
	wish    room.Knowledge
	helper  people.Ref
	through people.Ref // who knows the helper; zero when the viewer does
	line    string     // what speaks for the helper
	fit     float64
	tie     float64 // with the helper, or with who knows them
	worth   float64 // by which matches are compared
}

// asked is who is asked first whether they would: the helper, or who knows the helper.
func (m match) asked() id.ID {
	if m.through.ID.IsZero() {
		return m.helper.ID
	}
	return m.through.ID
}

const (
	// openFor is how long a need is met without asking first whether it is still one.
	openFor = 120 * 24 * time.Hour

	// surely is how well somebody fits who is worth the time of two: who does something in general, or another kind of
	// it, is not what is looked for.
	surely = 0.8

	// heardWithin is how long ago the last contact may be with who is asked to help.
	heardWithin = 365 * 24 * time.Hour

	// mostWeighed is of how many matches it is looked how likely somebody says yes.
	mostWeighed = 60

	// mostFriends is through how many of those whom the viewer knows best somebody further away is looked for.
	mostFriends = 40

	// hardlyMet is up to how many contacts somebody counts as one whom the viewer does not know.
	hardlyMet = 4
)

// Weigh sets who says how likely people are to do the viewer a favour; once, when the program is built.
func (s *Service) Weigh(willing room.Willing) { s.willing = willing }

// stale says whether something was needed so long ago that it is asked after first.
func stale(w room.Knowledge, now time.Time) bool { return w.Need && now.Sub(w.At) > openFor }

// seeking is somebody who looks for somebody, with what they need.
type seeking struct {
	wish room.Knowledge
	need fit.Need
}

// seekers are those who look for a person, as far as it is known and not long ago.
func seekers(wishes []room.Knowledge, needs map[string]*wanted, now time.Time) []seeking {
	var out []seeking
	for _, w := range wishes {
		of := needs[w.Text]
		if !w.Need || of.delicate || stale(w, now) {
			continue
		}
		// What no means is told of is met by a person when it is a skill: "our newsletter".
		if need := of.need; need.Means == fit.Person && !need.Empty() || need.Means == "" && need.Named() {
			out = append(out, seeking{w, need})
		}
	}
	return out
}

// wanted is what a wish says of what would meet it.
type wanted struct {
	need     fit.Need
	delicate bool
}

// matching is what matches are found in.
type matching struct {
	profiles map[id.ID]*people.Profile
	offers   map[string]fit.Offer
	ties     map[id.ID]tie.State
	view     *tie.View
	doubles  people.Doubles
}

// can returns the line of somebody's work or tags that meets a need best, and how well; empty when none surely does. A
// note is about what happened once, and where somebody works, or worked, says little of what they do.
func (x *matching) can(p *people.Profile, need *fit.Need) (line string, much float64) {
	for _, l := range p.Lines {
		if !l.At().IsZero() || l.Text == p.Organisation || tact.Delicate(l.Text) {
			continue
		}
		if met := need.Met(x.offers[l.Text]); met >= surely && met > much {
			line, much = strings.TrimSpace(l.Text), met
		}
	}
	return line, much
}

// strangers says whether nothing speaks for that two people know each other, under any entry that may be theirs.
func (x *matching) strangers(a, b id.ID) bool {
	for _, one := range x.doubles.Of(a) {
		for _, other := range x.doubles.Of(b) {
			first, second := x.profiles[one], x.profiles[other]
			if one == other || first != nil && second != nil && first.Organisation != "" &&
				text.Fold(first.Organisation) == text.Fold(second.Organisation) {
				return false
			}
			n, known := x.view.Number(one)
			m, also := x.view.Number(other)
			if known && also && x.view.Graph.HasEdge(n, m) {
				return false
			}
		}
	}
	return true
}

// named says whether somebody can be named in a letter: alive, and known by more than initials.
func named(p *people.Profile) bool { return p != nil && !p.Died && text.Familiar(p.Person.Name) }

// near are those whom the viewer knows at least moderately and of whom something was heard not too long ago, the
// nearest first: of others it is not known whether they would.
func (x *matching) near(now time.Time) []id.ID {
	var out []id.ID
	for key, state := range x.ties {
		if named(x.profiles[key]) && tie.Strength(state.Peak) >= tie.ModerateFrom &&
			tie.Strength(state.IntensityAt(now)) >= tie.ModerateFrom/3 &&
			now.Sub(time.UnixMicro(state.AsOf)) <= heardWithin {
			out = append(out, key)
		}
	}
	slices.SortFunc(out, func(a, b id.ID) int {
		return cmp.Or(cmp.Compare(x.ties[b].IntensityAt(now), x.ties[a].IntensityAt(now)), a.Compare(b))
	})
	return out
}

// direct matches those who look for somebody with whom the viewer knows.
func (x *matching) direct(looking []seeking, now time.Time) []match {
	var out []match
	for _, key := range x.near(now) {
		profile := x.profiles[key]
		for i := range looking {
			w := looking[i].wish
			line, much := x.can(profile, &looking[i].need)
			if line != "" && w.Person != key && x.profiles[w.Person] != nil && x.strangers(w.Person, key) {
				strength := tie.Strength(x.ties[key].Peak)
				out = append(out, match{
					wish: w, helper: profile.Person, line: line, fit: much, tie: strength, worth: much * strength,
				})
			}
		}
	}
	return out
}

// further matches those for whom the viewer knows nobody with whom somebody knows whom the viewer knows well.
func (x *matching) further(v op.Viewer, looking []seeking) []match {
	hardly := func(person id.ID) bool {
		return !slices.ContainsFunc(x.doubles.Of(person), func(entry id.ID) bool {
			return x.ties[entry].Interactions > hardlyMet
		})
	}
	var out []match
	near := x.near(v.Now)
	for _, friend := range near[:min(len(near), mostFriends)] {
		strength := tie.Strength(x.ties[friend].IntensityAt(v.Now))
		node, known := x.view.Number(friend)
		if !known || strength < tie.ModerateFrom {
			continue
		}
		weights := x.view.Graph.Weights(node)
		for k, n := range x.view.Graph.Neighbors(node) {
			key := x.view.IDs[n]
			profile := x.profiles[key]
			if weights.At(k) < tie.ModerateFrom || key == v.Person || !named(profile) || !hardly(key) {
				continue
			}
			for i := range looking {
				w := looking[i].wish
				line, much := x.can(profile, &looking[i].need)
				if line != "" && w.Person != key && w.Person != friend && x.profiles[w.Person] != nil &&
					x.strangers(w.Person, key) {
					out = append(out, match{
						wish: w, helper: profile.Person, through: x.profiles[friend].Person, line: line, fit: much,
						tie: strength, worth: much * strength * weights.At(k),
					})
				}
			}
		}
	}
	return out
}

// matches finds, for those who look for somebody, who of the viewer's own acquaintances is that, as their work or tags
// say, or who is known to one of these. The best fit of who is likeliest to say yes comes first; for each who looks
// there is one, and nobody is asked twice.
func (s *Service) matches(ctx context.Context, v op.Viewer, wishes []room.Knowledge) ([]match, error) {
	needs, err := s.needsOf(ctx, v, wishes)
	if err != nil {
		return nil, err
	}
	looking := seekers(wishes, needs, v.Now)
	if len(looking) == 0 || v.Person.IsZero() {
		return nil, nil
	}
	var x matching
	if x.profiles, err = s.network.Profiles(ctx, v); err != nil {
		return nil, err
	}
	if x.offers, err = skilled.Offers(ctx, s.network, v); err != nil {
		return nil, err
	}
	if x.ties, err = s.network.OwnTies(ctx, v); err != nil {
		return nil, err
	}
	if x.view, err = s.network.View(ctx, v); err != nil {
		return nil, err
	}
	if x.doubles, err = s.network.Doubles(ctx, v); err != nil {
		return nil, err
	}
	taken := map[id.ID]bool{}
	out, err := s.likeliest(ctx, v, &x, x.direct(looking, v.Now), taken)
	if err != nil {
		return nil, err
	}
	looking = slices.DeleteFunc(looking, func(l seeking) bool { return taken[l.wish.Person] })
	far, err := s.likeliest(ctx, v, &x, x.further(v, looking), taken)
	return append(out, far...), err
}

// likeliest orders matches by how well they fit and how likely who is asked says yes, and keeps of each person one.
// Those who work at one place know each other.
func (s *Service) likeliest(
	ctx context.Context, v op.Viewer, x *matching, list []match, taken map[id.ID]bool,
) ([]match, error) {
	order := func() {
		slices.SortFunc(list, func(a, b match) int {
			return cmp.Or(cmp.Compare(b.worth, a.worth), a.wish.Person.Compare(b.wish.Person),
				a.helper.ID.Compare(b.helper.ID), a.through.ID.Compare(b.through.ID),
				cmp.Compare(a.wish.Text, b.wish.Text))
		})
	}
	order()
	list = list[:min(len(list), mostWeighed)]
	if len(list) == 0 {
		return nil, nil
	}
	var asked, both []id.ID
	for _, m := range list {
		asked, both = append(asked, m.asked()), append(both, m.wish.Person, m.helper.ID)
	}
	places, err := s.network.Workplaces(ctx, v, x.doubles, unique(both))
	if err != nil {
		return nil, err
	}
	list = slices.DeleteFunc(list, func(m match) bool {
		return slices.ContainsFunc(places[m.wish.Person], func(at id.ID) bool {
			return slices.Contains(places[m.helper.ID], at)
		})
	})
	if s.willing != nil {
		chances, err := s.willing(ctx, v, unique(asked))
		if err != nil {
			return nil, err
		}
		for i := range list { // a chance says how near they are, and more
			list[i].worth = list[i].worth / list[i].tie * chances[list[i].asked()]
		}
		order()
	}
	return slices.DeleteFunc(list, func(m match) bool {
		if taken[m.wish.Person] || taken[m.helper.ID] || taken[m.asked()] {
			return true
		}
		taken[m.wish.Person], taken[m.helper.ID], taken[m.asked()] = true, true, true
		return false
	}), nil
}

func unique(list []id.ID) []id.ID {
	list = slices.Clone(list)
	slices.SortFunc(list, id.ID.Compare)
	return slices.Compact(list)
}
