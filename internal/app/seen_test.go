package app_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gave.network/internal/app"
	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/id"
	"gave.network/internal/intake"
	"gave.network/internal/op"
)

// everythingSaid lists what a network holds that imports bring, without the ids of rows.
func everythingSaid(t *testing.T, a *app.App, v op.Viewer) []string {
	t.Helper()
	var out []string
	for _, query := range []string{
		`select 'person ' || name || ' (' || nickname || ') ' || organisation || ', ' || title || ', ' || place
			from person where space = $1`,
		`select p.name || ' is ' || n.value from identifier n join person p on p.space = n.space and p.id = n.person
			where n.space = $1`,
		`select p.name || ' tag ' || g.tag from person_tag g join person p on p.space = g.space and p.id = g.person
			where g.space = $1`,
		`select p.name || ' role ' || o.name || ' ' || r.title || ' ' || r.from_day from person_role r
			join person p on p.space = r.space and p.id = r.person
			join organisation o on o.space = r.space and o.id = r.organisation where r.space = $1`,
		`select p.name || ' note ' || n.body from note n join person p on p.space = n.space and p.id = n.person
			where n.space = $1`,
		`select p.name || ' date ' || d.kind || ' ' || cast(d.month as text) || '-' || cast(d.day as text)
			from important_date d
			join person p on p.space = d.space and p.id = d.person where d.space = $1`,
		`select 'organisation ' || name from organisation where space = $1`,
		`select p.name || ' ' || s.layer || ' ' || q.name from statement s
			join person p on p.space = s.space and p.id = s.source_person
			join person q on q.space = s.space and q.id = s.target_person where s.space = $1`,
		`select 'event ' || i.title || ' ' || p.name from interaction i
			join participant r on r.space = i.space and r.interaction = i.id
			join person p on p.space = r.space and p.id = r.person where i.space = $1`,
		`select p.name || ' word ' || w.word from person_word w join person p on p.space = w.space and p.id = w.person
			where w.space = $1`,
		`select a.name || ' praises ' || s.name || ' ' || r.body from imported_praise r
			join person a on a.space = r.space and a.id = r.author
			join person s on s.space = r.space and s.id = r.subject where r.space = $1`,
		`select 'tie ' || p.name || ' ' || q.name from tie t join person p on p.space = t.space and p.id = t.person
			join person q on q.space = t.space and q.id = t.other where t.space = $1`,
	} {
		found, err := db.Values[string](context.Background(), a.DB, query, v.Space)
		if err != nil {
			t.Fatal(query, err)
		}
		out = append(out, found...)
	}
	rests, err := db.Select[struct{ Name, Rest string }](context.Background(), a.DB, `select name, rest from person
		where space = $1 and rest <> ''`, v.Space)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rests {
		for line := range strings.SplitSeq(r.Rest, "\n") {
			out = append(out, r.Name+" rest "+line)
		}
	}
	slices.Sort(out)
	return out
}

