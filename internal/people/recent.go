package people

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strconv"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/scope"
	"gave.network/internal/tie"
)

// Recent returns the newest interactions before a moment that the viewer may see, at most limit, in the order of time,
// each with those of its participants whom the viewer may see; a merged person under the one it was found to be. Those
// up to the present are kept.
func (s *Store) Recent(ctx context.Context, v op.Viewer, before time.Time, limit int) ([]tie.Interaction, error) {
	until := before.Truncate(time.Hour).Add(time.Hour) // what is planned within the hour is read along
	if away := time.Since(before); away > time.Hour || away < -time.Hour {
		list, err := s.events(ctx, v, before, limit, nil)
		if err != nil {
			return nil, err
		}
		return s.asSeen(ctx, v, list)
	}
	const planned = 500
	what := " until " + until.UTC().Format(time.RFC3339) + " of " + strconv.Itoa(limit)
	list, err := db.Keep(ctx, s.db, scope.Kept(v, "recent"+what), []string{"interaction", "participant", "person"},
		func(ctx context.Context, _ []tie.Interaction, _ db.Change) ([]tie.Interaction, error) {
			raw, err := db.Keep(ctx, s.db, scope.Kept(v, "events"+what), []string{"interaction", "participant"},
				func(ctx context.Context, old []tie.Interaction, change db.Change) ([]tie.Interaction, error) {
					if !change.Added() {
						old = nil
					}
					return s.events(ctx, v, until, limit+planned, old)
				})
			if err != nil {
				return nil, err
			}
			return s.asSeen(ctx, v, raw)
		})
	if err != nil {
		return nil, err
	}
	end, _ := slices.BinarySearchFunc(list, before.UnixMicro(), func(e tie.Interaction, at int64) int {
		return cmp.Compare(e.Time, at)
	})
	if len(list)-end > planned { // so much is planned that what happened may not all be here
		if list, err = s.events(ctx, v, before, limit, nil); err != nil {
			return nil, err
		}
		return s.asSeen(ctx, v, list)
	}
	return list[max(0, end-limit):end:end], nil
}

// events returns the newest interactions before a moment, in the order of time, with all participants. Those that are
// known are not read again.
func (s *Store) events(
	ctx context.Context, v op.Viewer, before time.Time, limit int, old []tie.Interaction,
) ([]tie.Interaction, error) {
	known := make(map[id.ID]int, len(old))
	for i := range old {
		known[old[i].ID] = i
	}
	newest := ` from interaction i where ` + scope.Seen("i") + ` and i.time < $4 order by i.time desc, i.id desc limit $5`
	args := scope.Args(v, before.UnixMicro(), limit)
	type row struct {
		ID       id.ID
		Medium   int
		Time     int64
		Title    string
		People   int
		Source   string
		External id.ID
		ReplyTo  id.ID
	}
	const columns = `select i.id, i.medium, i.time, i.title, i.people, i.source, i.external, i.reply_to`
	var order []id.ID
	var rows []row
	var err error
	if len(old) == 0 {
		rows, err = db.Select[row](ctx, s.db, columns+newest, args...)
		for _, r := range rows {
			order = append(order, r.ID)
		}
	} else {
		if order, err = db.Values[id.ID](ctx, s.db, `select i.id`+newest, args...); err != nil {
			return nil, err
		}
		fresh := slices.DeleteFunc(slices.Clone(order), func(key id.ID) bool { _, ok := known[key]; return ok })
		for _, chunk := range db.Chunks(fresh) {
			in, more := db.In(2, chunk)
			some, err := db.Select[row](ctx, s.db, columns+` from interaction i where i.space = $1 and i.id in (`+in+`)`,
				append([]any{v.Space}, more...)...)
			if err != nil {
				return nil, err
			}
			rows = append(rows, some...)
		}
	}
	if err != nil {
		return nil, err
	}
	slices.Reverse(order)
	read := make(map[id.ID]*tie.Interaction, len(rows))
	for _, r := range rows {
		read[r.ID] = &tie.Interaction{
			ID: r.ID, Medium: tie.MediumOf(r.Medium), Time: r.Time, Title: r.Title, People: r.People, Source: r.Source,
			External: r.External, ReplyTo: r.ReplyTo,
		}
	}
	if err := s.readParticipants(ctx, v, read, len(old) == 0, newest, args); err != nil {
		return nil, err
	}
	out := make([]tie.Interaction, len(order))
	for i, key := range order {
		if fresh := read[key]; fresh != nil {
			out[i] = *fresh
		} else if at, ok := known[key]; ok {
			out[i] = old[at]
		}
	}
	return out, nil
}

