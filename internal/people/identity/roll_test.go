package identity

import (
	"context"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/people/peopletest"
	"gave.network/internal/text/names"
)

// crowd is people of few names, some of whom stand in a list or two, in parts as they are read.
func crowd(n int) (parts [][]record) {
	random := rand.New(rand.NewPCG(1, 2))
	given := []string{"Anna", "Bram", "A.", "Jan Willem", "Zoë", ""}
	family := []string{"de Vries", "Bos-Meijer", "Bos", "Øster", "van der Berg", "Quarkenstein", "Peters"}
	for i := range n {
		name := given[random.IntN(len(given))] + " " + family[random.IntN(len(family))]
		p := record{Candidate: Candidate{
			ID: id.New(), Name: names.Parse(name), Organisation: []string{"", "Bureau Één"}[random.IntN(2)],
			title: []string{"", "drukker", "x\x00é"}[random.IntN(3)],
		}}
		if random.IntN(4) > 0 {
			local := []string{"annabos", "q", "bestuur"}[i%3]
			p.Identifiers = append(p.Identifiers, people.Identifier{
				Kind: people.MailAddress, Value: fmt.Sprintf("%s%d@example.org", local, i/9),
			})
		}
		if random.IntN(3) > 0 {
			p.has("network:club", fmt.Sprint(i/2)) // two and two have one account
		}
		if random.IntN(9) == 0 {
			p.has("slack:T1", fmt.Sprint(i%5))
			p.organisations.add("bureauéén")
		}
		p.card, p.chat = i%2 == 0, i%5 == 0
		if i%db.Chunk == 0 {
			parts = append(parts, nil)
		}
		last := len(parts) - 1
		parts[last] = append(parts[last], p)
	}
	return parts
}

func rollOf(parts [][]record) *roll {
	r := newRoll(0)
	for _, part := range parts {
		r.add(part)
	}
	r.finish()
	return r
}

// What is opened is what was packed, also in a record that was used before.
func TestRecordsOpenAsTheyWerePacked(t *testing.T) {
	parts := crowd(db.Chunk + 40)
	r := rollOf(parts)
	var opened record
	for i, want := range slices.Concat(parts...) {
		r.open(i, &opened)
		got := opened
		got.usual = nil
		for _, list := range []any{&got.Identifiers, &got.accounts, &got.organisations} { // none is none, used or not
			if v := reflect.ValueOf(list).Elem(); v.Len() == 0 {
				v.SetZero()
			}
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("%d: got %+v, want %+v", i, got, want)
		}
	}
}

// Every pair that shares a key of not too many is looked at once, but for two accounts of one list.
func TestEachPairInBlocksIsLookedAtOnce(t *testing.T) {
	parts := crowd(900)
	all := slices.Concat(parts...)
	holders := map[string][]int32{}
	for i := range all {
		for _, key := range blockKeys(&all[i].Candidate) {
			holders[key] = append(holders[key], int32(i))
		}
	}
	want, left := map[[2]int32]bool{}, 0
	for _, list := range holders {
		if len(list) > blockLimit {
			left++
			continue
		}
		for k, i := range list {
			for _, j := range list[k+1:] {
				a, b := all[i].accounts, all[j].accounts
				if len(a) == 0 || len(b) == 0 || a[0].list != b[0].list || a[0].name == b[0].name {
					want[[2]int32{i, j}] = true
				}
			}
		}
	}
	if len(want) < 1000 {
		t.Fatal("too few pairs to tell", len(want), left)
	}
	seen := 0
	err := rollOf(parts).eachPairInBlocks(t.Context(), func(i, j int32, a, b *record) {
		if !want[[2]int32{i, j}] || a.ID != all[i].ID || b.ID != all[j].ID {
			t.Fatal("not to be looked at, or not once", i, j)
		}
		delete(want, [2]int32{i, j})
		seen++
	})
	if err != nil || len(want) > 0 {
		t.Error(seen, "seen,", len(want), "left out", err)
	}
}

// Everybody is on the roll with what belongs to who was merged into them, in whichever part they are read, and nobody
// of another member.
func TestRollReadsInParts(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		space := peopletest.Space(t, d)
		v := peopletest.Viewer(t, d, space, "Ego", op.Owner)
		other := peopletest.Viewer(t, d, space, "Other", op.Member)
		var list []people.NewPerson
		for i := range db.Chunk + 20 {
			p := people.NewPerson{Person: people.Person{ID: id.New(), Owner: v.Member, Created: 1, Updated: 1}}
			p.Named(fmt.Sprint("Anna Bos", i))
			p.Identifiers = []people.Identifier{
				{Kind: people.MailAddress, Value: fmt.Sprintf("a%d@example.org", i)},
				{Kind: people.Handle, Value: fmt.Sprintf("network:club#%d", i)},
			}
			p.Roles = []people.Role{{Organisation: fmt.Sprint("Bureau ", i%7), Title: "drukker"}}
			if i == db.Chunk/2 {
				p.Owner = other.Member
			}
			list = append(list, p)
		}
		// Of the first part, two that stand for people of the second and the first.
		list[5].Merged, list[len(list)-3].Merged = list[len(list)-1].ID, list[2].ID
		if err := d.Write(ctx, func(tx *db.Tx) error {
			return people.InsertPeople(ctx, tx, space, list)
		}); err != nil {
			t.Fatal(err)
		}
		r, err := NewService(people.NewStore(d)).roll(ctx, v)
		if err != nil {
			t.Fatal(err)
		}
		if want := len(list) - 2 - 1 + 1; len(r.ids) != want || len(r.parts) != 2 {
			t.Fatalf("%d people in %d parts, want %d", len(r.ids), len(r.parts), want)
		}
		for _, c := range []struct {
			person   int
			accounts []account
			address  []string
		}{
			{1, []account{{"network:club", "1"}}, []string{"a1@example.org"}},
			{2, []account{{"network:club", "2017"}}, []string{"a2017@example.org", "a2@example.org"}},
			{len(list) - 1, []account{{"network:club", "2019"}}, []string{"a2019@example.org", "a5@example.org"}},
		} {
			at, ok := r.placeOf(list[c.person].ID)
			if !ok {
				t.Fatal(c.person, "is not on the roll")
			}
			p := r.of(at)
			var addresses []string
			for _, n := range p.Identifiers {
				addresses = append(addresses, n.Value)
			}
			if !slices.Equal(p.accounts, c.accounts) || !slices.Equal(addresses, c.address) ||
				len(p.organisations) == 0 {
				t.Errorf("%d: %v %v %v", c.person, p.accounts, addresses, p.organisations)
			}
		}
	})
}
