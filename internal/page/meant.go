package page

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"gave.network/internal/fault"
	"gave.network/internal/op"
)

// MeantField begins the names of the fields that say who is meant by a name that several people have: "meant.Iris".
const MeantField = "meant."

// withMeant returns the request with what its form says of who is meant.
func withMeant(r *http.Request) *http.Request {
	values := r.Form
	if values == nil {
		values = r.URL.Query()
	}
	meant := map[string]string{}
	for name, value := range values {
		if reference, ok := strings.CutPrefix(name, MeantField); ok && len(value) > 0 && len(meant) < mostMeant {
			meant[reference] = value[len(value)-1]
		}
	}
	if len(meant) == 0 {
		return r
	}
	return r.WithContext(op.WithMeant(r.Context(), meant))
}

// mostMeant bounds what a form says of who is meant.
const mostMeant = 200

// meantPair is what a form said of who is meant by a reference.
type meantPair struct{ name, value string }

// meantPairs are what the form of the request said, in one order.
func meantPairs(ctx context.Context) []meantPair {
	meant := op.MeantBy(ctx)
	var out []meantPair
	for _, reference := range slices.Sorted(maps.Keys(meant)) {
		out = append(out, meantPair{MeantField + reference, meant[reference]})
	}
	return out
}

// unclearControl returns the field in which a reference was typed, when the fault does not name it.
func unclearControl(form *html.Node, t *tried, unclear []fault.Unclear) *html.Node {
	if form == nil || len(unclear) == 0 {
		return nil
	}
	var within *html.Node
	for _, c := range controls(form) {
		if !visible(c) || c.DataAtom == atom.Select {
			continue
		}
		for _, typed := range t.values[attr(c, "name")] {
			switch text := strings.TrimPrefix(strings.TrimSpace(typed), "@"); {
			case text == unclear[0].Reference:
				return c
			case within == nil && strings.Contains(text, unclear[0].Reference):
				within = c
			}
		}
	}
	return within
}

// askWho puts the people whom unclear references can mean before a part of a form, to choose from.
func askWho(ctx context.Context, before *html.Node, form *html.Node, unclear []fault.Unclear) {
	for _, c := range controls(form) { // an earlier answer gives way to the question
		if slices.ContainsFunc(unclear,
			func(u fault.Unclear) bool { return attr(c, "name") == MeantField+u.Reference }) {
			c.Parent.RemoveChild(c)
		}
	}
	for _, u := range unclear {
		set := node(atom.Fieldset, "choices")
		legend := node(atom.Legend, "")
		legend.AppendChild(words(T(ctx, "Who is %s?", u.Reference)))
		set.AppendChild(legend)
		for _, choice := range u.Choices {
			label := node(atom.Label, "choice row")
			radio := node(atom.Input, "")
			radio.Attr = []html.Attribute{
				{Key: "type", Val: "radio"},
				{Key: "name", Val: MeantField + u.Reference},
				{Key: "value", Val: choice.ID},
			}
			label.AppendChild(radio)
			whole := node(atom.Span, "")
			name := node(atom.Strong, "")
			name.AppendChild(words(choice.Name))
			whole.AppendChild(name)
			if choice.Detail != "" {
				detail := node(atom.Span, "soft small")
				detail.AppendChild(words(choice.Detail))
				whole.AppendChild(words(" "))
				whole.AppendChild(detail)
			}
			label.AppendChild(whole)
			set.AppendChild(label)
		}
		before.Parent.InsertBefore(set, before)
	}
}

func node(kind atom.Atom, class string) *html.Node {
	n := &html.Node{Type: html.ElementNode, DataAtom: kind, Data: kind.String()}
	if class != "" {
		n.Attr = []html.Attribute{{Key: "class", Val: class}}
	}
	return n
}

func words(text string) *html.Node { return &html.Node{Type: html.TextNode, Data: text} }
