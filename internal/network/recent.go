package network

import (
	"context"
	"slices"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/op"
)

// Recent returns the newest interactions before a moment that the viewer may see, at most limit, in the order of time,
// each with those of its participants whom the viewer may see; a merged person under the one it was found to be.
func (s *Store) Recent(ctx context.Context, v op.Viewer, before time.Time, limit int) ([]Interaction, error) {
	rows, err := db.Select[struct {
		ID       id.ID
		Medium   int
		Time     int64
		Title    string
		People   int
		Source   string
		External id.ID
		ReplyTo  id.ID
	}](ctx, s.db, `select i.id, i.medium, i.time, i.title, i.people, i.source, i.external, i.reply_to from interaction i
		where `+seen("i")+` and i.time < $4 order by i.time desc, i.id desc limit $5`,
		scope(v, before.UnixMicro(), limit)...)
	if err != nil {
		return nil, err
	}
	slices.Reverse(rows)
	out := make([]Interaction, len(rows))
	place := make(map[id.ID]int, len(rows))
	keys := make([]id.ID, len(rows))
	for i, r := range rows {
		out[i] = Interaction{
			ID: r.ID, Medium: media[r.Medium].medium, Time: r.Time, Title: r.Title, People: r.People, Source: r.Source,
			External: r.External, ReplyTo: r.ReplyTo,
		}
		place[r.ID], keys[i] = i, r.ID
	}
	for _, chunk := range db.Chunks(keys) {
		in, args := db.In(4, chunk)
		people, err := db.Select[struct {
			Interaction id.ID
			Person      id.ID
			Merged      id.ID
			Role        ParticipantRole
		}](ctx, s.db, `select x.interaction, x.person, p.merged, x.role from participant x
			join person p on p.space = x.space and p.id = x.person
			where x.space = $1 and x.interaction in (`+in+`) and `+seen("p"), scope(v, args...)...)
		if err != nil {
			return nil, err
		}
		for _, p := range people {
			if !p.Merged.IsZero() {
				p.Person = p.Merged
			}
			e := &out[place[p.Interaction]]
			if !slices.ContainsFunc(e.Participants, func(x Participant) bool { return x.Person == p.Person }) {
				e.Participants = append(e.Participants, Participant{p.Person, p.Role})
			}
		}
	}
	for i := range out {
		slices.SortFunc(out[i].Participants, func(a, b Participant) int {
			if a.Role != b.Role {
				return int(a.Role - b.Role)
			}
			return id.ID.Compare(a.Person, b.Person)
		})
	}
	return out, nil
}

// Profile is what is on record of what a person does and knows: each line with the moment it was noted, zero when it is
// not known.
type Profile struct {
	Person       Ref
	Organisation string
	Lines        []ProfileLine
}

// ProfileLine is one line of a profile.
type ProfileLine struct {
	Text string
	At   time.Time
}

// Profiles returns the profiles of all people that the viewer may see, by the person that stands for them: work, roles,
// tags and notes.
func (s *Store) Profiles(ctx context.Context, v op.Viewer) (map[id.ID]*Profile, error) {
	people, err := db.Select[struct {
		ID, Merged                       id.ID
		Name, Title, Organisation, Place string
	}](ctx, s.db,
		`select p.id, p.merged, p.name, p.title, p.organisation, p.place from person p where `+seen("p"), scope(v)...)
	if err != nil {
		return nil, err
	}
	out := make(map[id.ID]*Profile, len(people))
	stands := make(map[id.ID]id.ID, len(people))
	for _, p := range people {
		stands[p.ID] = p.ID
		if !p.Merged.IsZero() {
			stands[p.ID] = p.Merged
			continue
		}
		out[p.ID] = &Profile{Person: Ref{p.ID, p.Name}, Organisation: p.Organisation}
	}
	add := func(person id.ID, line string, at int64) {
		profile := out[stands[person]]
		if profile == nil || line == "" || line == " " {
			return
		}
		if slices.ContainsFunc(profile.Lines, func(x ProfileLine) bool { return x.Text == line }) {
			return
		}
		noted := time.Time{}
		if at > 0 {
			noted = time.UnixMicro(at).UTC()
		}
		profile.Lines = append(profile.Lines, ProfileLine{line, noted})
	}
	for _, p := range people {
		add(p.ID, p.Title, 0)
		add(p.ID, p.Organisation, 0)
	}
	type line struct {
		Person id.ID
		Body   string
		At     int64
	}
	for _, query := range []string{
		`select x.person, x.title || ' ' || x.department as body, 0 as at from person_role x
			join person p on p.space = x.space and p.id = x.person
			where x.space = $1 and ` + seen("p") + ` order by x.person, x.from_day, x.title`,
		`select x.person, x.tag as body, 0 as at from person_tag x join person p on p.space = x.space
			and p.id = x.person where x.space = $1 and x.owner = $2 and ` + seen("p") + ` order by x.person, x.tag`,
		`select x.person, x.body, x.at from note x where ` + seen("x") + ` order by x.person, x.at, x.id`,
	} {
		lines, err := db.Select[line](ctx, s.db, query, scope(v)...)
		if err != nil {
			return nil, err
		}
		for _, l := range lines {
			add(l.Person, l.Body, l.At)
		}
	}
	return out, nil
}

// Places returns where people live or work, by the person that stands for them; those without a place are left out.
func (s *Store) Places(ctx context.Context, v op.Viewer) (map[id.ID]string, error) {
	rows, err := db.Select[struct {
		ID    id.ID
		Place string
	}](ctx, s.db, `select p.id, p.place from person p where `+seen("p")+` and p.place <> '' and p.merged = $4
		order by p.id`, scope(v, id.Zero)...)
	if err != nil {
		return nil, err
	}
	out := make(map[id.ID]string, len(rows))
	for _, r := range rows {
		out[r.ID] = r.Place
	}
	return out, nil
}