// readParticipants adds who took part to interactions: to all of the query newest at once, or to a few.
func (s *Store) readParticipants(
	ctx context.Context, v op.Viewer, read map[id.ID]*tie.Interaction, all bool, newest string, args []any,
) error {
	type row struct {
		Interaction, Person id.ID
		Role                tie.ParticipantRole
	}
	take := func(rows []row, err error) error {
		for _, r := range rows {
			if e := read[r.Interaction]; e != nil {
				e.Participants = append(e.Participants, tie.Participant{Person: r.Person, Role: r.Role})
			}
		}
		return err
	}
	if all {
		return take(db.Select[row](ctx, s.db, `select x.interaction, x.person, x.role from (select i.id`+newest+
			`) e cross join participant x where x.space = $1 and x.interaction = e.id`, args...))
	}
	for _, chunk := range db.Chunks(slices.Collect(maps.Keys(read))) {
		in, more := db.In(2, chunk)
		if err := take(db.Select[row](ctx, s.db, `select interaction, person, role from participant
			where space = $1 and interaction in (`+in+`)`, append([]any{v.Space}, more...)...)); err != nil {
			return err
		}
	}
	return nil
}

// asSeen returns interactions with those of their participants whom the viewer may see, the strongest role first; a
// merged person under the one it was found to be.
func (s *Store) asSeen(ctx context.Context, v op.Viewer, list []tie.Interaction) ([]tie.Interaction, error) {
	everybody, err := s.Everybody(ctx, v)
	if err != nil {
		return nil, err
	}
	out := slices.Clone(list)
	n := 0
	for i := range out {
		n += len(out[i].Participants)
	}
	room := make([]tie.Participant, 0, n)
	for i := range out {
		begin := len(room)
		for _, x := range out[i].Participants {
			p := everybody.Of(x.Person)
			if p == nil {
				continue
			}
			if !p.Merged.IsZero() {
				x.Person = p.Merged
			}
			room = append(room, x)
		}
		mine := room[begin:]
		slices.SortFunc(mine, func(a, b tie.Participant) int {
			return cmp.Or(cmp.Compare(a.Role, b.Role), a.Person.Compare(b.Person))
		})
		kept := mine[:0]
		for _, x := range mine {
			if !slices.ContainsFunc(kept, func(y tie.Participant) bool { return y.Person == x.Person }) {
				kept = append(kept, x)
			}
		}
		room = room[:begin+len(kept)]
		out[i].Participants = kept[:len(kept):len(kept)]
	}
	return out, nil
}

// Profile is what is on record of what a person does and knows: each line with the moment it was noted, zero when it is
// not known.
type Profile struct {
	Person       Ref
	Organisation string
	Lines        []ProfileLine
	Died         bool // as a note or tag says
}

// ProfileLine is one line of a profile.
type ProfileLine struct {
	Text string
	At   time.Time
}

// Places returns where people live or work, by the person that stands for them; those without a place are left out.
func (s *Store) Places(ctx context.Context, v op.Viewer) (map[id.ID]string, error) {
	everybody, err := s.Everybody(ctx, v)
	if err != nil {
		return nil, err
	}
	out := map[id.ID]string{}
	everybody.EachCanonical(func(p *Entry) {
		if p.Place != "" {
			out[p.ID] = p.Place
		}
	})
	return out, nil
}
