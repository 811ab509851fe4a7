package colleagues

import (
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"gave.network/internal/fault"
	"gave.network/internal/text"
)

// mostFile bounds a table that is given, in bytes, and mostRows its lines: no organisation that is looked at by hand is
// larger.
const (
	mostFile = 5 << 20
	mostRows = 10_000
)

// Rejected is a line that could not be used, and why.
type Rejected struct {
	Line   int    `json:"line" doc:"from 1"`
	Reason string `json:"reason" doc:"in the viewer's language"`
}

// table is a table with headings, as spreadsheets save it.
type table struct {
	column map[string]int // by heading, folded
	rows   []tableRow
}

type tableRow struct {
	line  int
	cells []string
}

// readTable reads a table with commas, semicolons or tabs between its cells. Lines that start with # are left to the
// caller as settings.
func readTable(body string) (t *table, settings map[string]string, rejected []int, err error) {
	switch {
	case len(body) > mostFile:
		return nil, nil, nil, fault.New(fault.TooLarge, "The table is larger than %d MB.", mostFile>>20).
			WithHint("Leave out what is not needed.").WithField("file")
	case !utf8.ValidString(body):
		return nil, nil, nil, fault.New(fault.Invalid, "The table is not text in UTF-8.").
			WithHint("Save it as CSV in UTF-8.").WithField("file")
	}
	body = strings.TrimPrefix(body, "\ufeff")
	settings = map[string]string{}
	lines := strings.Split(strings.ReplaceAll(body, "\r\n", "\n"), "\n")
	heading := ""
	for i, line := range lines {
		if comment, ok := strings.CutPrefix(strings.TrimSpace(line), "#"); ok {
			if name, value, ok := strings.Cut(comment, ":"); ok {
				settings[strings.Join(text.Words(name), " ")] = strings.TrimSpace(value)
			}
			lines[i] = "" // the line keeps its number
		} else if heading == "" {
			heading = strings.TrimSpace(line)
		}
	}
	if heading == "" {
		return nil, nil, nil, fault.New(fault.Invalid, "The table is empty.").WithField("file")
	}
	separator := separatorOf(heading)
	records, err := cellsOf(strings.Join(lines, "\n"), separator, 0)
	if err != nil {
		// A quotation mark that is not closed swallows what follows: read line by line, so that it costs only its own.
		records = nil
		for i, line := range lines {
			one, err := cellsOf(line, separator, i)
			if err != nil {
				rejected = append(rejected, i+1)
				continue
			}
			records = append(records, one...)
		}
	}
	for _, row := range records {
		if t == nil {
			t = &table{column: map[string]int{}}
			for i, cell := range row.cells {
				if name := strings.Join(text.Words(cell), " "); name != "" {
					if _, taken := t.column[name]; !taken {
						t.column[name] = i
					}
				}
			}
			continue
		}
		if len(t.rows) == mostRows {
			return nil, nil, nil, fault.New(fault.TooLarge, "The table has more than %d lines.", mostRows).
				WithField("file")
		}
		t.rows = append(t.rows, row)
	}
	if t == nil {
		return nil, nil, nil, fault.New(fault.Invalid, "The table is empty.").WithField("file")
	}
	return t, settings, rejected, nil
}

// cellsOf reads the rows of a table that begins after so many lines.
func cellsOf(body string, separator rune, before int) ([]tableRow, error) {
	reader := csv.NewReader(strings.NewReader(body))
	reader.Comma, reader.FieldsPerRecord, reader.TrimLeadingSpace = separator, -1, true
	var out []tableRow
	for {
		cells, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		line, _ := reader.FieldPos(0)
		out = append(out, tableRow{before + line, cells})
	}
}

func separatorOf(heading string) rune {
	best, most := ',', 0
	for _, separator := range []rune{',', ';', '\t'} {
		if n := strings.Count(heading, string(separator)); n > most {
			best, most = separator, n
		}
	}
	return best
}

// has says whether the table has a column with one of these headings.
func (t *table) has(names ...string) bool {
	for _, name := range names {
		if _, ok := t.column[name]; ok {
			return true
		}
	}
	return false
}

// cell returns what stands under the first of these headings that has something.
func (t *table) cell(row tableRow, names ...string) string {
	for _, name := range names {
		if i, ok := t.column[name]; ok && i < len(row.cells) {
			if value := strings.TrimSpace(row.cells[i]); value != "" {
				return value
			}
		}
	}
	return ""
}
