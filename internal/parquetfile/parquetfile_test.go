package parquetfile_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"gave.network/internal/parquetfile"
)

func write[R any](t testing.TB, rows []R) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "rows.parquet")
	file, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	w := parquetfile.NewWriter[R](file)
	if err := w.Write(rows); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return name
}

func read[R any](t testing.TB, name string, from int64) (out []R, err error) {
	t.Helper()
	file, err := parquetfile.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	err = parquetfile.Read(file, from, func(first int64, rows []R) error {
		if first != from+int64(len(out)) {
			t.Fatalf("rows from %d after %d", first, from+int64(len(out)))
		}
		out = append(out, rows...)
		return nil
	})
	return out, err
}

func ties(n int) (out []parquetfile.Tie) {
	key := func(i int) []byte { return bytes.Repeat([]byte{byte(i + 1)}, 16) }
	for i := range n {
		tie := parquetfile.Tie{
			Owner: make([]byte, 16), Person: key(i), Other: key(i + 1), Intensity: .1 * float64(i+1), Peak: 1 / 3.,
			AsOf: int64(i) * 1e6, LastInteraction: key(7), FirstContact: 5, Interactions: int64(i + 1),
		}
		if i%2 == 0 {
			tie.PersonName = "Anna"
		}
		out = append(out, tie)
	}
	return out
}

func TestRowsComeBackAsTheyWere(t *testing.T) {
	want := ties(3000)
	name := write(t, want)
	got, err := read[parquetfile.Tie](t, name, 0)
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Fatalf("%v: %d rows, %+v", err, len(got), got[:min(1, len(got))])
	}
	if got, err = read[parquetfile.Tie](t, name, 2500); err != nil || !reflect.DeepEqual(got, want[2500:]) {
		t.Fatalf("from the middle: %v: %d rows", err, len(got))
	}
	interactions := []parquetfile.Interaction{{
		ID: make([]byte, 16), Owner: make([]byte, 16), Visibility: "space", Medium: "mail", Time: 3, People: 2,
		Participants: []parquetfile.Participant{{make([]byte, 16), "from"}, {make([]byte, 16), "to"}},
	}}
	same, err := read[parquetfile.Interaction](t, write(t, interactions), 0)
	if err != nil || !reflect.DeepEqual(same, interactions) {
		t.Fatalf("%v: %+v", err, same)
	}
}

// TestDamagedFilesAreTold cuts a file and flips bits of it at many places: what is cut is told, none panics.
func TestDamagedFilesAreTold(t *testing.T) {
	want := ties(40)
	whole, err := os.ReadFile(write(t, want))
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "damaged.parquet")
	silent := 0
	for at := 0; at < len(whole); at += 13 {
		for _, damaged := range [][]byte{whole[:at], flipped(whole, at)} {
			if err := os.WriteFile(name, damaged, 0o600); err != nil {
				t.Fatal(err)
			}
			got, err := read[parquetfile.Tie](t, name, 0)
			if err == nil && len(damaged) < len(whole) {
				t.Fatalf("cut at %d: %d rows and no error", at, len(got))
			}
			if err == nil && !reflect.DeepEqual(got, want) {
				silent++
			}
		}
	}
	// Pages carry sums only where their writer made them: what was flipped in the numbers themselves cannot be told.
	t.Logf("%d of %d flipped bytes gave other values", silent, len(whole))
}

func flipped(whole []byte, at int) []byte {
	out := bytes.Clone(whole)
	out[at] ^= 0x40
	return out
}

func TestAnotherSchemaIsTold(t *testing.T) {
	name := write(t, []parquetfile.Person{{ID: make([]byte, 16), Name: "Anna"}})
	var missing *parquetfile.MissingColumnsError
	if _, err := read[parquetfile.Tie](t, name, 0); !errors.As(err, &missing) || len(missing.Columns) != 11 {
		t.Errorf("people as ties: %v", err)
	}
	type other struct {
		ID      int64  `parquet:"id"`
		Name    string `parquet:"name"`
		Address string `parquet:"address"`
	}
	var kind *parquetfile.OtherTypeError
	if _, err := read[parquetfile.Person](t, write(t, []other{{1, "Anna", ""}}), 0); !errors.As(err, &kind) {
		t.Errorf("a number as an id: %v", err)
	}
}

func FuzzRead(f *testing.F) {
	whole, err := os.ReadFile(write(f, ties(3)))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole)
	f.Add([]byte(parquetfile.Magic + parquetfile.Magic))
	f.Fuzz(func(t *testing.T, data []byte) {
		name := filepath.Join(t.TempDir(), "any.parquet")
		if err := os.WriteFile(name, data, 0o600); err != nil {
			t.Fatal(err)
		}
		_, _ = read[parquetfile.Tie](t, name, 0)
	})
}
