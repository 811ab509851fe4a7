package people

import (
	"context"
	"slices"
	"strings"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/scope"
	"gave.network/internal/text"
)

// OrganisationSummary is an organisation as lists show it.
type OrganisationSummary struct {
	ID     id.ID  `json:"id"`
	Name   string `json:"name"`
	People int    `json:"people" doc:"how many people you know who work or worked there"`
}

// OrganisationQuery says which organisations to list.
type OrganisationQuery struct {
	Query  string `json:"query,omitempty" doc:"a part of the name" maxLength:"200"`
	Limit  int    `json:"limit,omitempty" doc:"how many at most" default:"50" minimum:"1" maximum:"1000"`
	Offset int    `json:"offset,omitempty" doc:"how many to pass over" minimum:"0"`
}

// OrganisationList is one page of organisations.
type OrganisationList struct {
	Organisations []OrganisationSummary `json:"organisations"`
	More          bool                  `json:"more" doc:"there are more after these"`
}

// Organisations returns the organisations that the viewer may see, those with most people first. Several members may
// keep an organisation of the same name: it is listed once.
func (s *Store) Organisations(ctx context.Context, v op.Viewer, query OrganisationQuery) (OrganisationList, error) {
	if query.Limit <= 0 || query.Limit > 1000 {
		query.Limit = 50
	}
	return s.organisations(ctx, v, query)
}

// EveryOrganisation lists all organisations at once.
func (s *Store) EveryOrganisation(ctx context.Context, v op.Viewer) (OrganisationList, error) {
	return s.organisations(ctx, v, OrganisationQuery{Limit: everything})
}

func (s *Store) organisations(ctx context.Context, v op.Viewer, query OrganisationQuery) (OrganisationList, error) {
	all, err := s.allOrganisations(ctx, v)
	list := OrganisationList{Organisations: []OrganisationSummary{}}
	part, passed := text.Fold(query.Query), 0
	for _, o := range all {
		switch {
		case !strings.Contains(o.folded, part):
		case passed < query.Offset:
			passed++
		case len(list.Organisations) == query.Limit:
			list.More = true
			return list, err
		default:
			list.Organisations = append(list.Organisations, o.OrganisationSummary)
		}
	}
	return list, err
}

// foldedOrganisation is an organisation with its name as it is looked for.
type foldedOrganisation struct {
	OrganisationSummary
	folded string
}

// allOrganisations are all organisations that the viewer may see, those with most people first. They are kept.
func (s *Store) allOrganisations(ctx context.Context, v op.Viewer) ([]foldedOrganisation, error) {
	return db.Keep(ctx, s.db, scope.Kept(v, "organisations"), []string{"organisation", "person_role", "person"},
		func(ctx context.Context, _ []foldedOrganisation, _ db.Change) ([]foldedOrganisation, error) {
			rows, err := db.Select[struct {
				Folded string
				Name   string
				People int
			}](ctx, s.db, `
				select o.folded, min(o.name) as name, count(distinct case when p.merged > $4 then p.merged
				else p.id end) as people
				from organisation o
				left join person_role r on r.space = o.space and r.organisation = o.id
				left join person p on p.space = r.space and p.id = r.person and (p.owner = $2 or p.visibility >= $3)
				where `+scope.Seen("o")+` group by o.folded order by people desc, o.folded`, scope.Args(v, id.Zero)...)
			if err != nil {
				return nil, err
			}
			found, err := db.Select[struct {
				ID     id.ID
				Folded string
			}](ctx, s.db, `select o.id, o.folded from organisation o where `+scope.Seen("o")+` order by o.id desc`,
				scope.Args(v)...)
			keys := make(map[string]id.ID, len(rows))
			for _, f := range found {
				keys[f.Folded] = f.ID // the oldest comes last
			}
			out := make([]foldedOrganisation, len(rows))
			for i, r := range rows {
				out[i] = foldedOrganisation{OrganisationSummary{keys[r.Folded], r.Name, r.People}, r.Folded}
			}
			return out, err
		})
}

