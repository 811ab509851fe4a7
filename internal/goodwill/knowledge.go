package goodwill

import (
	"context"
	"time"

	"gave.network/internal/goodwill/chance"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/room"
)

// Knowledge tells what people care about.
func (s *Service) Knowledge(ctx context.Context, v op.Viewer) ([]room.Knowledge, error) {
	facts, err := s.Facts(ctx, v, id.Zero, "", false, room.MostKnowledge)
	if err != nil {
		return nil, err
	}
	var out []room.Knowledge
	for _, f := range facts {
		if f.Kind != Need && !f.delicate() { // who needs a thing is not who has it
			out = append(out, f.knowledge())
		}
	}
	return out, nil
}

// Wishes tells what people need and like that may lead to a proposal: nothing delicate, and nothing that has passed by
// now.
func (s *Service) Wishes(ctx context.Context, v op.Viewer) ([]room.Knowledge, error) {
	facts, err := s.openFacts(ctx, v)
	if err != nil {
		return nil, err
	}
	old := map[Kind]time.Time{Need: v.Now.AddDate(-1, 0, 0), Interest: v.Now.AddDate(-4, 0, 0)}
	var out []room.Knowledge
	for _, f := range facts {
		if since, is := old[f.Kind]; is && f.At.After(since) && f.Person.ID != v.Person {
			out = append(out, f.knowledge())
		}
	}
	return out, nil
}

// Lines says what occupies each of some people: what they need, else the newest that they told. What is delicate is not
// for a list, which others may see over a shoulder.
func (s *Service) Lines(ctx context.Context, v op.Viewer, list []id.ID) (map[id.ID]string, error) {
	records, stands, err := s.network.Records(ctx, v, list)
	if err != nil || len(records) == 0 {
		return nil, err
	}
	rows, err := s.openRows(ctx, v, records)
	if err != nil {
		return nil, err
	}
	out, needs := map[id.ID]string{}, map[id.ID]bool{}
	for _, r := range rows {
		f, person := r.fact(people.Ref{}), stands[r.Person]
		need := f.Kind == Need && f.At.After(v.Now.Add(-needFresh))
		if out[person] != "" && (needs[person] || !need) || f.delicate() {
			continue
		}
		if out[person], needs[person] = f.Body, need; need {
			out[person] = v.Printer().T("looks for %s", f.Body)
		}
	}
	return out, nil
}

// Favours tells what small favours the viewer asked of people.
func (s *Service) Favours(ctx context.Context, v op.Viewer) ([]room.Knowledge, error) {
	list, err := s.outcomes(ctx, v)
	out := make([]room.Knowledge, len(list))
	for i, o := range list {
		out[i] = room.Knowledge{Person: o.person, Text: o.What, At: o.At}
	}
	return out, err
}

// Willing says how much likelier than others somebody is to do a small favour, as their answers to the viewer's show up
// to v.Now: 1 for no answers, and for who is not among them. Of what is not known yet four answers are assumed, as many
// yes as no; old answers fade.
func (s *Service) Willing(ctx context.Context, v op.Viewer) (map[id.ID]float64, error) {
	list, err := s.outcomes(ctx, v)
	answers := map[id.ID][]chance.Answer{}
	for _, o := range list {
		answers[o.person] = append(answers[o.person],
			chance.Answer{Yes: o.Yes, DaysAgo: v.Now.Sub(o.At).Hours() / 24, Weight: 1})
	}
	const even = 0.5
	out := make(map[id.ID]float64, len(answers))
	for who, all := range answers {
		yes, no := chance.Posterior(even, all)
		out[who] = yes / (yes + no) / even
	}
	return out, err
}

func (f Fact) knowledge() room.Knowledge {
	return room.Knowledge{Person: f.Person.ID, Name: f.Person.Name, Text: f.Body, At: f.At, Need: f.Kind == Need}
}
