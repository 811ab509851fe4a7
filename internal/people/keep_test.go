package people_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/people/peopletest"
	"gave.network/internal/scope"
	"gave.network/internal/tie"
)

// What is kept of everybody and kept up to date is after any writes what another program reads that keeps nothing.
func TestWhatIsKeptIsWhatIsThere(t *testing.T) {
	dbtest.Addresses(t, func(t *testing.T, address string) {
		ctx := context.Background()
		open := func() *db.DB {
			d, err := db.Open(ctx, address)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { d.Close() })
			return d
		}
		d, other := open(), open()
		space := peopletest.Space(t, d)
		h := &kept{
			t: t, d: d, s: people.NewStore(d), random: rand.New(rand.NewPCG(7, 8)),
			v: peopletest.Viewer(t, d, space, "Me", op.Owner),
		}
		colleague := peopletest.Viewer(t, d, space, "Colleague", op.Member)
		h.viewers = []op.Viewer{h.v, colleague}
		me := peopletest.Person(t, d, h.v, "Barbara Dijkstra")
		h.v.Person = me.ID
		h.viewers[0].Person = me.ID
		h.people = []people.Person{me}
		for range 12 {
			h.newPerson()
		}
		whole := people.NewStore(other)
		for round := range 80 {
			var did []string
			for range 1 + h.random.IntN(3) {
				did = append(did, h.write())
			}
			v := h.viewers[round%len(h.viewers)]
			other.Drop()
			want, got := reads(t, whole, v), reads(t, h.s, v)
			plain, err := whole.PlainProfiles(ctx, v)
			if want["profiles"] = plain; err != nil {
				t.Fatal(err)
			}
			for name, x := range want {
				if !reflect.DeepEqual(got[name], x) {
					t.Fatalf("round %d, after %s: %s\n%+v\nis not\n%+v", round, did, name, got[name], x)
				}
			}
		}
	})
}

// reads returns what is kept for a viewer, by name.
func reads(t *testing.T, s *people.Store, v op.Viewer) map[string]any {
	t.Helper()
	ctx := context.Background()
	out := map[string]any{}
	put := func(name string, value any, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(name, err)
		}
		out[name] = value
	}
	own, err := s.OwnTies(ctx, v)
	put("own ties", own, err)
	ties, err := s.Ties(ctx, v)
	put("ties", ties, err)
	dormant, err := s.DormantTies(ctx, v, 10)
	put("dormant ties", dormant, err)
	quiet, err := s.QuietTies(ctx, v, 30*24*time.Hour, 0, 10)
	put("quiet ties", quiet, err)
	days, err := s.ContactDays(ctx, v, 3)
	put("contact days", days, err)
	for _, most := range []int{5, 1000} {
		recent, err := s.Recent(ctx, v, v.Now, most)
		put(fmt.Sprint("recent ", most), recent, err)
	}
	everybody, err := s.Everybody(ctx, v)
	put("everybody", everybody, err)
	profiles, err := s.Profiles(ctx, v)
	put("profiles", profiles, err)
	lines, err := people.ReadLines(ctx, s, v, "length", func(line string) int { return len(line) })
	put("lines", lines, err)
	staff, err := s.Staff(ctx, v)
	put("staff", staff, err)
	for _, word := range []string{"schaak", "zingt", "drukwerk", "Bureau"} {
		saying, err := s.Saying(ctx, v, word, func(_ *people.Profile, line people.ProfileLine) bool {
			return strings.Contains(line.Text, word)
		})
		put("saying "+word, saying, err)
	}
	for _, item := range []string{
		"Bureau", "muziek", "drukwerk", "Gent", "Anna Aal3", "drukker 2", "anna.aal20", "nobody",
	} {
		holders, err := s.Holders(ctx, v, item)
		if fault.CodeOf(err) == fault.Conflict { // of several it is said who they are
			holders, err = nil, nil
		}
		put("holders of "+item, append([]id.ID{}, holders...), err)
	}
	return out
}

// kept is a space in which is written at random.
type kept struct {
	t       *testing.T
	d       *db.DB
	s       *people.Store
	v       op.Viewer
	viewers []op.Viewer
	random  *rand.Rand
	people  []people.Person
	merges  []id.ID
	n       int
}

func (h *kept) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *kept) somebody() people.Person { return h.people[1+h.random.IntN(len(h.people)-1)] }

func (h *kept) newPerson() {
	h.t.Helper()
	h.n++
	key, err := h.s.AddPerson(context.Background(), h.v, people.NewPerson{Person: people.Person{
		Name: fmt.Sprintf("Anna Aal%d", h.n), Organisation: []string{"", "Bureau"}[h.random.IntN(2)],
		Place:      []string{"", "", "", "Gent"}[h.random.IntN(4)],
		Visibility: []scope.Visibility{scope.Private, scope.Space}[h.random.IntN(2)],
	}})
	h.must(err)
	p, err := h.s.Person(context.Background(), h.d, h.v, key)
	h.must(err)
	h.people = append(h.people, p)
}

