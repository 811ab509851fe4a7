// Package dav reads the bodies that clients of WebDAV and CardDAV send (RFC 4918, RFC 6352, RFC 6578) and writes the
// answers. It knows no network, no people and no database.
package dav

import (
	"encoding/xml"
	"errors"
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// The namespaces.
const (
	DAV     = "DAV:"
	CardDAV = "urn:ietf:params:xml:ns:carddav"
	Apple   = "http://calendarserver.org/ns/"
)

// The most that a body may hold.
const (
	mostDepth = 32
	mostNodes = 200_000
	// mostTokens is how many elements, ends, texts and remarks there may be, some of each element.
	mostTokens = 5 * mostNodes
	// mostProps is how many properties may be asked for, and mostName how many bytes the parts of their names have.
	mostProps = 200
	mostName  = 300
	// mostTests is how many tests the filter of a query may have.
	mostTests = 100
)

// The most bytes of the bodies of requests, but for those that bring a card.
const (
	MostOfProperties = 64 << 10 // of PROPFIND and PROPPATCH
	MostOfReport     = 4 << 20  // of REPORT: some ask for every card by its address
)

// What is wrong with a body.
var (
	ErrXML    = errors.New("dav: the body is not well-formed XML")
	ErrShape  = errors.New("dav: the body asks for nothing that is known here")
	ErrFilter = errors.New("dav: the filter asks for what is not supported")
)

// Name returns a name in a namespace.
func Name(space, local string) xml.Name { return xml.Name{Space: space, Local: local} }

// node is an element of a body.
type node struct {
	name     xml.Name
	attr     []xml.Attr
	text     strings.Builder
	children []*node
}

func (n *node) attribute(name string) string {
	for _, a := range n.attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func (n *node) child(space, local string) *node {
	for _, c := range n.children {
		if c.name == Name(space, local) {
			return c
		}
	}
	return nil
}

// parse reads a body into elements. There are no entities but those of XML itself: a document type is refused.
func parse(r io.Reader) (*node, error) {
	decoder := xml.NewDecoder(r)
	var root *node
	var open []*node
	for count, tokens := 0, 0; ; {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) && root != nil && len(open) == 0 {
			return root, nil
		}
		if err != nil {
			return nil, errors.Join(ErrXML, err)
		}
		if tokens++; tokens > mostTokens {
			return nil, ErrXML
		}
		switch t := token.(type) {
		case xml.Directive:
			return nil, ErrXML
		case xml.StartElement:
			if count++; count > mostNodes || len(open) >= mostDepth {
				return nil, ErrXML
			}
			if len(t.Name.Space) > mostName || len(t.Name.Local) > mostName {
				return nil, ErrXML
			}
			n := &node{name: t.Name, attr: t.Attr}
			switch {
			case len(open) > 0:
				last := open[len(open)-1]
				last.children = append(last.children, n)
			case root != nil:
				return nil, ErrXML
			default:
				root = n
			}
			open = append(open, n)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			if len(open) > 0 {
				open[len(open)-1].text.Write(t)
			} else if strings.TrimSpace(string(t)) != "" {
				return nil, ErrXML
			}
		}
	}
}

// Props are the properties that a request asks for.
type Props struct {
	All   bool // all that are usual
	Names bool // only which there are
	List  []xml.Name
	// Data are the names of the lines of a card that are wanted, in capitals; none for the whole card.
	Data []string
}

// Has says whether a property is asked for by name.
func (p Props) Has(name xml.Name) bool { return slices.Contains(p.List, name) }

func propsOf(n *node) (Props, error) {
	var p Props
	seen := map[xml.Name]bool{}
	for _, c := range n.children {
		switch c.name {
		case Name(DAV, "allprop"):
			p.All = true
		case Name(DAV, "propname"):
			p.Names = true
		case Name(DAV, "prop"):
			for _, one := range c.children {
				if !seen[one.name] {
					seen[one.name] = true
					p.List = append(p.List, one.name)
				}
				if one.name == Name(CardDAV, "address-data") {
					for _, line := range one.children {
						if name := line.attribute("name"); line.name == Name(CardDAV, "prop") && name != "" {
							p.Data = append(p.Data, strings.ToUpper(name))
						}
					}
				}
			}
		}
	}
	if len(p.List) > mostProps || len(p.Data) > mostProps {
		return Props{}, ErrShape
	}
	return p, nil
}

// ReadPropfind reads the body of a PROPFIND; an empty one asks for all.
func ReadPropfind(r io.Reader) (Props, error) {
	root, err := parse(r)
	if errors.Is(err, io.EOF) { // nothing at all
		return Props{All: true}, nil
	}
	if err != nil {
		return Props{}, err
	}
	if root.name != Name(DAV, "propfind") {
		return Props{}, ErrShape
	}
	return propsOf(root)
}

// ReadProppatch reads which properties somebody wants changed.
func ReadProppatch(r io.Reader) ([]xml.Name, error) {
	root, err := parse(r)
	if err != nil {
		return nil, err
	}
	if root.name != Name(DAV, "propertyupdate") {
		return nil, ErrShape
	}
	var out []xml.Name
	for _, change := range root.children {
		p, err := propsOf(change)
		if err != nil {
			return nil, err
		}
		if out = append(out, p.List...); len(out) > mostProps {
			return nil, ErrShape
		}
	}
	return out, nil
}

// Kind is which report is asked for.
type Kind int

// The reports.
const (
	Query    Kind = iota + 1 // addressbook-query
	Multiget                 // addressbook-multiget
	Sync                     // sync-collection
)

// Report is what a REPORT asks for.
type Report struct {
	Kind   Kind
	Props  Props
	Hrefs  []string // of Multiget, as written
	Token  string   // of Sync; empty for the first time
	Limit  int      // how many answers at most; 0 for no limit
	Filter Filter   // of Query
}

// ReadReport reads the body of a REPORT.
func ReadReport(r io.Reader) (Report, error) {
	root, err := parse(r)
	if err != nil {
		return Report{}, err
	}
	var out Report
	if out.Props, err = propsOf(root); err != nil {
		return Report{}, err
	}
	if limit := root.child(DAV, "limit"); limit != nil {
		out.Limit = results(limit.child(DAV, "nresults"))
	}
	if limit := root.child(CardDAV, "limit"); limit != nil {
		out.Limit = results(limit.child(CardDAV, "nresults"))
	}
	switch root.name {
	case Name(CardDAV, "addressbook-query"):
		out.Kind = Query
		if filter := root.child(CardDAV, "filter"); filter != nil {
			out.Filter, err = filterOf(filter)
		}
	case Name(CardDAV, "addressbook-multiget"):
		out.Kind = Multiget
		for _, c := range root.children {
			if c.name == Name(DAV, "href") {
				out.Hrefs = append(out.Hrefs, strings.TrimSpace(c.text.String()))
			}
		}
	case Name(DAV, "sync-collection"):
		out.Kind = Sync
		if token := root.child(DAV, "sync-token"); token != nil {
			out.Token = strings.TrimSpace(token.text.String())
		}
	default:
		return Report{}, ErrShape
	}
	return out, err
}

func results(n *node) int {
	if n == nil {
		return 0
	}
	count, err := strconv.Atoi(strings.TrimSpace(n.text.String()))
	if err != nil || count < 0 {
		return 0
	}
	return count
}

// Escape writes a name as a segment of a path.
func Escape(segment string) string { return url.PathEscape(segment) }

// Path returns the path of a href, which may be a whole address, decoded; ok is false when it is none.
func Path(href string) (path string, ok bool) {
	u, err := url.Parse(href)
	if err != nil || u.Path == "" {
		return "", false
	}
	return u.Path, true
}
