package table_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"gave.network/internal/intake/read/readtest"
	"gave.network/internal/intake/read/table"
)

// rowsOf reads a text as a table without a header.
func rowsOf(text string) (rows [][]string, lines []int64, faults int) {
	t := table.NewReader(strings.NewReader(text), int64(len(text)))
	for {
		row, ok := t.Next()
		if !ok {
			return rows, lines, faults
		}
		rows = append(rows, slices.Clone(row.Cells))
		lines = append(lines, row.Line)
		if row.Fault != "" {
			faults++
		}
	}
}

func TestCSVRows(t *testing.T) {
	tests := []struct {
		name, text string
		rows       string // as printed with %q
		lines      string
		faults     int
	}{
		{"plain", "a,b\n1,2\n", `[["a" "b"] ["1" "2"]]`, "[1 2]", 0},
		{"carriage returns", "a,b\r\n1,2\r\n", `[["a" "b"] ["1" "2"]]`, "[1 2]", 0},
		{"no last line end", "a;b\n1;2", `[["a" "b"] ["1" "2"]]`, "[1 2]", 0},
		{"tabs", "a\tb\n1\t\n", `[["a" "b"] ["1" ""]]`, "[1 2]", 0},
		{"stated separator", "sep=;\na;b,c\n", `[["a" "b,c"]]`, "[2]", 0},
		{"mark of byte order", "\ufeffa,b\n", `[["a" "b"]]`, "[1]", 0},
		{"quotes", `a,"b,c","d ""e"""` + "\n", `[["a" "b,c" "d \"e\""]]`, "[1]", 0},
		{"empty quotes", `"",""` + "\n" + `"a",""` + "\n", `[["" ""] ["a" ""]]`, "[1 2]", 0},
		{"spaces around quotes", `a, "b,c" ,d` + "\n", `[["a" "b,c" "d"]]`, "[1]", 0},
		{"across lines", "a,\"b\n\nc\",d\ne,f,g\n", `[["a" "b\n\nc" "d"] ["e" "f" "g"]]`, "[1 4]", 0},
		{"quote within a cell", "a,5\" disk,c\n", `[["a" "5\" disk" "c"]]`, "[1]", 0},
		{"quotes not doubled", `"Jan "de Beuker" Smit",x` + "\n", `[["Jan \"de Beuker\" Smit" "x"]]`, "[1]", 0},
		{"never closed", "a,\"b,c\nd,e,f\n", `[["a" "b" "c"] ["d" "e" "f"]]`, "[1 2]", 1},
		{
			"never closed, a quote later", "a,\"b,c\nd,\"e\",f\ng,h,i\n", `[["a" "b" "c"] ["d" "e" "f"] ["g" "h" "i"]]`,
			"[1 2 3]", 1,
		},
		{"second quote never closed", "a,\"b\nc\",\"d\ne,f,\"g\"\n", `[["a" "b\nc" "d"] ["e" "f" "g"]]`, "[1 3]", 1},
		{"empty lines", "\n\na,b\n\n1,2\n", `[["a" "b"] ["1" "2"]]`, "[3 5]", 0},
		{"ragged", "a,b,c\n1\n1,2,3,4\n", `[["a" "b" "c"] ["1"] ["1" "2" "3" "4"]]`, "[1 2 3]", 0},
		{"windows-1252", "naam;plaats\nRen\xe9;Itali\xeb\n", `[["naam" "plaats"] ["René" "Italië"]]`, "[1 2]", 0},
	}
	for _, test := range tests {
		rows, lines, faults := rowsOf(test.text)
		if got := fmt.Sprintf("%q", rows); got != test.rows || fmt.Sprint(lines) != test.lines ||
			faults != test.faults {
			t.Errorf("%s: %s at %v with %d faults, want %s at %s with %d", test.name, got, lines, faults, test.rows,
				test.lines, test.faults)
		}
	}
}

func TestCSVUTF16(t *testing.T) {
	var b bytes.Buffer
	for _, unit := range utf16.Encode([]rune("\ufeffnaam;plaats\r\nRené;Łódź\r\n")) {
		b.WriteByte(byte(unit))
		b.WriteByte(byte(unit >> 8))
	}
	rows, _, _ := rowsOf(b.String())
	if fmt.Sprintf("%q", rows) != `[["naam" "plaats"] ["René" "Łódź"]]` {
		t.Errorf("%q", rows)
	}
}

// A line of 300 MB is passed with bounded memory and its neighbours are kept, quoted or not.
func TestCSVEnormousField(t *testing.T) {
	for _, opening := range []string{"", `"`} {
		text := "name,note\nAnna,x\nBob," + opening
		big := int64(20 << 20)
		r := table.NewReader(readtest.Concat(text, &readtest.Endless{Byte: 'y', Count: big}, "\nCarla,z\n"), 0)
		var names []string
		for {
			row, ok := r.Next()
			if !ok {
				break
			}
			names = append(names, row.Cells[0])
			for _, cell := range row.Cells {
				if len(cell) > table.MaxCell {
					t.Errorf("a cell of %d bytes", len(cell))
				}
			}
		}
		if fmt.Sprint(names) != "[name Anna Bob Carla]" {
			t.Errorf("names %v", names)
		}
	}
}

// A quote that is never closed costs no more than reading the part twice.
func TestCSVManyOpenQuotes(t *testing.T) {
	var b strings.Builder
	for range 200_000 {
		b.WriteString("a,\"b\n")
	}
	rows, _, _ := rowsOf(b.String())
	if len(rows) != 200_000 {
		t.Errorf("%d rows", len(rows))
	}
}

func FuzzCSV(f *testing.F) {
	for _, s := range []string{
		"a,b\n1,2\n", "a,\"b\nc\",d\n", "\"", "\"\"\"\n,\"", "sep=;\na;b", "\xff\xfea\x00,\x00", "a\tb\n\t\n",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r := table.NewReader(bytes.NewReader(data), int64(len(data)))
		last := int64(0)
		for n := 0; ; n++ {
			row, ok := r.Next()
			if !ok {
				break
			}
			if len(row.Cells) == 0 || row.Line <= last || row.Next <= row.Offset {
				t.Fatalf("row %d: line %d after %d, from %d to %d, %q", n, row.Line, last, row.Offset,
					row.Next, row.Cells)
			}
			last = row.Line
			if n > len(data) {
				t.Fatal("more rows than bytes")
			}
		}
	})
}
