package graphio

import (
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"gave.network/graph"
	"gave.network/graph/internal/mapped"
	"gave.network/graph/temporal"
)

// Contacts is what a reader makes of a file of contacts: the sequence, what its nodes are called, and what was wrong in
// the file.
type Contacts struct {
	Sequence *temporal.Sequence
	Names    *graph.Names
	// Dates says that the file has dates only; times are then seconds since 1970 in UTC, and durations seconds.
	Dates bool
	// Problems are the first records that could not be used, at most MaxProblems, in order of line; Rejected is how
	// many there were.
	Problems []Problem
	Rejected int64
}

// ReadContacts reads a contact sequence, one contact a line: time, from, to and, where contacts last, a duration. With
// a line of headings the columns stand in any order: time (or timestamp, t, start, date), from (source, sender), to
// (target, receiver), duration, or end; others are left unread. Without headings they stand in the order above, as
// SocioPatterns has them. Fields are separated by commas, semicolons, tabs or blanks; lines that begin with # or % are
// comments.
//
// Times are whole numbers, or dates as 2026-11-29, 2026-11-29 14:30:00 or RFC 3339, in UTC where they do not say; parts
// of a second are left out. Nodes are numbered in order of first appearance. A line that cannot be read is reported and
// does no harm to the others. The file may be gzip-compressed. Of the options, Build.Directed, Separator and MaxBytes
// are looked at.
func ReadContacts(ctx context.Context, r io.Reader, options ReadOptions) (*Contacts, error) {
	data, err := readAll(r, options.MaxBytes)
	if err != nil {
		return nil, err
	}
	return parseContacts(ctx, data, options)
}

// ReadContactsFile reads the contacts of a file; see ReadContacts.
func ReadContactsFile(ctx context.Context, path string, options ReadOptions) (*Contacts, error) {
	file, err := mapped.Open(path, true)
	if err != nil {
		return nil, fmt.Errorf("graph: %w", err)
	}
	contacts, err := ReadContacts(ctx, bytes.NewReader(file.Data), options)
	if err := errors.Join(err, file.Close()); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return contacts, nil
}

func parseContacts(ctx context.Context, data []byte, options ReadOptions) (*Contacts, error) {
	c := &Contacts{Names: graph.NewNames(nil), Dates: true}
	network := &Network{} // gathers problems
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	table, columns, err := contactTable(data, options)
	if err != nil {
		return nil, err
	}
	var list []temporal.Contact
	for table != nil && table.read() {
		if table.line&1023 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if isComment([]byte(table.fields[0])) {
			continue
		}
		contact, wrong := columns.contact(table, c)
		if wrong.key != "" {
			network.reject(table.line, wrong.key, wrong.values...)
			continue
		}
		list = append(list, contact)
	}
	c.Dates = c.Dates && len(list) > 0
	c.Problems, c.Rejected = network.Problems, network.Rejected
	c.Sequence, err = temporal.New(ctx, c.Names.Len(), list, options.Build.Directed)
	return c, err
}

// contactColumns are the places of the columns, -1 for one that is not there.
type contactColumns struct{ time, from, to, duration, end int }

// contactTable opens a table of contacts; it is nil when there is nothing in it.
func contactTable(data []byte, options ReadOptions) (*tableReader, contactColumns, error) {
	start, lines := 0, int64(1)
	for start < len(data) {
		line := data[start : start+lineLength(data[start:])]
		if len(bytes.TrimSpace(line)) > 0 && !isComment(line) {
			break
		}
		start, lines = min(start+len(line)+1, len(data)), lines+1
	}
	if start == len(data) {
		return nil, contactColumns{}, nil
	}
	separator := options.Separator
	if first := data[start : start+lineLength(data[start:])]; separator == 0 && !bytes.ContainsAny(first, ",;\t") {
		separator = ' '
	}
	table, err := newTableReader(data[start:], separator)
	if err != nil {
		return nil, contactColumns{}, err
	}
	table.next += lines - 1
	if _, _, good := readTime(table.names[0]); good {
		table.at, table.next = 0, lines
		return table, contactColumns{0, 1, 2, 3, -1}, nil
	}
	columns := contactColumns{
		table.column("time", "timestamp", "t", "start", "date"), table.column("from", "source", "sender"),
		table.column("to", "target", "receiver"), table.column("duration"), table.column("end"),
	}
	if columns.time < 0 || columns.from < 0 || columns.to < 0 {
		return nil, columns, fmt.Errorf("graph: the table of contacts has no columns time, from and to: %w",
			graph.ErrParameter)
	}
	return table, columns, nil
}

