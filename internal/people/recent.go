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

// recentTables are what Recent is made of.
var recentTables = []string{"interaction", "participant", "person"}

// Recent returns the newest interactions before a moment that the viewer may see, at most limit, in the order of time,
// each with those of its participants whom the viewer may see; a merged person under the one it was found to be. Those
// up to the present are kept, and those up to the moment at which a viewer stands who looks back.
func (s *Store) Recent(ctx context.Context, v op.Viewer, before time.Time, limit int) ([]tie.Interaction, error) {
	until := before.Truncate(time.Hour).Add(time.Hour) // what is planned within the hour is read along
	if away := time.Since(before); away > time.Hour || away < -time.Hour {
		read := func(ctx context.Context, _ []tie.Interaction, _ db.Change) ([]tie.Interaction, error) {
			list, err := s.events(ctx, v, before, limit, nil)
			if err != nil {
				return nil, err
			}
			return s.asSeen(ctx, v, list)
		}
		if !before.Equal(v.Now) {
			return read(ctx, nil, db.Change{})
		}
		what := "recent at " + before.UTC().Format(time.RFC3339Nano) + " of " + strconv.Itoa(limit)
		return db.Keep(ctx, s.db, scope.Kept(v, what), recentTables, read)
	}
	const planned = 500
	what := " until " + until.UTC().Format(time.RFC3339) + " of " + strconv.Itoa(limit)
	list, err := db.Keep(ctx, s.db, scope.Kept(v, "recent"+what), recentTables,
		func(ctx context.Context, _ []tie.Interaction, _ db.Change) ([]tie.Interaction, error) {
			raw, err := db.KeepList(ctx, s.db, scope.Kept(v, "events"+what), db.List[id.ID, tie.Interaction]{
				Tables:  []string{"interaction", "participant"},
				Key:     func(_ string, row db.RowKey) (id.ID, bool) { return row[0], true },
				Of:      func(e tie.Interaction) id.ID { return e.ID },
				Compare: byTime,
				Read: func(ctx context.Context, keys map[id.ID]bool) ([]tie.Interaction, error) {
					return s.events(ctx, v, until, limit+planned, keys)
				},
				Most: limit + planned,
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

// MessagesTo returns the mails and messages to the viewer between two moments, the later one not included, that bear a
// title, have at most so many people and may be seen by the viewer, in the order of time, with participants as Recent
// has them.
func (s *Store) MessagesTo(
	ctx context.Context, v op.Viewer, since, until time.Time, people int,
) ([]tie.Interaction, error) {
	names, err := s.Cluster(ctx, s.db, v, v.Person)
	if err != nil {
		return nil, err
	}
	in, more := db.In(10, names)
	// From the viewer's own, by a cross join: what all of a space wrote to each other in that time is much more.
	list, err := s.eventsOf(ctx, ` from participant w cross join interaction i
		where i.space = w.space and i.id = w.interaction and w.space = $1 and w.role = $9 and w.person in (`+in+`)
		and w.time >= $4 and w.time < $5
		and `+scope.Seen("i")+` and i.medium in ($6, $7) and i.people <= $8 and i.title <> '' and i.owner = $2`,
		scope.Args(v, append([]any{
			since.UnixMicro(), until.UnixMicro(), tie.Mail.Number(), tie.Message.Number(), people, tie.To,
		}, more...)...))
	if err != nil {
		return nil, err
	}
	slices.SortFunc(list, byTime)
	return s.asSeen(ctx, v, list)
}

// byTime is the order of time.
func byTime(a, b tie.Interaction) int {
	return cmp.Or(cmp.Compare(a.Time, b.Time), a.ID.Compare(b.ID))
}

// events returns the newest interactions before a moment, in the order of time, with all participants: of all, or of
// those with some keys.
func (s *Store) events(
	ctx context.Context, v op.Viewer, before time.Time, limit int, keys map[id.ID]bool,
) (out []tie.Interaction, err error) {
	newest := ` from interaction i where ` + scope.Seen("i") + ` and i.time < $4`
	args := scope.Args(v, before.UnixMicro())
	if keys == nil {
		out, err = s.eventsOf(ctx, newest+` order by i.time desc, i.id desc limit $5`, append(args, limit))
	}
	for _, chunk := range db.Chunks(slices.Collect(maps.Keys(keys))) {
		in, more := db.In(len(args)+1, chunk)
		some, err := s.eventsOf(ctx, newest+` and i.id in (`+in+`)`, slices.Concat(args, more))
		if err != nil {
			return nil, err
		}
		out = append(out, some...)
	}
	slices.SortFunc(out, byTime)
	return out, err
}

// eventsOf returns the interactions of a query, whose first argument is the space, with all participants.
func (s *Store) eventsOf(ctx context.Context, from string, args []any) ([]tie.Interaction, error) {
	rows, err := db.Select[struct {
		ID       id.ID
		Medium   int
		Time     int64
		Title    string
		Place    string
		People   int
		Source   string
		External id.ID
		ReplyTo  id.ID
	}](ctx, s.db, `select i.id, i.medium, i.time, `+tie.SeenTitle("i")+` as title, i.place, i.people, i.source,
		i.external, i.reply_to`+from, args...)
	if err != nil {
		return nil, err
	}
	out := make([]tie.Interaction, 0, len(rows))
	place := make(map[id.ID]int, len(rows))
	for _, r := range rows {
		if _, twice := place[r.ID]; twice { // such as to two of somebody's addresses
			continue
		}
		place[r.ID] = len(out)
		out = append(out, tie.Interaction{
			ID: r.ID, Medium: tie.MediumOf(r.Medium), Time: r.Time, Title: r.Title, Place: r.Place, People: r.People,
			Source: r.Source, External: r.External, ReplyTo: r.ReplyTo,
		})
	}
	for _, chunk := range db.Chunks(slices.SortedFunc(maps.Keys(place), id.ID.Compare)) { // as they lie in the index
		in, more := db.In(2, chunk)
		parts, err := db.Select[struct {
			Interaction, Person id.ID
			Role                tie.ParticipantRole
		}](ctx, s.db, `select interaction, person, role from participant where space = $1 and interaction in (`+in+`)`,
			append([]any{args[0]}, more...)...)
		if err != nil {
			return nil, err
		}
		for _, x := range parts {
			e := &out[place[x.Interaction]]
			e.Participants = append(e.Participants, tie.Participant{Person: x.Person, Role: x.Role})
		}
	}
	return out, nil
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
	at   int64 // microseconds; 0 when it has no time, tagged when it is a tag
}

// tagged is in the place of the time of a tag.
const tagged = -1

// lineOf is a line that was noted at a time in microseconds, 0 for none; tags have none.
func lineOf(text string, at int64, tag bool) ProfileLine {
	if tag {
		return ProfileLine{text, tagged}
	}
	return ProfileLine{text, max(0, at)}
}

// At is when it was noted; the zero time when that has no meaning.
func (l ProfileLine) At() time.Time {
	if l.at <= 0 {
		return time.Time{}
	}
	return time.UnixMicro(l.at).UTC()
}

// Tag says that it is the viewer's own word for them.
func (l ProfileLine) Tag() bool { return l.at == tagged }

// Places tells where people live or work who stand for themselves; "" of others, and where it is not known.
func (s *Store) Places(ctx context.Context, v op.Viewer) (func(person id.ID) string, error) {
	everybody, err := s.Everybody(ctx, v)
	if err != nil {
		return nil, err
	}
	return func(person id.ID) string {
		if p := everybody.people[person]; p != nil && p.Merged.IsZero() {
			return p.Place
		}
		return ""
	}, nil
}
