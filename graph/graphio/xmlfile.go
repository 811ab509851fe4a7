package graphio

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"gave.network/graph"
)

// kindNames are what GraphML and GEXF call the kinds of columns.
var kindNames = map[graph.Kind]string{
	graph.Text: "string", graph.Number: "double", graph.Integer: "long", graph.Boolean: "boolean",
}

// xmlReader gives the elements of an XML file one after the other, with their line.
type xmlReader struct {
	decoder *xml.Decoder
}

func newXMLReader(data []byte) *xmlReader {
	d := xml.NewDecoder(bytes.NewReader(data))
	d.Strict = false
	d.CharsetReader = func(charset string, input io.Reader) (io.Reader, error) {
		switch strings.ToLower(charset) {
		case "utf-8", "us-ascii", "ascii":
			return input, nil
		case "iso-8859-1", "latin1", "windows-1252":
			text, err := io.ReadAll(input)
			return strings.NewReader(fromLatin1(text)), err
		}
		return nil, fmt.Errorf("graph: the encoding %q is not known", charset)
	}
	return &xmlReader{d}
}

func fromLatin1(text []byte) string {
	out := make([]byte, 0, len(text)+len(text)/8)
	for _, b := range text {
		out = utf8.AppendRune(out, rune(b))
	}
	return string(out)
}

// next returns the next token. An error other than io.EOF says that the rest of the file cannot be read.
func (r *xmlReader) next() (xml.Token, int64, error) {
	line, _ := r.decoder.InputPos()
	token, err := r.decoder.Token()
	return token, int64(line), err
}

// text returns the text inside the element that was just begun, up to its end.
func (r *xmlReader) text() (string, error) {
	var text strings.Builder
	for depth := 1; ; {
		token, _, err := r.next()
		if err != nil {
			return "", err
		}
		switch token := token.(type) {
		case xml.CharData:
			text.Write(token)
		case xml.StartElement:
			depth++
		case xml.EndElement:
			if depth--; depth == 0 {
				return strings.TrimSpace(text.String()), nil
			}
		}
	}
}

// attribute returns the value of an attribute, "" when it is missing.
func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if strings.EqualFold(a.Name.Local, name) {
			return a.Value
		}
	}
	return ""
}

// endOfXML notes why a file could not be read to its end; what was read before stays.
func (n *Network) endOfXML(line int64, err error) {
	if errors.Is(err, io.EOF) {
		return
	}
	var syntax *xml.SyntaxError
	if errors.As(err, &syntax) {
		n.reject(int64(syntax.Line), "%s; the rest is not read", syntax.Msg)
		return
	}
	n.reject(line, "%s; the rest is not read", err.Error())
}

// xmlWriter writes XML and keeps the first error.
type xmlWriter struct {
	w   io.Writer
	err error
}

// put writes text as it is, with the values between it escaped.
func (w *xmlWriter) put(format string, values ...any) {
	if w.err != nil {
		return
	}
	for i, v := range values {
		if text, isText := v.(string); isText {
			values[i] = escapeXML(text)
		}
	}
	_, w.err = fmt.Fprintf(w.w, format, values...)
}

func escapeXML(text string) string {
	var out strings.Builder
	// The writer is in memory and does not fail.
	_ = xml.EscapeText(&out, []byte(text))
	return out.String()
}
