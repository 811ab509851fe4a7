package people

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/scope"
	"gave.network/internal/tact"
	"gave.network/internal/tie"
)

// Doing is what somebody did, as the viewer may see it: a role that they took up, or something they took part in.
type Doing struct {
	Person id.ID
	At     time.Time // of a role the first day that it may have begun
	Role   bool
	Text   string // the role and where, or what it was called; nothing delicate
}

// Since returns what some people did after a moment that each has, the newest first: roles that they took up, and what
// they took part in, of what the viewer may see. What has no title or no day is left out, and so is what is delicate.
func (s *Store) Since(ctx context.Context, v op.Viewer, after map[id.ID]time.Time) ([]Doing, error) {
	everybody, err := s.Everybody(ctx, v)
	if err != nil {
		return nil, err
	}
	bearer, names := map[id.ID]id.ID{}, []id.ID{}
	for person := range after {
		for _, name := range everybody.Names(person) {
			bearer[name] = person
			names = append(names, name)
		}
	}
	slices.SortFunc(names, id.ID.Compare)
	var out []Doing
	for _, chunk := range db.Chunks(names) {
		in, args := db.In(4, chunk)
		roles, err := db.Select[struct {
			Person               id.ID
			Title, Name, FromDay string
		}](ctx, s.db, `select r.person, r.title, o.name, r.from_day from person_role r
			join person p on p.space = r.space and p.id = r.person
			join organisation o on o.space = r.space and o.id = r.organisation
			where `+scope.Seen("p")+` and r.from_day <> '' and r.person in (`+in+`)
			order by r.person, r.from_day, o.name, r.title`, scope.Args(v, args...)...)
		if err != nil {
			return nil, err
		}
		for _, r := range roles {
			begun, known := begin(r.FromDay)
			text := strings.Trim(r.Title+", "+r.Name, ", ")
			if known && begun.After(after[bearer[r.Person]]) && !begun.After(v.Now) && text != "" &&
				!tact.DelicateTitle(r.Title) && !tact.DelicateTitle(r.Name) {
				out = append(out, Doing{bearer[r.Person], begun, true, text})
			}
		}
		in, args = db.In(6, chunk)
		events, err := db.Select[struct {
			Person id.ID
			Title  string
			Time   int64
		}](ctx, s.db, `select distinct f.person, i.title, i.time from participant f
			join interaction i on i.space = f.space and i.id = f.interaction
			where `+scope.Seen("i")+` and i.medium = $4 and i.time <= $5 and i.title <> '' and f.role < 3
			and f.person in (`+in+`) order by f.person, i.time desc, i.title`,
			scope.Args(v, append([]any{tie.FaceToFace.Number(), v.Now.UnixMicro()}, args...)...)...)
		if err != nil {
			return nil, err
		}
		for _, e := range events {
			at := time.UnixMicro(e.Time).UTC()
			if at.After(after[bearer[e.Person]]) && !tact.Delicate(e.Title) {
				out = append(out, Doing{bearer[e.Person], at, false, e.Title})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Doing) int {
		return cmp.Or(b.At.Compare(a.At), a.Person.Compare(b.Person), cmp.Compare(a.Text, b.Text))
	})
	return out, nil
}

// begin is the first day that a day, month or year may mean.
func begin(day string) (time.Time, bool) {
	for _, layout := range []string{time.DateOnly, "2006-01", "2006"} {
		if at, err := time.Parse(layout, day); err == nil {
			return at, true
		}
	}
	return time.Time{}, false
}
