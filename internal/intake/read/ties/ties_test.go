package ties_test

import (
	"bytes"
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"gave.network/internal/fault"
	"gave.network/internal/intake/read"
	"gave.network/internal/intake/read/readtest"
	"gave.network/internal/intake/read/ties"
	"gave.network/internal/parquetfile"
)

func key(i int) []byte { return bytes.Repeat([]byte{byte(i + 1)}, 16) }

// row is a good row.
func row(i int) parquetfile.Tie {
	at := time.Date(2026, 3, 1, 0, i, 0, 0, time.UTC)
	return parquetfile.Tie{
		Owner: make([]byte, 16), Person: key(i), Other: key(i + 1), Intensity: 2, Sent: 1, Received: .5, Peak: 3,
		AsOf: at.UnixMicro(), LastInteraction: key(9), FirstContact: at.AddDate(-1, 0, 0).UnixMicro(),
		Interactions: 4, PersonName: " Anna ", PersonAddress: "Anna@Example.org",
	}
}

func write[R any](t testing.TB, rows []R) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "ties.parquet")
	file, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	w := parquetfile.NewWriter[R](file)
	if err := errors.Join(w.Write(rows), w.Close()); err != nil {
		t.Fatal(err)
	}
	return name
}

func readFile(t testing.TB, name string, resume int64, c *readtest.Collector) error {
	t.Helper()
	file, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		t.Fatal(err)
	}
	src := &read.Source{Path: "ties.parquet", Reader: file, Size: info.Size(), Resume: resume, Now: readtest.Now}
	return ties.Parquet.Read(context.Background(), src, c)
}

func TestAGoodRow(t *testing.T) {
	c := &readtest.Collector{}
	if err := readFile(t, write(t, []parquetfile.Tie{row(0)}), 0, c); err != nil || len(c.Ties) != 1 {
		t.Fatal(err, c.Rejects)
	}
	want := read.Tie{
		From: read.Party{Name: "Anna", Address: "anna@example.org"}, FromID: [16]byte(key(0)), ToID: [16]byte(key(1)),
		Intensity: 2, Sent: 1, Received: .5, Peak: 3, AsOf: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC),
		FirstContact: time.Date(2025, 3, 1, 0, 0, 0, 0, time.UTC), LastInteraction: [16]byte(key(9)), Interactions: 4,
	}
	if !reflect.DeepEqual(c.Ties[0], want) {
		t.Errorf("%+v", c.Ties[0])
	}
}

// Every row that cannot be right is told with its number and why; the others stay.
func TestBadRowsAreToldAndGoodOnesStay(t *testing.T) {
	type bad = *parquetfile.Tie
	for reason, spoil := range map[string]func(r bad){
		"the id in the column owner is not 16 bytes long":            func(r bad) { r.Owner = r.Owner[:15] },
		"the id in the column person is not 16 bytes long":           func(r bad) { r.Person = nil },
		"the id in the column other is not 16 bytes long":            func(r bad) { r.Other = make([]byte, 17) },
		"the id in the column last_interaction is not 16 bytes long": func(r bad) { r.LastInteraction = nil },
		"somebody in it has no id":                                   func(r bad) { r.Other = make([]byte, 16) },
		"both people in it are the same":                             func(r bad) { r.Other = r.Person },
		"the number in the column intensity cannot be right":         func(r bad) { r.Intensity = math.NaN() },
		"the number in the column sent cannot be right":              func(r bad) { r.Sent = -.1 },
		"the number in the column received cannot be right":          func(r bad) { r.Received = math.Inf(1) },
		"the number in the column peak cannot be right":              func(r bad) { r.Peak = math.Inf(-1) },
		"the number in the column interactions cannot be right":      func(r bad) { r.Interactions = 0 },
		"so many contacts do not make a tie of such a strength":      func(r bad) { r.Intensity = 0 },
		"the tie is said to be stronger than it ever was":            func(r bad) { r.Peak = 2 - 1e-6 },
		"more was sent and received than there was contact":          func(r bad) { r.Sent = 1.5 + 1e-6 },
		"the first contact is later than the last":                   func(r bad) { r.FirstContact = r.AsOf + 1 },
	} {
		rows := []parquetfile.Tie{row(0), row(1), row(2)}
		spoil(&rows[1])
		c := &readtest.Collector{}
		if err := readFile(t, write(t, rows), 0, c); err != nil || len(c.Ties) != 2 || len(c.Rejects) != 1 ||
			c.Rejects[0] != reason || c.Rejected[0].Line != 2 {
			t.Errorf("%s: %v, %d ties, %q %+v", reason, err, len(c.Ties), c.Rejects, c.Rejected)
		}
	}
	// What is beyond the bounds by rounding only is good, and so is a strength at its bound.
	rows := []parquetfile.Tie{row(0), row(1), row(2)}
	rows[0].Peak = 2 - 1e-10
	rows[1].Sent = 1.5 + 1e-10
	rows[2].Interactions, rows[2].Peak = 3, 3
	c := &readtest.Collector{}
	if err := readFile(t, write(t, rows), 0, c); err != nil || len(c.Ties) != 3 {
		t.Error(err, c.Rejects)
	}
	rows[2].Interactions = 2
	c = &readtest.Collector{}
	if err := readFile(t, write(t, rows), 0, c); err != nil || len(c.Ties) != 2 {
		t.Error("two contacts made a peak of 3", err, c.Rejects)
	}
}

