package people

import (
	"context"
	"slices"
	"strings"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/scope"
	"gave.network/internal/tact"
	"gave.network/internal/text"
)

// PlainProfiles are Profiles as they are said to be: of all rows, one after the other.
func (s *Store) PlainProfiles(ctx context.Context, v op.Viewer) (map[id.ID]*Profile, error) {
	type person struct {
		ID, Merged                id.ID
		Name, Title, Organisation string
	}
	people, err := db.Select[person](ctx, s.db, `select p.id, p.merged, p.name, p.title, p.organisation from person p
		where `+scope.Seen("p")+` order by p.id`, scope.Args(v)...)
	out, bearer := map[id.ID]*Profile{}, map[id.ID]id.ID{}
	for _, p := range people {
		if bearer[p.ID] = p.Merged; p.Merged.IsZero() {
			bearer[p.ID] = p.ID
			out[p.ID] = &Profile{Person: Ref{p.ID, p.Name}, Organisation: p.Organisation}
		}
	}
	add := func(of id.ID, line string, at int64, tag bool, delicate func(string) bool) {
		p := out[bearer[of]]
		if p == nil || line == " " || tactful(line, delicate) == "" ||
			slices.ContainsFunc(p.Lines, func(x ProfileLine) bool { return x.Text == line }) {
			return
		}
		p.Lines = append(p.Lines, lineOf(line, at, tag))
	}
	for _, themselves := range []bool{true, false} {
		for _, p := range people {
			if p.Merged.IsZero() == themselves {
				add(p.ID, p.Title, 0, false, tact.DelicateTitle)
				add(p.ID, p.Organisation, 0, false, tact.DelicateTitle)
			}
		}
	}
	for _, lines := range []struct {
		query    string
		args     []any
		delicate func(string) bool
		dies     bool
	}{
		{`select person, title || ' ' || department as body, 0 as at from person_role where space = $1
			order by person, from_day, title, organisation`, []any{v.Space}, tact.DelicateTitle, false},
		{
			`select person, tag as body, 0 as at from person_tag where space = $1 and owner = $2 order by person, tag`,
			[]any{v.Space, v.Member},
			tact.DelicateTag, true,
		},
		{
			`select x.person, x.body, x.at from note x where ` + scope.Seen("x") + ` order by x.person, x.at, x.id`,
			scope.Args(v), tact.Delicate, true,
		},
	} {
		rows, more := db.Select[struct {
			Person id.ID
			Body   string
			At     int64
		}](ctx, s.db, lines.query, lines.args...)
		if err == nil {
			err = more
		}
		for _, r := range rows {
			add(r.Person, r.Body, r.At, strings.Contains(lines.query, "person_tag"), lines.delicate)
			if p := out[bearer[r.Person]]; p != nil && lines.dies && tact.Died(r.Body) {
				p.Died = true
			}
		}
	}
	return out, err
}

// Named are what people are called: the name, the nickname, and the place in the list of whom they were found to be, -1
// for those who stand for themselves.
type Named struct {
	Name, Nickname string
	Merged         int
}

// NamesHold says whether somebody of the list may be called by all the words.
func NamesHold(list []Named, words []string) bool {
	e := &Everybody{people: map[id.ID]*Entry{}, aliases: map[id.ID][]id.ID{}, nicknames: map[id.ID]string{}}
	keys := make([]id.ID, len(list))
	for i := range list {
		keys[i] = id.New()
	}
	for i, p := range list {
		e.people[keys[i]] = &Entry{Ref: Ref{ID: keys[i], Name: p.Name}, Folded: text.Fold(p.Name)}
		if p.Nickname != "" {
			e.nicknames[keys[i]] = text.Fold(p.Nickname)
		}
		if p.Merged >= 0 {
			e.people[keys[i]].Merged = keys[p.Merged]
			e.aliases[keys[p.Merged]] = append(e.aliases[keys[p.Merged]], keys[i])
		}
	}
	return hasLine(e.nameLines(), words)
}
