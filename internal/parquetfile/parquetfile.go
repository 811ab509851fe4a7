// Package parquetfile has the Parquet files in which Gave gives evidence and ties to programs for large data, and takes
// ties back (docs/scale.md). Ids are 16 bytes, times are microseconds UTC.
package parquetfile

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress/snappy"
)

// Interaction is a row of interactions: one thing that happened between people at one moment.
type Interaction struct {
	ID           []byte        `parquet:"id"`
	Owner        []byte        `parquet:"owner"`      // whose evidence it is
	Visibility   string        `parquet:"visibility"` // private, space or public
	Medium       string        `parquet:"medium"`     // face, video, call, message, mail or list
	Time         int64         `parquet:"time,timestamp(microsecond)"`
	People       int32         `parquet:"people"` // how many took part, known or not
	Participants []Participant `parquet:"participants,list"`
}

// Participant is somebody in an interaction.
type Participant struct {
	Person []byte `parquet:"person"`
	Role   string `parquet:"role"` // from, to, cc or mentioned
}

// Person is a row of people: a record, and whose it is when it was merged into another.
type Person struct {
	ID      []byte `parquet:"id"`
	Merged  []byte `parquet:"merged,optional"` // the record that it was found to be; empty for none
	Name    string `parquet:"name"`
	Address string `parquet:"address"` // the first mail address; may be empty
}

// Tie is a row of ties: what is kept of two people, seen from the one whose id is the smaller. The fields are those of
// tie.State.
type Tie struct {
	Owner           []byte  `parquet:"owner"` // whose evidence made it; 16 zeros for the space's
	Person          []byte  `parquet:"person"`
	Other           []byte  `parquet:"other"`
	Intensity       float64 `parquet:"intensity"`
	Sent            float64 `parquet:"sent"`
	Received        float64 `parquet:"received"`
	Peak            float64 `parquet:"peak"`
	AsOf            int64   `parquet:"as_of,timestamp(microsecond)"`
	LastInteraction []byte  `parquet:"last_interaction"`
	FirstContact    int64   `parquet:"first_contact,timestamp(microsecond)"`
	Interactions    int64   `parquet:"interactions"`
	// How the people are called, for who does not know their ids; each may be missing.
	PersonName    string `parquet:"person_name,optional"`
	PersonAddress string `parquet:"person_address,optional"`
	OtherName     string `parquet:"other_name,optional"`
	OtherAddress  string `parquet:"other_address,optional"`
}

// rowsInGroup bounds the rows that a writer holds in memory, and that a reader decodes at once.
const rowsInGroup = 250_000

// Writer writes rows of one kind. Nobody may use the file before Close.
type Writer[R any] struct {
	to   *parquet.GenericWriter[R]
	held int
}

// NewWriter starts a file.
func NewWriter[R any](w io.Writer) *Writer[R] {
	return &Writer[R]{to: parquet.NewGenericWriter[R](w, parquet.Compression(&snappy.Codec{}))}
}

// Write adds rows.
func (w *Writer[R]) Write(rows []R) error {
	if _, err := w.to.Write(rows); err != nil {
		return err
	}
	if w.held += len(rows); w.held >= rowsInGroup {
		w.held = 0
		return w.to.Flush()
	}
	return nil
}

// Close ends the file.
func (w *Writer[R]) Close() error { return w.to.Close() }

// Magic is how a Parquet file begins and ends.
const Magic = "PAR1"

// ErrNotParquet is returned for a file that is not Parquet, or of which the end is missing.
var ErrNotParquet = errors.New("this is not a whole Parquet file: its end is missing or damaged")

// File is a Parquet file that is being read.
type File struct {
	file *parquet.File
	from *os.File
}

// Open opens a file. What it says of itself is not believed further than it goes.
func Open(name string) (*File, error) {
	from, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	out, err := open(from)
	if err != nil {
		from.Close()
		return nil, err
	}
	return out, nil
}