// contact reads a record, and says what is wrong with it.
func (at contactColumns) contact(table *tableReader, c *Contacts) (temporal.Contact, reason) {
	from, to := table.value(at.from), table.value(at.to)
	if from == "" || to == "" {
		return temporal.Contact{}, because("a contact needs somebody at both ends")
	}
	if from == to {
		return temporal.Contact{}, because("a contact of somebody with themselves")
	}
	when, dated, good := readTime(table.value(at.time))
	if !good {
		return temporal.Contact{}, because("the time %q is neither a whole number nor a date",
			cut(table.value(at.time)))
	}
	length := int64(0)
	if text := table.value(at.duration); text != "" {
		x, err := strconv.ParseInt(text, 10, 64)
		if err != nil || x < 0 || x > temporal.MaxTime {
			return temporal.Contact{}, because("the duration %q is not a whole number of 0 or more", cut(text))
		}
		length = x
	} else if text := table.value(at.end); text != "" {
		end, _, good := readTime(text)
		if !good || end < when {
			return temporal.Contact{}, because("the end %q is no time after the start", cut(text))
		}
		length = end - when
	}
	if when+length > temporal.MaxTime {
		return temporal.Contact{}, because("the contact ends later than times go")
	}
	c.Dates = c.Dates && dated
	return temporal.Contact{
		From: c.Names.Intern([]byte(from)), To: c.Names.Intern([]byte(to)), Time: when, Duration: length,
	}, reason{}
}

// ReadTime reads a moment as files of contacts have it: a whole number, or a date, which becomes seconds since 1970.
func ReadTime(text string) (int64, error) {
	t, _, good := readTime(text)
	if !good {
		return 0, fmt.Errorf("graph: %q is neither a whole number nor a date: %w", cut(text), graph.ErrParameter)
	}
	return t, nil
}

func readTime(text string) (t int64, dated, good bool) {
	if x, err := strconv.ParseInt(text, 10, 64); err == nil {
		return x, false, x >= -temporal.MaxTime && x <= temporal.MaxTime
	}
	if len(text) < len(time.DateOnly) || text[4] != '-' {
		return 0, false, false
	}
	for _, layout := range []string{
		time.DateOnly, time.DateTime, time.RFC3339, "2006-01-02T15:04:05", "2006-01-02 15:04",
	} {
		if d, err := time.Parse(layout, text); err == nil {
			return d.Unix(), true, true
		}
	}
	return 0, false, false
}

// WriteContacts writes contacts as a table of time, from, to and, where contacts last, duration, in order of time.
func WriteContacts(w io.Writer, c *Contacts) error {
	buffered := bufio.NewWriterSize(w, 1<<16)
	table := csv.NewWriter(buffered)
	lasts := false
	for i := range c.Sequence.Len() {
		lasts = lasts || c.Sequence.Contact(i).Duration > 0
	}
	record := []string{"time", "from", "to", "duration"}
	if !lasts {
		record = record[:3]
	}
	if err := table.Write(record); err != nil {
		return err
	}
	for i := range c.Sequence.Len() {
		contact := c.Sequence.Contact(i)
		record[0] = strconv.FormatInt(contact.Time, 10)
		if c.Dates {
			record[0] = time.Unix(contact.Time, 0).UTC().Format(time.RFC3339)
		}
		record[1], record[2] = c.Names.Name(contact.From), c.Names.Name(contact.To)
		if lasts {
			record[3] = strconv.FormatInt(contact.Duration, 10)
		}
		if err := table.Write(record); err != nil {
			return err
		}
	}
	table.Flush()
	return errors.Join(table.Error(), buffered.Flush())
}