// Of several imports that bring the same, any can be taken back, in any order: what is left is what the others alone
// had brought.
func TestUndoKeepsWhatOthersBrought(t *testing.T) {
	vcard := func(name string, lines ...string) string {
		given, family, _ := strings.Cut(name, " ")
		return "BEGIN:VCARD\r\nVERSION:4.0\r\nN:" + family + ";" + given + ";;;\r\nFN:" + name + "\r\nEMAIL:" +
			strings.ToLower(given) + "@example.org\r\n" +
			strings.Join(append(lines, "END:VCARD"), "\r\n") + "\r\n"
	}
	company := "BEGIN:VCARD\r\nVERSION:4.0\r\nKIND:org\r\nFN:Bakkerij Bol\r\nORG:Bakkerij Bol\r\nEND:VCARD\r\n"
	full := []string{
		"TEL:+31612345678", "ORG:Molen BV", "TITLE:miller", "CATEGORIES:chess", "BDAY:1970-01-02", "NOTE:likes rye",
		"NICKNAME:Ans", "X-SHOE:42", "RELATED;TYPE=friend;VALUE=text:Bert Bee",
	}
	mail := "From bert@example.org Thu Jan  1 10:00:00 2015\nFrom: Bert Bee <bert@example.org>\n" +
		"To: Anna Aa <anna@example.org>\nDate: Thu, 1 Jan 2015 10:00:00 +0000\n" +
		"Message-ID: <one@example.org>\nSubject: bread\n\nhello\n\n"
	files := []struct{ name, content string }{
		{"a.vcf", vcard("Anna Aa", full...) + vcard("Bert Bee", "CATEGORIES:baker", "ORG:Bakkerij Bol") + company},
		{"b.vcf", vcard("Anna Aa", append(slices.Clone(full), "CATEGORIES:rowing", "X-HAT:58")...) +
			vcard("Coba Cee") + company},
		{"c.mbox", mail + strings.ReplaceAll(strings.ReplaceAll(mail, "one@", "two@"), "bread", "jam")},
		{"d.mbox", mail},
	}
	dbtest.Addresses(t, func(t *testing.T, address string) {
		ctx := context.Background()
		a, v := network0(t, address)
		folder := t.TempDir()
		bring := func(i int) id.ID {
			t.Helper()
			path := filepath.Join(folder, files[i].name)
			if err := os.WriteFile(path, []byte(files[i].content), 0o600); err != nil {
				t.Fatal(err)
			}
			report, err := a.Intake.Import(ctx, v, []string{path}, intake.Options{})
			if err != nil || report.State != intake.Done {
				t.Fatal(report, err)
			}
			return report.ID
		}
		undo := func(key id.ID) {
			t.Helper()
			if err := a.Intake.Undo(ctx, v, key); err != nil {
				t.Fatal(err)
			}
		}
		initial := everythingSaid(t, a, v)
		same := func(what string, want []string) {
			t.Helper()
			got := everythingSaid(t, a, v)
			for _, line := range want {
				if !slices.Contains(got, line) {
					t.Errorf("%s: missing %q", what, line)
				}
			}
			for _, line := range got {
				if !slices.Contains(want, line) {
					t.Errorf("%s: left %q", what, line)
				}
			}
		}
		// What each pair of imports brings.
		alone := map[string][]string{}
		for i := range files {
			for j := range files {
				if i == j {
					continue
				}
				one, other := bring(i), bring(j)
				alone[fmt.Sprint(i, j)] = everythingSaid(t, a, v)
				undo(one)
				undo(other)
				same(fmt.Sprintf("%s and %s are undone", files[i].name, files[j].name), initial)
				one, other = bring(i), bring(j)
				same("again", alone[fmt.Sprint(i, j)])
				undo(other)
				undo(one)
				same(fmt.Sprintf("%s and %s are undone backwards", files[i].name, files[j].name), initial)
			}
		}
		for i := range files {
			for j := range files {
				for k := range files {
					if i == j || j == k || i == k {
						continue
					}
					for gone := range 3 {
						order := []int{i, j, k}
						var keys []id.ID
						for _, n := range order {
							keys = append(keys, bring(n))
						}
						undo(keys[gone])
						name := fmt.Sprintf("%s of %s, %s, %s is undone", files[order[gone]].name, files[i].name,
							files[j].name, files[k].name)
						rest := slices.Delete(slices.Clone(order), gone, gone+1)
						same(name, alone[fmt.Sprint(rest[0], rest[1])])
						keys = slices.Delete(keys, gone, gone+1)
						if gone == 1 {
							slices.Reverse(keys)
						}
						undo(keys[0])
						undo(keys[1])
						same(name+" and the others", initial)
						if t.Failed() {
							t.FailNow()
						}
					}
				}
			}
		}
		if n, err := db.Value[int](ctx, a.DB, `select (select count(*) from import_seen) +
			(select count(*) from organisation_seen)`); err != nil || n != 0 {
			t.Errorf("%d sightings are left, %v", n, err)
		}
	})
}
