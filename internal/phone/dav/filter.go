package dav

import (
	"slices"
	"strings"

	"gave.network/internal/text/vcard"
)

// Filter says which cards a query wants (RFC 6352 §10.5). Its zero value wants all.
type Filter struct {
	all   bool // all of the tests, not one of them
	props []propFilter
}

// propFilter is a test of the lines of a name.
type propFilter struct {
	name    string // in capitals, with its group before it where one is meant
	absent  bool   // there is none
	all     bool
	texts   []textMatch
	params  []paramFilter
	present bool // there is one
}

type paramFilter struct {
	name   string
	absent bool
	text   *textMatch
}

type textMatch struct {
	text   string
	how    string // contains, equals, starts-with or ends-with
	negate bool
	octet  bool // to the byte; else without regard to capitals
}

func filterOf(n *node) (Filter, error) {
	f := Filter{all: n.attribute("test") == "allof"}
	tests := 0
	for _, c := range n.children {
		if tests += 1 + len(c.children); tests > mostTests {
			return Filter{}, ErrFilter
		}
		if c.name != Name(CardDAV, "prop-filter") {
			return Filter{}, ErrFilter
		}
		p := propFilter{name: strings.ToUpper(c.attribute("name")), all: c.attribute("test") == "allof"}
		for _, test := range c.children {
			switch test.name {
			case Name(CardDAV, "is-not-defined"):
				p.absent = true
			case Name(CardDAV, "text-match"):
				match, err := matchOf(test)
				if err != nil {
					return Filter{}, err
				}
				p.texts = append(p.texts, match)
			case Name(CardDAV, "param-filter"):
				param := paramFilter{name: strings.ToUpper(test.attribute("name"))}
				param.absent = test.child(CardDAV, "is-not-defined") != nil
				if text := test.child(CardDAV, "text-match"); text != nil {
					match, err := matchOf(text)
					if err != nil {
						return Filter{}, err
					}
					param.text = &match
				}
				p.params = append(p.params, param)
			default:
				return Filter{}, ErrFilter
			}
		}
		p.present = !p.absent && len(p.texts)+len(p.params) == 0
		f.props = append(f.props, p)
	}
	return f, nil
}

func matchOf(n *node) (textMatch, error) {
	m := textMatch{
		text: n.text.String(), how: n.attribute("match-type"), negate: n.attribute("negate-condition") == "yes",
	}
	switch n.attribute("collation") {
	case "", "i;unicode-casemap", "i;ascii-casemap":
	case "i;octet":
		m.octet = true
	default:
		return m, ErrFilter
	}
	if m.how == "" {
		m.how = "contains"
	}
	if !slices.Contains([]string{"contains", "equals", "starts-with", "ends-with"}, m.how) {
		return m, ErrFilter
	}
	if !m.octet {
		m.text = strings.ToLower(m.text)
	}
	return m, nil
}

func (m textMatch) of(value string) bool {
	if !m.octet {
		value = strings.ToLower(value)
	}
	found := false
	switch m.how {
	case "equals":
		found = value == m.text
	case "starts-with":
		found = strings.HasPrefix(value, m.text)
	case "ends-with":
		found = strings.HasSuffix(value, m.text)
	default:
		found = strings.Contains(value, m.text)
	}
	return found != m.negate
}

// Empty says that the filter wants all cards.
func (f Filter) Empty() bool { return len(f.props) == 0 }

// Wants says whether the filter wants a card.
func (f Filter) Wants(c *vcard.Card) bool {
	if len(f.props) == 0 {
		return true
	}
	return tests(f.all, f.props, func(p propFilter) bool { return p.wants(c) })
}

// tests says whether all tests hold, or else one of them.
func tests[T any](all bool, list []T, holds func(T) bool) bool {
	if all {
		return !slices.ContainsFunc(list, func(one T) bool { return !holds(one) })
	}
	return slices.ContainsFunc(list, holds)
}

func (p propFilter) wants(c *vcard.Card) bool {
	var lines []vcard.Line
	for _, l := range c.Lines {
		if l.Is(p.name) || l.Group != "" && strings.EqualFold(l.Group+"."+l.Name, p.name) {
			lines = append(lines, l)
		}
	}
	switch {
	case p.absent:
		return len(lines) == 0
	case p.present:
		return len(lines) > 0
	}
	var holds []func() bool
	for _, m := range p.texts {
		holds = append(holds, func() bool {
			if len(lines) == 0 {
				return false
			}
			// Negated, no line may have the text.
			hit := slices.ContainsFunc(lines, func(l vcard.Line) bool {
				return textMatch{m.text, m.how, false, m.octet}.of(vcard.Unescape(l.Value))
			})
			return hit != m.negate
		})
	}
	for _, f := range p.params {
		holds = append(holds, func() bool {
			return slices.ContainsFunc(lines, func(l vcard.Line) bool { return f.wants(l) })
		})
	}
	return tests(p.all, holds, func(hold func() bool) bool { return hold() })
}

func (f paramFilter) wants(l vcard.Line) bool {
	values := l.Param(f.name)
	switch {
	case f.absent:
		return len(values) == 0
	case f.text == nil:
		return len(values) > 0
	}
	return slices.ContainsFunc(values, f.text.of)
}