// OrganisationDetail is an organisation with the people of it.
type OrganisationDetail struct {
	OrganisationSummary
	Present []OrganisationMember `json:"present" doc:"who works there, the strongest tie first"`
	Former  []OrganisationMember `json:"former" doc:"who worked there"`
	Details []string             `json:"details" doc:"what your address books say of it, a line each"`
}

// OrganisationMember is a person with the role in an organisation.
type OrganisationMember struct {
	PersonSummary
	In Role `json:"in" doc:"the role in this organisation"`
}

// StandsAlone is the line that an organisation has which is kept for its own sake, whoever is known there.
const StandsAlone = "KIND:org"

// shownMembers is how many people the detail of an organisation lists.
const shownMembers = 1000

// Organisation returns an organisation that the viewer may see, named by its id or its name.
func (s *Store) Organisation(ctx context.Context, v op.Viewer, reference string) (OrganisationDetail, error) {
	folded := text.Fold(reference)
	if key, err := id.Parse(reference); err == nil {
		if folded, err = db.Value[string](ctx, s.db,
			`select o.folded from organisation o where `+scope.Seen("o")+` and o.id = $4`, scope.Args(v, key)...); err != nil {
			return OrganisationDetail{}, err
		}
	}
	same, err := db.Select[struct {
		ID   id.ID
		Name string
		Rest string
	}](ctx, s.db, `select o.id, o.name, o.rest from organisation o
		where `+scope.Seen("o")+` and o.folded = $4 order by o.id`,
		scope.Args(v, folded)...)
	if err != nil {
		return OrganisationDetail{}, err
	}
	if len(same) == 0 {
		return OrganisationDetail{}, fault.New(fault.NotFound, "No organisation here is called %q.", reference).
			WithHint("Look the name up with gave organisations list --query.")
	}
	out := OrganisationDetail{
		OrganisationSummary: OrganisationSummary{ID: same[0].ID, Name: same[0].Name}, Present: []OrganisationMember{},
		Former:  []OrganisationMember{},
		Details: []string{},
	}
	var keys []id.ID
	for _, o := range same {
		keys = append(keys, o.ID)
		for line := range strings.SplitSeq(o.Rest, "\n") {
			if line != "" && line != StandsAlone && !slices.Contains(out.Details, line) {
				out.Details = append(out.Details, line)
			}
		}
	}
	in, args := db.In(5, keys)
	rows, err := db.Select[struct {
		Person     id.ID
		Title      string
		Department string
		From       string
		Until      string
	}](ctx, s.db, `select case when p.merged > $4 then p.merged
		else p.id end as person, r.title, r.department, r.from_day as "from", r.until_day as "until"
		from person_role r join person p on p.space = r.space and p.id = r.person
		where `+scope.Seen("p")+` and r.organisation in (`+in+`)
		order by case when r.until_day = '' then 0
		else 1 end, r.from_day desc, r.title limit `+db.Placeholder(5+len(args)),
		scope.Args(v, append(append([]any{id.Zero}, args...), shownMembers)...)...)
	if err != nil {
		return out, err
	}
	var people []id.ID
	roles := map[id.ID]Role{}
	for _, r := range rows {
		if _, ok := roles[r.Person]; !ok { // the present role, or the last
			people = append(people, r.Person)
			roles[r.Person] = Role{out.Name, out.ID, r.Title, r.Department, r.From, r.Until}
		}
	}
	summaries, err := s.Summaries(ctx, v, people)
	if err != nil {
		return out, err
	}
	slices.SortStableFunc(summaries, func(a, b PersonSummary) int {
		switch {
		case a.Strength > b.Strength:
			return -1
		case a.Strength < b.Strength:
			return 1
		}
		return strings.Compare(a.Name, b.Name)
	})
	for _, p := range summaries {
		if role := roles[p.ID]; role.Until == "" {
			out.Present = append(out.Present, OrganisationMember{p, role})
		} else {
			out.Former = append(out.Former, OrganisationMember{p, role})
		}
	}
	out.People = len(summaries)
	return out, nil
}
