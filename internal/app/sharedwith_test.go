package app_test

import (
	"context"
	"strings"
	"testing"

	"gave.network/internal/capture"
	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/locale"
	"gave.network/internal/people"
)

// A home telephone or the address of a desk that others have too is taken, joins nobody, and is said to be shared: by
// the command, by the program's answer and by the captured line.
func TestWhatIsSharedIsSaid(t *testing.T) {
	dbtest.Addresses(t, func(t *testing.T, address string) {
		a, v := network0(t, address)
		english, dutch := locale.New(locale.English, nil), locale.New(locale.Dutch, nil)
		add := func(name, phone, mail string) people.IdentifiedPerson {
			t.Helper()
			fields := map[string]string{"name": name}
			for field, value := range map[string]string{"phone": phone, "email": mail} {
				if value != "" {
					fields[field] = value
				}
			}
			return call(t, a, v, "people.add", fields).(people.IdentifiedPerson)
		}
		if first := add("Wil Bakker", "020 1234567", "info@example.net"); len(first.Shared) > 0 ||
			strings.Contains(first.Text(english), "shared") {
			t.Errorf("of one person it is not shared: %+v", first.Shared)
		}
		second := add("Ans Smit", "020 1234567", "info@example.net")
		if len(second.Shared) != 2 || len(second.Shared[0].With) != 1 || second.Shared[0].With[0].Name != "Wil Bakker" {
			t.Errorf("%+v", second.Shared)
		}
		for _, want := range []string{
			"+31201234567 is shared with Wil Bakker", "info@example.net is shared with Wil Bakker",
		} {
			if !strings.Contains(second.Text(english), want) {
				t.Errorf("%q does not say %q", second.Text(english), want)
			}
		}
		if !strings.Contains(second.Text(dutch), "+31201234567 is ook van Wil Bakker") {
			t.Error(second.Text(dutch))
		}
		third := add("Kees Kok", "", "")
		given := call(t, a, v, "people.identify",
			map[string]string{"person": third.ID.String(), "value": "020-1234567"}).(people.IdentifiedPerson)
		if len(given.Shared) != 1 || len(given.Shared[0].With) != 2 ||
			!strings.Contains(given.Text(dutch), "is ook van") {
			t.Errorf("%+v", given.Shared)
		}
		// The captured line says so before and when it is stored.
		for _, line := range []string{
			"met Piet Puk (020-1234567) yesterday", "met Jan Pot (info@example.net) yesterday",
			"@kees phone 020 1234567",
		} {
			for _, preview := range []string{"true", "false"} {
				out := call(t, a, v, "capture", map[string]string{"text": line, "preview": preview}).(capture.Output)
				if !strings.Contains(out.Text(english), "is shared with ") ||
					!strings.Contains(out.Text(dutch), "is ook van ") {
					t.Errorf("%s: %s", line, out.Text(english))
				}
				if !out.Complete || out.Stored != (preview == "false") {
					t.Errorf("%s: %+v", line, out)
				}
			}
		}
		// Who is meant by a shared address is asked.
		out := call(t, a, v, "capture", map[string]string{"text": "lunch @info@example.net yesterday"}).(capture.Output)
		if out.Stored || !strings.Contains(out.Text(english), "info@example.net is shared by several people") ||
			!strings.Contains(out.Text(dutch), "van meer mensen samen") {
			t.Errorf("%+v: %s", out, out.Text(english))
		}
		if n, err := db.Value[int](context.Background(), a.DB, `select count(*) from person
			where space = $1 and (name in ('Wil Bakker', 'Ans Smit', 'Kees Kok', 'Piet Puk', 'Jan Pot'))`,
			v.Space); err != nil || n != 5 {
			t.Errorf("%d people, %v: somebody was joined", n, err)
		}
		if n, err := db.Value[int](context.Background(), a.DB, `select count(*) from merge
			where space = $1 and state = 'merged'`, v.Space); err != nil || n != 0 {
			t.Errorf("%d merges, %v", n, err)
		}
	})
}
