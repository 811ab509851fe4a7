package archive

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"

	"gave.network/internal/db"
)

// A row is a JSON array in a line: a text as a string, bytes as a string in base64, numbers and booleans as such. What
// JSON cannot say, and what SQLite holds in a column of another kind, is an object with the name of its kind:
// {"bytes":"/w"}, {"real":"NaN"}.

// mostLine bounds a row in memory.
const mostLine = 256 << 20

var encoding = base64.RawStdEncoding

// appendRow adds a row and the end of its line.
func appendRow(b []byte, columns []db.Column, row []any) []byte {
	b = append(b, '[')
	for i, value := range row {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendValue(b, value, columns[i].Kind)
	}
	return append(b, ']', '\n')
}

func appendValue(b []byte, value any, kind db.ColumnKind) []byte {
	switch v := value.(type) {
	case nil:
		return append(b, "null"...)
	case string:
		quoted, err := jsontext.AppendQuote(b, v)
		if err != nil { // it is not in UTF-8
			return appendOther(b, db.Bytes, []byte(v))
		}
		if kind == db.Text {
			return quoted
		}
		return appendOther(b, db.Text, []byte(v))
	case []byte:
		if kind == db.Bytes {
			b = append(b, '"')
			b = encoding.AppendEncode(b, v)
			return append(b, '"')
		}
		return appendOther(b, db.Bytes, v)
	case int64:
		if kind == db.Integer {
			return strconv.AppendInt(b, v, 10)
		}
		return appendOther(b, db.Integer, strconv.AppendInt(nil, v, 10))
	case float64:
		digits := strconv.AppendFloat(nil, v, 'g', -1, 64)
		if kind == db.Real && !math.IsNaN(v) && !math.IsInf(v, 0) {
			return append(b, digits...)
		}
		return appendOther(b, db.Real, digits)
	case bool:
		if kind == db.Boolean {
			return strconv.AppendBool(b, v)
		}
		return appendOther(b, db.Boolean, strconv.AppendBool(nil, v))
	default:
		panic(fmt.Sprintf("archive: a database gave a %T", value))
	}
}

func appendOther(b []byte, kind db.ColumnKind, text []byte) []byte {
	b = append(b, `{"`...)
	b = append(b, kind...)
	b = append(b, `":"`...)
	if kind == db.Bytes {
		b = encoding.AppendEncode(b, text)
	} else {
		quoted, err := jsontext.AppendQuote(nil, text)
		if err != nil {
			panic("archive: " + err.Error()) // all but bytes is in UTF-8
		}
		b = append(b, quoted[1:len(quoted)-1]...)
	}
	return append(b, `"}`...)
}

var errRow = errors.New("the row cannot be read")

// decodeRows reads lines of rows to the end.
func decodeRows(from io.Reader, t db.Table) db.RowSeq {
	return func(yield func([]any, error) bool) {
		lines := bufio.NewReaderSize(from, 1<<20)
		row := make([]any, len(t.Columns))
		var reader bytes.Reader
		decoder := jsontext.NewDecoder(&reader)
		for {
			line, err := readLine(lines)
			if errors.Is(err, io.EOF) && len(line) == 0 {
				return
			}
			if err != nil {
				yield(nil, err)
				return
			}
			reader.Reset(line)
			decoder.Reset(&reader)
			if err := decodeRow(decoder, t.Columns, row); err != nil {
				yield(nil, err)
				return
			}
			if !yield(row, nil) {
				return
			}
		}
	}
}

func readLine(from *bufio.Reader) ([]byte, error) {
	line, err := from.ReadSlice('\n')
	if !errors.Is(err, bufio.ErrBufferFull) {
		return line, err
	}
	long := bytes.Clone(line)
	for errors.Is(err, bufio.ErrBufferFull) {
		if len(long) > mostLine {
			return nil, errRow
		}
		line, err = from.ReadSlice('\n')
		long = append(long, line...)
	}
	return long, err
}

func decodeRow(d *jsontext.Decoder, columns []db.Column, row []any) error {
	token, err := d.ReadToken()
	if err != nil || token.Kind() != '[' {
		return errRow
	}
	for i, c := range columns {
		if row[i], err = decodeValue(d, c.Kind); err != nil {
			return fmt.Errorf("%w: %w", errRow, err)
		}
	}
	if token, err = d.ReadToken(); err != nil || token.Kind() != ']' {
		return errRow
	}
	if _, err := d.ReadToken(); !errors.Is(err, io.EOF) {
		return errRow
	}
	return nil
}

func decodeValue(d *jsontext.Decoder, kind db.ColumnKind) (any, error) {
	token, err := d.ReadToken()
	if err != nil {
		return nil, err
	}
	switch token.Kind() {
	case 'n':
		return nil, nil
	case 't', 'f':
		if kind == db.Boolean {
			return token.Bool(), nil
		}
	case '0':
		if kind == db.Integer || kind == db.Real {
			return decodeText(token.String(), kind)
		}
	case '"':
		if kind == db.Text || kind == db.Bytes {
			return decodeText(token.String(), kind)
		}
	case '{':
		return decodeOther(d, kind)
	}
	return nil, errRow
}

// decodeOther reads a value whose kind is said. Bytes in a column of texts are a text that is not in UTF-8.
func decodeOther(d *jsontext.Decoder, column db.ColumnKind) (any, error) {
	name, err := d.ReadToken()
	if err != nil || name.Kind() != '"' {
		return nil, errRow
	}
	kind := db.ColumnKind(name.String())
	text, err := d.ReadToken()
	if err != nil || text.Kind() != '"' {
		return nil, errRow
	}
	value, err := decodeText(text.String(), kind)
	if err != nil {
		return nil, err
	}
	if end, err := d.ReadToken(); err != nil || end.Kind() != '}' {
		return nil, errRow
	}
	if raw, ok := value.([]byte); ok && column == db.Text {
		return string(raw), nil
	}
	return value, nil
}

func decodeText(text string, kind db.ColumnKind) (any, error) {
	switch kind {
	case db.Text:
		return text, nil
	case db.Bytes:
		return encoding.DecodeString(text)
	case db.Integer:
		return strconv.ParseInt(text, 10, 64)
	case db.Real:
		return strconv.ParseFloat(text, 64)
	case db.Boolean:
		return strconv.ParseBool(text)
	}
	return nil, errRow
}