// Reading goes on from wherever it stopped, with nothing lost and nothing twice.
func TestReadingGoesOn(t *testing.T) {
	var rows []parquetfile.Tie
	for i := range 200 {
		rows = append(rows, row(i))
	}
	name := write(t, rows)
	whole := &readtest.Collector{}
	if err := readFile(t, name, 0, whole); err != nil || len(whole.Ties) != 200 {
		t.Fatal(err, len(whole.Ties))
	}
	info, err := os.Stat(name)
	if err != nil {
		t.Fatal(err)
	}
	if last := whole.Places[199]; last.Line != 200 || last.Next > info.Size() || last.Next < info.Size()/2 {
		t.Errorf("%+v of %d bytes tells wrongly how far the reading is", last, info.Size())
	}
	for _, after := range []int{1, 77, 199} {
		c := &readtest.Collector{After: after}
		if err := readFile(t, name, 0, c); !errors.Is(err, readtest.ErrStop) {
			t.Fatal(err)
		}
		rest := &readtest.Collector{}
		if err := readFile(t, name, c.Places[after-1].Next, rest); err != nil {
			t.Fatal(err)
		}
		if got := append(c.Ties, rest.Ties...); !reflect.DeepEqual(got, whole.Ties) {
			t.Errorf("after %d: %d ties", after, len(got))
		}
	}
	if err := readFile(t, name, whole.Places[199].Next, &readtest.Collector{}); err != nil {
		t.Errorf("after the end: %v", err)
	}
}

// Spark lets every column be empty. Such files are read as others are, and what is empty is told.
func TestColumnsThatMayBeEmpty(t *testing.T) {
	type optional struct {
		Owner           *[]byte  `parquet:"owner,optional"`
		Person          *[]byte  `parquet:"person,optional"`
		Other           *[]byte  `parquet:"other,optional"`
		Intensity       *float64 `parquet:"intensity,optional"`
		Sent            *float64 `parquet:"sent,optional"`
		Received        *float64 `parquet:"received,optional"`
		Peak            *float64 `parquet:"peak,optional"`
		AsOf            *int64   `parquet:"as_of,optional,timestamp(microsecond)"`
		LastInteraction *[]byte  `parquet:"last_interaction,optional"`
		FirstContact    *int64   `parquet:"first_contact,optional,timestamp(microsecond)"`
		Interactions    *int64   `parquet:"interactions,optional"`
		Extra           *string  `parquet:"extra,optional"`
	}
	of := func(r parquetfile.Tie) optional {
		return optional{
			&r.Owner, &r.Person, &r.Other, &r.Intensity, &r.Sent, &r.Received, &r.Peak, &r.AsOf, &r.LastInteraction,
			&r.FirstContact, &r.Interactions, nil,
		}
	}
	rows := []optional{of(row(0)), of(row(1)), of(row(2))}
	rows[1].Intensity = nil
	c := &readtest.Collector{}
	if err := readFile(t, write(t, rows), 0, c); err != nil || len(c.Ties) != 2 || len(c.Rejects) != 1 {
		t.Fatalf("%v: %+v %q", err, c.Ties, c.Rejects)
	}
	if c.Ties[1].ToID != [16]byte(key(3)) || c.Ties[1].Peak != 3 || c.Ties[1].From.Name != "" {
		t.Errorf("%+v", c.Ties[1])
	}
}

