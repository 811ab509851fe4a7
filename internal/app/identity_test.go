package app_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"gave.network/internal/app"
	"gave.network/internal/capture"
	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/intake"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/text"
	"gave.network/internal/text/addresses"
	"gave.network/lab/world"
)

// truthOf finds out who of a fictional world a stored person really is, by what the files call him or her.
type truthOf struct {
	exact map[string]string            // address, link or number
	named map[string]map[string]string // name anywhere, and in a source
}

func newTruthOf(truth world.Truth) truthOf {
	t := truthOf{map[string]string{}, map[string]map[string]string{}}
	for _, p := range truth.Persons {
		for _, known := range p.Identities {
			if address, ok := addresses.Mail(known.Address); ok {
				t.exact[address] = p.ID
			}
			if link, ok := addresses.Link(known.Link); ok {
				t.exact[link] = p.ID
			}
			if number, ok := addresses.Phone(known.Phone, "NL"); ok && known.Phone != "" {
				t.exact[number] = p.ID
			}
			name := text.Fold(known.Name)
			for _, key := range []string{name, "name:" + known.Source + ":" + name} {
				if t.named[key] == nil {
					t.named[key] = map[string]string{}
				}
				t.named[key][p.ID] = p.ID
			}
		}
	}
	return t
}

// who returns the real persons that the identifiers and the name stand for.
func (t truthOf) who(name string, identifiers []people.Identifier) map[string]bool {
	out := map[string]bool{}
	for _, n := range identifiers {
		if p, ok := t.exact[n.Value]; ok {
			out[p] = true
		}
	}
	if len(out) > 0 {
		return out
	}
	keys := []string{text.Fold(name)}
	for _, n := range identifiers { // known by name only, in a source that knows one of that name
		if n.Kind == people.Handle {
			keys = append(keys, n.Value)
		}
	}
	for _, key := range keys {
		if same := t.named[key]; len(out) == 0 && len(same) == 1 {
			for p := range same {
				out[p] = true
			}
		}
	}
	return out
}

// fiction is a fictional world that was imported, with the truth about it.
type fiction struct {
	*app.App
	v      op.Viewer
	truth  world.Truth
	stands map[id.ID]map[string]bool // whom each record, with what was merged into it, really stands for
	rows   int                       // records before merging

	recordStands map[id.ID]map[string]bool // whom each record by itself really stands for
}

// imported is a world whose files and captured lines are in a data directory that nobody has open.
type imported struct {
	once  sync.Once
	dir   string // with the data directory
	truth world.Truth
	err   error
}

// largeWorlds are the seeds of the worlds of 250 people and six years that several tests share: the import of one takes
// nine seconds of a processor.
var largeWorlds = []uint64{1, 5}

// imports holds the worlds that tests share, by seed, people and years: each is imported once.
var imports sync.Map

// kept is where the imported worlds are as long as the tests run.
var kept string

func TestMain(m *testing.M) {
	var err error
	if kept, err = os.MkdirTemp("", "gave-worlds"); err != nil {
		panic(err)
	}
	code := m.Run()
	os.RemoveAll(kept)
	os.Exit(code)
}

// worldsEnd is the moment at which fictional worlds end, and at which tests look at them.
var worldsEnd = time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)

// localOf is the owner of an imported world at its end.
func localOf(ctx context.Context, a *app.App) (op.Viewer, error) {
	v, err := a.Account.Local(ctx, locale.English)
	v.Zone, v.Now = time.UTC, worldsEnd
	return v, err
}

// make makes the world and imports it.
func (w *imported) make(ctx context.Context, seed uint64, persons int, years float64) error {
	var err error
	if w.dir, err = os.MkdirTemp(kept, "world"); err != nil {
		return err
	}
	files := filepath.Join(w.dir, "made")
	result, err := world.Generate(ctx, world.Options{
		Dir: files, People: persons, Years: years, Seed: seed, Effect: true, Noise: world.DefaultNoise, End: worldsEnd,
	})
	if err != nil {
		return err
	}
	content, err := os.ReadFile(result.Truth)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(content, &w.truth); err != nil {
		return err
	}
	a, err := app.Open(ctx, app.Config{Data: filepath.Join(w.dir, "data")})
	if err != nil {
		return err
	}
	bring := func() error {
		v, err := localOf(ctx, a)
		if err != nil {
			return err
		}
		if _, err := a.Intake.Import(ctx, v, []string{filepath.Join(files, "files")},
			intake.Options{Me: result.Me}); err != nil {
			return err
		}
		if v, err = localOf(ctx, a); err != nil { // who they are in the network is known now
			return err
		}
		_, err = a.Operations.Call(ctx, v, "capture.file",
			capture.FileInput{File: filepath.Join(files, "captures.txt")})
		return err
	}
	return errors.Join(bring(), a.Close(), os.RemoveAll(files)) // closed, all of the database is in its file
}