func (h *kept) meeting(days int) tie.Interaction {
	h.n++
	return tie.Interaction{
		Medium: tie.Media()[h.random.IntN(5)], Time: h.v.Now.Add(-time.Duration(days)*24*time.Hour +
			time.Duration(h.random.IntN(1000))*time.Second).UnixMicro(), Title: fmt.Sprint("Overleg ", h.n),
		Visibility: []scope.Visibility{scope.Private, scope.Space}[h.random.IntN(2)],
	}
}

// write changes something and says what.
func (h *kept) write() string {
	h.t.Helper()
	ctx := context.Background()
	switch n := h.random.IntN(21); {
	case n < 4:
		h.newPerson()
		return "a new person"
	case n < 9:
		_, err := h.s.AddInteraction(ctx, h.v, h.meeting(h.random.IntN(900)-2), []people.Person{h.somebody()})
		h.must(err)
		return "a contact"
	case n < 11:
		h.n++
		what := []string{"speelt schaak ", "is ziek ", "overleed "}[h.random.IntN(3)]
		_, err := h.s.AddNote(ctx, h.v, h.somebody(), fmt.Sprint(what, h.n),
			[]scope.Visibility{scope.Private, scope.Space}[h.random.IntN(2)])
		h.must(err)
		return "a note"
	case n == 11:
		h.must(h.s.Tag(ctx, h.v, h.somebody(), []string{[]string{"drukwerk", "muziek", "overleden"}[h.random.IntN(3)]}))
		return "a tag"
	case n == 12:
		h.must(h.s.EditPerson(ctx, h.v, h.somebody(), people.Change{"role": fmt.Sprint("drukker ", h.random.IntN(9))}))
		return "an edit"
	case n == 13:
		a, b := h.somebody(), h.somebody()
		merge, err := h.s.Merge(ctx, h.v, a.ID, b.ID)
		if err == nil { // people who are one already, or are no longer there, are refused
			h.merges = append(h.merges, merge)
		}
		return "a merge"
	case n == 14 && len(h.merges) > 0:
		h.must(h.s.UndoMerge(ctx, h.v, h.merges[len(h.merges)-1]))
		h.merges = h.merges[:len(h.merges)-1]
		return "a merge undone"
	case n == 15:
		h.must(h.d.Write(ctx, func(tx *db.Tx) error {
			keys, err := db.Values[id.ID](ctx, tx, `select id from interaction where space = $1 order by id limit 2`,
				h.v.Space)
			if err != nil {
				return err
			}
			return tie.RemoveInteractions(ctx, tx, h.v.Space, keys)
		}))
		return "contacts taken back"
	case n == 16:
		var list []tie.Interaction
		for range 90 {
			e := h.meeting(h.random.IntN(900))
			e.ID, e.Owner, e.Source, e.External = id.New(), h.v.Member, "test", id.New()
			a, b := h.somebody().ID, h.somebody().ID
			e.Participants = []tie.Participant{{Person: a, Role: tie.From}}
			if e.People = 2; a != b {
				e.Participants = append(e.Participants, tie.Participant{Person: b, Role: tie.To})
			}
			list = append(list, e)
		}
		peopletest.Record(h.t, h.d, h.v, list...)
		return "an import"
	case n == 17:
		_, err := h.s.Settle(ctx, h.v.Space, time.Now())
		h.must(err)
		return "ties settled"
	case n == 18:
		h.must(h.d.Write(ctx, func(tx *db.Tx) error {
			var rows []any
			for i := range 3 {
				h.n++
				rows = append(rows, h.v.Space, id.New(), h.somebody().ID, h.v.Member, scope.Private,
					strings.Repeat("zingt ", 1+i)+fmt.Sprint(h.n), h.v.Now.UnixMicro(), "test", id.Zero)
			}
			return db.InsertMany(ctx, tx, `insert into note (space, id, person, owner, visibility, body, at, source,
				import)`, 9, rows, "")
		}))
		return "imported notes"
	case n == 19 && len(h.people) > 10:
		at := 1 + h.random.IntN(len(h.people)-1)
		gone := h.people[at].ID
		h.people = slices.Delete(h.people, at, at+1)
		h.merges = nil
		h.must(h.d.Write(ctx, func(tx *db.Tx) error { // as an erasure does
			if _, err := db.Exec(ctx, tx, `delete from person where space = $1 and (id = $2 or merged = $2)`,
				h.v.Space, gone); err != nil {
				return err
			}
			if _, err := tie.Hold(ctx, tx, h.v.Space, id.New()); err != nil {
				return err
			}
			_, err := db.Exec(ctx, tx, `delete from tie where space = $1 and (person = $2 or other = $2)`,
				h.v.Space, gone)
			return err
		}))
		h.people = slices.DeleteFunc(h.people, func(p people.Person) bool {
			_, err := h.s.Person(ctx, h.d, h.v, p.ID)
			return err != nil
		})
		return "an erasure"
	default:
		h.must(h.s.Share(ctx, h.v, h.somebody(), []scope.Visibility{scope.Private, scope.Space}[h.random.IntN(2)]))
		return "sharing"
	}
}