// Of reads a file that is open already. It need not be closed: the caller closes what it opened.
func Of(from *os.File) (*File, error) { return open(from) }

func open(from *os.File) (out *File, err error) {
	defer rescue(&err)
	info, err := from.Stat()
	if err != nil {
		return nil, err
	}
	file, err := parquet.OpenFile(from, info.Size())
	if err != nil {
		return nil, fmt.Errorf("%w (%v)", ErrNotParquet, err)
	}
	return &File{file, from}, nil
}

// rescue makes an error of a panic of the library on damaged bytes.
func rescue(err *error) {
	if cause := recover(); cause != nil {
		*err = fmt.Errorf("%w (%v)", ErrNotParquet, cause)
	}
}

// Close closes the file.
func (f *File) Close() error { return f.from.Close() }

// Rows is how many rows the file says that it has.
func (f *File) Rows() int64 { return f.file.NumRows() }

// Columns returns the names of the columns, in their order.
func (f *File) Columns() (out []string) {
	for _, field := range f.file.Schema().Fields() {
		out = append(out, field.Name())
	}
	return out
}

// MissingColumnsError says which columns a file lacks.
type MissingColumnsError struct{ Columns []string }

// Error says so in English.
func (e *MissingColumnsError) Error() string {
	return "columns are missing: " + strings.Join(e.Columns, ", ")
}

// OtherTypeError says that a column is of another type than it should be.
type OtherTypeError struct{ Column, Is, Should string }

// Error says so in English.
func (e *OtherTypeError) Error() string {
	return fmt.Sprintf("column %s is %s and should be %s", e.Column, e.Is, e.Should)
}

// Check says whether rows of this kind can be read from the file: every column that is not optional is there, and each
// is of its type.
func Check[R any](f *File) error {
	there := map[string]parquet.Field{}
	for _, field := range f.file.Schema().Fields() {
		there[field.Name()] = field
	}
	var missing []string
	for _, field := range parquet.SchemaOf(*new(R)).Fields() {
		is, ok := there[field.Name()]
		if !ok {
			if !field.Optional() {
				missing = append(missing, field.Name())
			}
			continue
		}
		if is.Leaf() != field.Leaf() || is.Leaf() && is.Type().Kind() != field.Type().Kind() {
			return &OtherTypeError{field.Name(), kind(is), kind(field)}
		}
	}
	if len(missing) > 0 {
		slices.Sort(missing)
		return &MissingColumnsError{missing}
	}
	return nil
}

func kind(field parquet.Field) string {
	if !field.Leaf() {
		return "a group"
	}
	return field.Type().Kind().String()
}

// Read calls f with rows from one on, some at a time, until the end or an error. The rows are good until it returns. A
// page that is damaged ends the reading with an error that says how many rows came before it.
func Read[R any](file *File, from int64, f func(first int64, rows []R) error) (err error) {
	if err := Check[R](file); err != nil {
		return err
	}
	at := from
	defer func() {
		if cause := recover(); cause != nil {
			err = &DamagedError{at, fmt.Errorf("%v", cause)}
		}
	}()
	reader := parquet.NewGenericReader[R](file.file)
	defer reader.Close()
	if from > 0 {
		if err := reader.SeekToRow(from); err != nil {
			return &DamagedError{at, err}
		}
	}
	rows := make([]R, 1024)
	for {
		clear(rows)
		n, err := reader.Read(rows)
		if n > 0 {
			if err := f(at, rows[:n]); err != nil {
				return err
			}
			at += int64(n)
		}
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return &DamagedError{at, err}
		case n == 0:
			return &DamagedError{at, io.ErrUnexpectedEOF}
		}
	}
}

// DamagedError says after how many rows a file could not be read on.
type DamagedError struct {
	Rows  int64
	Cause error
}

// Error says so in English.
func (e *DamagedError) Error() string {
	return fmt.Sprintf("damaged after row %d: %v", e.Rows, e.Cause)
}

// Unwrap returns the cause.
func (e *DamagedError) Unwrap() error { return e.Cause }
