package app_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gave.network/internal/app"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/goodwill"
	"gave.network/internal/locale"
	"gave.network/internal/near"
	"gave.network/internal/people"
	"gave.network/internal/tie"
)

// A chance follows contact, gifts, praise, answers and merges at once, on this node and another, though what it was
// learnt from is kept.
func TestChancesAreFresh(t *testing.T) {
	dbtest.Addresses(t, func(t *testing.T, address string) {
		ctx := context.Background()
		config := app.Config{Data: filepath.Dir(address)}
		if strings.Contains(address, "://") {
			config = app.Config{Data: t.TempDir(), Database: address}
		}
		var nodes [2]*app.App
		for i := range nodes {
			a, err := app.Open(ctx, config)
			if err != nil {
				t.Fatal(err)
			}
			defer a.Close()
			nodes[i] = a
		}
		v, err := nodes[0].Account.Local(ctx, locale.English)
		if err != nil {
			t.Fatal(err)
		}
		me, err := nodes[0].Network.AddPerson(ctx, v, people.NewPerson{Person: people.Person{Name: "Me Self"}})
		if err != nil {
			t.Fatal(err)
		}
		if err := nodes[0].Account.SetPerson(ctx, v, me); err != nil {
			t.Fatal(err)
		}
		v.Person = me
		for _, name := range []string{"Anna Vos", "A. Vos", "Bob Maas"} {
			one := people.NewPerson{Person: people.Person{Name: name}}
			if _, err := nodes[0].Network.AddPerson(ctx, v, one); err != nil {
				t.Fatal(err)
			}
		}
		do := func(a *app.App, name string, input map[string][]string) any {
			t.Helper()
			o, _ := a.Operations.Find(name)
			in, err := o.Form(input)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			out, err := a.Operations.Call(ctx, v, name, in)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			return out
		}
		with := func(name string) map[string][]string {
			return map[string][]string{"with": {name}, "medium": {string(tie.FaceToFace)}}
		}
		last := -1.0
		changed := func(when string, higher bool) {
			t.Helper()
			v.Now = v.Now.Add(time.Minute) // what is asked now is foretold from what was before
			var said [2]float64
			for i, a := range nodes {
				c, ok := do(a, "goodwill.show", map[string][]string{"person": {"Anna Vos"}}).(goodwill.Chance)
				if !ok {
					t.Fatal("no chance")
				}
				said[i] = c.Probability
			}
			near.Equal(t, when+", on another node", said[1], said[0], 1e-12)
			if last >= 0 && said[0] > last != higher {
				t.Errorf("%s: from %v to %v", when, last, said[0])
			}
			last = said[0]
		}
		changed("at first", true)
		do(nodes[0], "interactions.add", with("Anna Vos"))
		changed("met", true)
		do(nodes[1], "give.log", map[string][]string{"body": {"a book"}, "to": {"Anna Vos"}})
		changed("given", true)
		do(nodes[0], "goodwill.outcome", map[string][]string{"person": {"Anna Vos"}, "what": {"a name"}})
		changed("said no", false)
		yes := map[string][]string{"person": {"Bob Maas"}, "what": {"a name"}, "yes": {"true"}}
		do(nodes[1], "goodwill.outcome", yes)
		changed("another said yes", true)
		do(nodes[1], "interactions.add", with("A. Vos"))
		do(nodes[0], "merges.make", map[string][]string{"person": {"Anna Vos"}, "other": {"A. Vos"}})
		changed("merged", true)
	})
}