// importWorld opens a world whose files and captured lines were imported, in a data directory of the test's own.
func importWorld(t *testing.T, seed uint64, persons int, years float64) fiction {
	t.Helper()
	ctx := context.Background()
	found, _ := imports.LoadOrStore([3]float64{float64(seed), float64(persons), years}, &imported{})
	w := found.(*imported)
	w.once.Do(func() { w.err = w.make(ctx, seed, persons, years) })
	if w.err != nil {
		t.Fatal(w.err)
	}
	data := t.TempDir()
	if err := os.CopyFS(data, os.DirFS(filepath.Join(w.dir, "data"))); err != nil {
		t.Fatal(err)
	}
	f := fiction{truth: w.truth, stands: map[id.ID]map[string]bool{}, recordStands: map[id.ID]map[string]bool{}}
	var err error
	if f.App, err = app.Open(ctx, app.Config{Data: data}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	if f.v, err = localOf(ctx, f.App); err != nil {
		t.Fatal(err)
	}
	known := newTruthOf(f.truth)
	rows, err := db.Select[struct {
		ID     id.ID
		Name   string
		Merged id.ID
	}](ctx, f.DB, `select id, name, merged from person where space = $1`, f.v.Space)
	if err != nil {
		t.Fatal(err)
	}
	identifiers, err := db.Select[struct {
		Person id.ID
		Kind   people.IdentifierKind
		Value  string
	}](ctx, f.DB, `select person, kind, value from identifier where space = $1`, f.v.Space)
	if err != nil {
		t.Fatal(err)
	}
	byPerson := map[id.ID][]people.Identifier{}
	for _, n := range identifiers {
		byPerson[n.Person] = append(byPerson[n.Person], people.Identifier{Kind: n.Kind, Value: n.Value})
	}
	f.rows = len(rows)
	for _, r := range rows {
		top := r.ID
		if !r.Merged.IsZero() {
			top = r.Merged
		}
		if f.stands[top] == nil {
			f.stands[top] = map[string]bool{}
		}
		f.recordStands[r.ID] = known.who(r.Name, byPerson[r.ID])
		for p := range f.recordStands[r.ID] {
			f.stands[top][p] = true
		}
	}
	return f
}

// The same people are recognised in all files of a fictional world: what was joined is right, what is proposed is
// mostly right, and little is missed. The figures stand in docs/identity.md.
func TestIdentityInAWorld(t *testing.T) {
	ctx := context.Background()
	var joins, wrongJoins, proposals, right, missed, records, persons int
	for _, seed := range largeWorlds {
		f := importWorld(t, seed, 250, 6)
		v, stands := f.v, f.stands
		records += f.rows
		recordsOf := map[string][]id.ID{}
		for key, list := range stands {
			joins++
			if len(list) > 1 {
				wrongJoins++
				t.Logf("joined wrongly: %v", list)
			}
			for p := range list {
				recordsOf[p] = append(recordsOf[p], key)
			}
		}
		list, err := f.Network.Proposals(ctx, v, id.Zero, 1_000_000)
		if err != nil {
			t.Fatal(err)
		}
		linked := map[[2]id.ID]bool{}
		for _, m := range list {
			proposals++
			same := false
			for p := range stands[m.Keep.ID] {
				same = same || stands[m.Absorb.ID][p]
			}
			if same {
				right++
				linked[[2]id.ID{m.Keep.ID, m.Absorb.ID}], linked[[2]id.ID{m.Absorb.ID, m.Keep.ID}] = true, true
			} else if len(stands[m.Keep.ID]) > 0 && len(stands[m.Absorb.ID]) > 0 {
				t.Logf("proposed wrongly (%.2f): %s %v = %s %v: %s", m.Score, m.Keep.Name, m.Keep.Emails, m.Absorb.Name,
					m.Absorb.Emails, strings.Join(m.Reasons, ", "))
			} else {
				t.Logf("not known whether right (%.2f): %s %v = %s %v", m.Score, m.Keep.Name, m.Keep.Emails,
					m.Absorb.Name, m.Absorb.Emails)
			}
		}
		for _, same := range recordsOf {
			persons++
			for i := 1; i < len(same); i++ { // a record that no proposal ties to an earlier one is missed
				tied := false
				for j := range same[:i] {
					tied = tied || linked[[2]id.ID{same[i], same[j]}]
				}
				if !tied {
					missed++
				}
			}
		}
	}
	precision := float64(right) / float64(max(proposals, 1))
	joined := 1 - float64(wrongJoins)/float64(joins)
	recall := 1 - float64(missed)/float64(max(joins-persons, 1))
	t.Logf("%d records joined to %d, %.3f of them one person; %d proposals, precision %.3f; %d further records to "+
		"find, recall %.3f", records, joins, joined, proposals, precision, joins-persons, recall)
	if !(joined >= 0.99) || !(precision >= 0.8) || !(recall >= 0.8) {
		t.Errorf("joined %.3f, proposals right %.3f, found %.3f: want 0.99, 0.8 and 0.8", joined, precision, recall)
	}
}
