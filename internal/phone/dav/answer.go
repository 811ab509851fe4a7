package dav

import (
	"bufio"
	"encoding/xml"
	"net/http"
	"strconv"
	"strings"
)

// Property is one property of a resource, with its value as XML.
type Property struct {
	Name  xml.Name
	Value string // XML; empty for an empty element
}

// Text returns a property whose value is a text.
func Text(name xml.Name, value string) Property { return Property{name, EscapeText(value)} }

// Href returns a property whose value is an address.
func Href(name xml.Name, path string) Property { return Property{name, href(path)} }

func href(path string) string { return "<d:href>" + EscapeText(path) + "</d:href>" }

// EscapeText writes a text as XML; what XML cannot hold becomes a question mark in a lozenge.
func EscapeText(s string) string {
	var out strings.Builder
	_ = xml.EscapeText(&out, []byte(s)) // a builder never fails
	return out.String()
}

// prefixes are those that answers use.
var prefixes = map[string]string{DAV: "d", CardDAV: "c", Apple: "cs"}

// element writes an element of a namespace with a value that is XML.
func element(out *strings.Builder, name xml.Name, value string) {
	prefix, known := prefixes[name.Space]
	start := prefix + ":" + name.Local
	end := start
	if !known {
		start = `x:` + name.Local + ` xmlns:x="` + EscapeText(name.Space) + `"`
		end = "x:" + name.Local
		if name.Space == "" {
			start, end = name.Local+` xmlns=""`, name.Local
		}
	}
	if value == "" {
		out.WriteString("<" + start + "/>")
		return
	}
	out.WriteString("<" + start + ">" + value + "</" + end + ">")
}

// Answer is a multistatus (RFC 4918 §13) that is sent as it grows, so that one of any length takes little memory.
type Answer struct {
	to  *start
	out *bufio.Writer
}

// start writes what stands before a multistatus with its first bytes.
type start struct {
	w     http.ResponseWriter
	begun bool
}

func (s *start) Write(part []byte) (int, error) {
	if !s.begun {
		s.begun = true
		s.w.Header().Set("Content-Type", "application/xml; charset=utf-8")
		s.w.WriteHeader(http.StatusMultiStatus)
	}
	return s.w.Write(part)
}

// held is how many bytes of an answer are held back at most: as long as no more came, it can be another answer still.
const held = 64 << 10

// namespaces are declared on the first element of an answer.
const namespaces = ` xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:carddav" xmlns:cs="http://calendarserver.org/ns/"`

// NewAnswer begins an answer.
func NewAnswer(w http.ResponseWriter) *Answer {
	a := &Answer{to: &start{w: w}}
	a.out = bufio.NewWriterSize(a.to, held)
	a.write(xml.Header + "<d:multistatus" + namespaces + ">")
	return a
}

// write adds to the answer. What fails is told by Failed and End.
func (a *Answer) write(text string) { _, _ = a.out.WriteString(text) }

// Begun says that a part of the answer is on its way: then it cannot be another one any more.
func (a *Answer) Begun() bool { return a.to.begun }

// Failed returns why nothing more can be sent; nil when it can.
func (a *Answer) Failed() error {
	_, err := a.out.Write(nil)
	return err
}

func statusLine(status int) string {
	return "<d:status>HTTP/1.1 " + strconv.Itoa(status) + " " + http.StatusText(status) + "</d:status>"
}

// Add tells the properties of a resource that were asked for, and which of them it does not have.
func (a *Answer) Add(path string, asked Props, has []Property) {
	a.write("<d:response>" + href(path))
	var found, missing strings.Builder
	switch {
	case asked.Names:
		for _, p := range has {
			element(&found, p.Name, "")
		}
	case asked.All:
		for _, p := range has {
			if p.Name != Name(CardDAV, "address-data") {
				element(&found, p.Name, p.Value)
			}
		}
	default:
		values := make(map[xml.Name]string, len(has))
		for _, p := range has {
			values[p.Name] = p.Value
		}
		for _, name := range asked.List {
			if value, ok := values[name]; ok {
				element(&found, name, value)
			} else {
				element(&missing, name, "")
			}
		}
	}
	if found.Len() > 0 || missing.Len() == 0 {
		a.propstat(found.String(), http.StatusOK)
	}
	if missing.Len() > 0 {
		a.propstat(missing.String(), http.StatusNotFound)
	}
	a.write("</d:response>")
}

func (a *Answer) propstat(props string, status int) {
	a.write("<d:propstat><d:prop>" + props + "</d:prop>" + statusLine(status) + "</d:propstat>")
}

// Refuse tells that properties of a resource cannot be changed.
func (a *Answer) Refuse(path string, names []xml.Name) {
	a.write("<d:response>" + href(path))
	var props strings.Builder
	for _, name := range names {
		element(&props, name, "")
	}
	a.propstat(props.String(), http.StatusForbidden)
	a.write("</d:response>")
}

// Gone tells that a resource is not there.
func (a *Answer) Gone(path string) { a.status(path, http.StatusNotFound, "") }

// More tells that there are more answers than were asked for.
func (a *Answer) More(path string) {
	a.status(path, http.StatusInsufficientStorage, "<d:error><d:number-of-matches-within-limits/></d:error>")
}

func (a *Answer) status(path string, status int, why string) {
	a.write("<d:response>" + href(path) + statusLine(status) + why + "</d:response>")
}

// Token tells up to where the answer goes.
func (a *Answer) Token(token string) {
	a.write("<d:sync-token>" + EscapeText(token) + "</d:sync-token>")
}

// End ends the answer.
func (a *Answer) End() error {
	a.write("</d:multistatus>\n")
	return a.out.Flush()
}

// Fail answers with what a request was to keep to and did not (RFC 4918 §16); inner is XML within it.
func Fail(w http.ResponseWriter, status int, condition xml.Name, inner string) {
	var out strings.Builder
	element(&out, condition, inner)
	w.Header().Set("Content-Type", "application/xml; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(xml.Header + "<d:error" + namespaces + ">" + out.String() + "</d:error>\n"))
}

// HrefOf writes an address as XML, for Fail.
func HrefOf(path string) string { return href(path) }
