// Package ties reads ties that were worked out elsewhere, with Gave's own formulas, from more evidence than one machine
// keeps (docs/scale.md).
package ties

import (
	"bytes"
	"context"
	"errors"
	"math"
	"os"
	"strings"
	"time"

	"gave.network/internal/fault"
	"gave.network/internal/intake/read"
	"gave.network/internal/parquetfile"
)

// Parquet is a file of Gave's ties.
var Parquet = read.Format{
	Name: "gave-ties", Title: "ties from elsewhere (Parquet)",
	How: "Programs for large data write it, which work out ties with Gave's own formulas.",
	// A row is found from the end of the file, wherever reading begins.
	FromStart: true, OnDisk: true, Detect: detect, Read: readTies,
}

// detect knows every Parquet file: which columns it has stands at its end, and the reader says which are missing.
func detect(head []byte, name string) int {
	switch {
	case bytes.HasPrefix(head, []byte(parquetfile.Magic)):
		return 95
	case strings.HasSuffix(strings.ToLower(name), ".parquet"):
		return 50
	}
	return 0
}

func readTies(ctx context.Context, src *read.Source, sink read.Sink) error {
	from, ok := src.Reader.(*os.File)
	if !ok {
		return errors.New("ties: the file is not on disk")
	}
	file, err := parquetfile.Of(from)
	if err != nil {
		return told(src.Path, err)
	}
	// Places are counted as if every row took as many bytes, so that they tell how far the reading is.
	step := int64(1)
	if rows := file.Rows(); rows > 0 {
		step = max(1, src.Size/rows)
	}
	var stopped error
	err = parquetfile.Read(file, src.Resume/step, func(first int64, rows []parquetfile.Tie) error {
		for i := range rows {
			row := first + int64(i)
			at := read.At{Line: row + 1, Offset: row * step, Next: (row + 1) * step}
			t, reason := tieOf(&rows[i])
			if reason != "" {
				stopped = sink.Reject(at, reason)
			} else {
				stopped = sink.Tie(at, t)
			}
			if stopped == nil {
				stopped = ctx.Err()
			}
			if stopped != nil {
				return stopped
			}
		}
		return nil
	})
	if stopped != nil {
		return stopped
	}
	return told(src.Path, err)
}

// told says to people what is wrong with a file.
func told(path string, err error) error {
	var (
		missing *parquetfile.MissingColumnsError
		kind    *parquetfile.OtherTypeError
		damaged *parquetfile.DamagedError
	)
	switch {
	case errors.As(err, &missing):
		return fault.New(fault.Invalid, "%s is a Parquet file without these columns of Gave's ties: %s.", path,
			strings.Join(missing.Columns, ", ")).
			WithHint("Of Parquet files Gave reads its own ties only. Write another table as CSV and import that.")
	case errors.As(err, &kind):
		return fault.New(fault.Invalid, "%s is a Parquet file in which the column %s is %s; in Gave's ties it is %s.",
			path, kind.Column, kind.Is, kind.Should)
	case errors.As(err, &damaged):
		return fault.Wrap(err, fault.Invalid, "%s is damaged after row %d. The rows before that were read.", path,
			damaged.Rows).WithHint("Copy it once more from where it was made, and import it again.")
	case errors.Is(err, parquetfile.ErrNotParquet):
		return fault.Wrap(err, fault.Invalid, "%s is not a whole Parquet file: its end is missing or damaged.", path).
			WithHint("Copy it once more from where it was made, and import it again.")
	}
	return err
}

// rounding is how far figures may lie beyond what is possible, as sums of floating-point numbers do.
const rounding = 1e-9

// mostContacts is more contacts than two people can have had.
const mostContacts = 1_000_000_000

// tieOf returns what a row says, or why it cannot be used.
func tieOf(r *parquetfile.Tie) (out read.Tie, reason string) {
	for _, c := range []struct {
		column string
		value  []byte
		to     *[16]byte
	}{
		{"owner", r.Owner, &out.Origin},
		{"person", r.Person, &out.FromID},
		{"other", r.Other, &out.ToID},
		{"last_interaction", r.LastInteraction, &out.LastInteraction},
	} {
		if len(c.value) != len(c.to) {
			return out, read.Because("the id in the column %s is not 16 bytes long", c.column)
		}
		*c.to = [16]byte(c.value)
	}
	for _, c := range []struct {
		column string
		value  float64
	}{{"intensity", r.Intensity}, {"sent", r.Sent}, {"received", r.Received}, {"peak", r.Peak}} {
		if !(c.value >= 0) || math.IsInf(c.value, 0) {
			return out, read.Because("the number in the column %s cannot be right", c.column)
		}
	}
	const beyond = 1 + rounding
	none := [16]byte{}
	switch {
	case out.FromID == none || out.ToID == none:
		return out, read.Because("somebody in it has no id")
	case out.FromID == out.ToID:
		return out, read.Because("both people in it are the same")
	case r.Interactions < 1 || r.Interactions > mostContacts:
		return out, read.Because("the number in the column %s cannot be right", "interactions")
	case r.Intensity == 0 || r.Intensity > float64(r.Interactions)*beyond || r.Peak > float64(r.Interactions)*beyond:
		return out, read.Because("so many contacts do not make a tie of such a strength")
	case r.Peak*beyond < r.Intensity:
		return out, read.Because("the tie is said to be stronger than it ever was")
	case r.Sent+r.Received > r.Intensity*beyond:
		return out, read.Because("more was sent and received than there was contact")
	case r.FirstContact > r.AsOf:
		return out, read.Because("the first contact is later than the last")
	}
	out.Intensity, out.Sent, out.Received, out.Peak = r.Intensity, r.Sent, r.Received, r.Peak
	out.Interactions = r.Interactions
	out.AsOf, out.FirstContact = time.UnixMicro(r.AsOf).UTC(), time.UnixMicro(r.FirstContact).UTC()
	out.From, out.To = party(r.PersonName, r.PersonAddress), party(r.OtherName, r.OtherAddress)
	return out, ""
}

// party is how a file calls somebody.
func party(name, address string) read.Party {
	return read.Party{
		Name:    strings.TrimSpace(strings.ToValidUTF8(name, "�")),
		Address: strings.ToLower(strings.TrimSpace(strings.ToValidUTF8(address, "�"))),
	}
}
