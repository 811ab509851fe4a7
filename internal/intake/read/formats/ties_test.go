package formats_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gave.network/internal/intake/read"
	"gave.network/internal/intake/read/formats"
	"gave.network/internal/intake/read/readtest"
	"gave.network/internal/parquetfile"
)

// A file of ties is read at any place, so it is copied to disk out of an archive; what Spark lays beside the parts of a
// table is no file that cannot be read.
func TestOpenTies(t *testing.T) {
	var file bytes.Buffer
	w := parquetfile.NewWriter[parquetfile.Tie](&file)
	at := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC).UnixMicro()
	// Bytes that look like line ends of old Macs are no text.
	row := parquetfile.Tie{
		Owner: make([]byte, 16), Person: bytes.Repeat([]byte{'\r'}, 16), Other: bytes.Repeat([]byte{'x'}, 16),
		Intensity: 1, Peak: 1, AsOf: at, FirstContact: at, LastInteraction: make([]byte, 16), Interactions: 1,
	}
	if err := errors.Join(w.Write([]parquetfile.Tie{row}), w.Close()); err != nil {
		t.Fatal(err)
	}
	good := file.Bytes()
	var people bytes.Buffer
	p := parquetfile.NewWriter[parquetfile.Person](&people)
	if err := errors.Join(p.Write([]parquetfile.Person{{ID: make([]byte, 16)}}), p.Close()); err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	for name, data := range map[string][]byte{
		"plain.parquet": good, "named otherwise": good, "packed.parquet.gz": gzipped(t, good),
		"a.zip":                             readtest.Zip(t, map[string]string{"deep/ties.parquet": string(good)}),
		"spark/part-00000-1.snappy.parquet": good, "spark/_SUCCESS": nil, "spark/.part-00000-1.crc": []byte("crc"),
		"people.parquet": people.Bytes(), "half.parquet": good[:len(good)/2], "no.parquet": []byte("\x00\x01 nothing"),
	} {
		path := filepath.Join(folder, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, data, 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	for name, says := range map[string]string{
		"plain.parquet": "", "named otherwise": "", "packed.parquet.gz": "", "a.zip": "", "spark": "",
		"people.parquet": "without these columns of Gave's ties", "half.parquet": "not a whole Parquet file",
		"no.parquet": "not a whole Parquet file",
	} {
		c := &readtest.Collector{}
		said, entries := "", 0
		for entry, err := range formats.Open(context.Background(), filepath.Join(folder, name)) {
			if err == nil {
				entries++
				err = entry.Read(context.Background(), &read.Source{Zone: time.UTC, Now: readtest.Now}, c)
			}
			if err != nil {
				said += err.Error()
			}
		}
		if says == "" && (said != "" || len(c.Ties) != 1 || c.Ties[0].FromID != [16]byte(row.Person) || entries != 1) ||
			says != "" && !strings.Contains(said, says) {
			t.Errorf("%s: %q, %d ties of %d entries", name, said, len(c.Ties), entries)
		}
	}
}