func TestOtherFilesAreTold(t *testing.T) {
	person := write(t, []parquetfile.Person{{ID: make([]byte, 16), Name: "Anna"}})
	type other struct {
		parquetfile.Tie
		Peak int64 `parquet:"peak"`
	}
	whole, err := os.ReadFile(write(t, []parquetfile.Tie{row(0), row(1)}))
	if err != nil {
		t.Fatal(err)
	}
	cut := filepath.Join(t.TempDir(), "cut.parquet")
	if err := os.WriteFile(cut, whole[:len(whole)/2], 0o600); err != nil {
		t.Fatal(err)
	}
	for name, says := range map[string]string{
		person:                         "without these columns of Gave's ties: as_of, first_contact, intensity",
		write(t, []other{{row(0), 3}}): "the column peak is INT64; in Gave's ties it is DOUBLE",
		cut:                            "is not a whole Parquet file",
	} {
		c := &readtest.Collector{}
		err := readFile(t, name, 0, c)
		if fault.CodeOf(err) != fault.Invalid || !strings.Contains(err.Error(), says) || len(c.Ties) > 0 {
			t.Errorf("want %q: %v, %d ties", says, err, len(c.Ties))
		}
	}
}

// A page that is damaged is told; the rows before it were read.
func TestADamagedPageIsTold(t *testing.T) {
	var rows []parquetfile.Tie
	for i := range 250_000 { // what comes after them begins a part of its own
		rows = append(rows, row(i%200))
	}
	name := filepath.Join(t.TempDir(), "ties.parquet")
	file, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	w := parquetfile.NewWriter[parquetfile.Tie](file)
	first, err := int64(0), w.Write(rows)
	if err == nil {
		var info os.FileInfo
		if info, err = file.Stat(); err == nil {
			first = info.Size()
		}
	}
	if err := errors.Join(err, w.Write(rows[:10]), w.Close()); err != nil {
		t.Fatal(err)
	}
	if _, err := file.WriteAt(bytes.Repeat([]byte{0xff}, 200), first+1); err != nil {
		t.Fatal(err)
	}
	file.Close()
	count := &readtest.Counting{}
	from, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer from.Close()
	err = ties.Parquet.Read(context.Background(), &read.Source{Path: "ties.parquet", Reader: from}, count)
	var damaged *parquetfile.DamagedError
	if !errors.As(err, &damaged) || fault.CodeOf(err) != fault.Invalid || damaged.Rows != int64(count.Records) ||
		count.Records < 200_000 || count.Records > 250_000 {
		t.Errorf("%v after %d rows", err, count.Records)
	}
}

func FuzzRead(f *testing.F) {
	whole, err := os.ReadFile(write(f, []parquetfile.Tie{row(0), row(1), row(2)}))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole, int64(0))
	f.Add([]byte(parquetfile.Magic+parquetfile.Magic), int64(5))
	f.Fuzz(func(t *testing.T, data []byte, resume int64) {
		name := filepath.Join(t.TempDir(), "any.parquet")
		if err := os.WriteFile(name, data, 0o600); err != nil {
			t.Fatal(err)
		}
		c := &readtest.Collector{}
		_ = readFile(t, name, max(0, resume), c)
		for _, x := range c.Ties {
			if !(x.Intensity > 0) || !(x.Peak*(1+1e-8) >= x.Intensity) ||
				!(x.Sent+x.Received <= x.Intensity*(1+1e-8)) ||
				x.Interactions < 1 || x.FromID == x.ToID || x.FirstContact.After(x.AsOf) {
				t.Fatalf("a tie that cannot be: %+v", x)
			}
		}
	})
}
