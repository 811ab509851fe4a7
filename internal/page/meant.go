package page

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
)

// MeantField begins the names of the fields that say who is meant by a name that several people have: "meant.Iris".
const MeantField = "meant."

// NewPerson is what a MeantField says of a name that somebody new is to bear.
const NewPerson = "new"

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

// adding returns the handler of a form that may name somebody new. Whom it names is added before anything else is done,
// in the same transaction, and is from there on whom the name means.
func (m *Mux) adding(h Handler) Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		ctx := r.Context()
		if r.Method != http.MethodPost || m.AddPerson == nil {
			return h(w, r)
		}
		meant := maps.Clone(op.MeantBy(ctx))
		for _, name := range slices.Sorted(maps.Keys(meant)) {
			if meant[name] != NewPerson || !typedIn(r.PostForm, name) {
				continue
			}
			key, err := m.AddPerson(ctx, From(ctx).Viewer, name)
			if err != nil {
				return err
			}
			meant[name] = key
		}
		return h(w, r.WithContext(op.WithMeant(ctx, meant)))
	}
}

// typedIn says whether a name stands in a field of a form: one that was changed meanwhile means nobody.
func typedIn(form url.Values, name string) bool {
	for field, values := range form {
		if strings.HasPrefix(field, MeantField) {
			continue
		}
		for _, value := range values {
			between := func(r rune) bool { return strings.ContainsRune(",;\r\n", r) }
			for _, typed := range strings.FieldsFunc(value, between) {
				if strings.TrimPrefix(strings.TrimSpace(typed), "@") == name {
					return true
				}
			}
		}
	}
	return false
}

// referenceControl returns the field in which a reference was typed; nil when there is none.
func referenceControl(form *html.Node, t *tried, reference string) *html.Node {
	if form == nil || reference == "" {
		return nil
	}
	var within *html.Node
	for _, c := range controls(form) {
		if !visible(c) || c.DataAtom == atom.Select {
			continue
		}
		for _, typed := range t.values[attr(c, "name")] {
			switch text := strings.TrimPrefix(strings.TrimSpace(typed), "@"); {
			case text == reference:
				return c
			case within == nil && strings.Contains(text, reference):
				within = c
			}
		}
	}
	return within
}

// askWho puts the people whom unclear references can mean before a part of a form, to choose from.
func askWho(ctx context.Context, before *html.Node, form *html.Node, unclear []fault.Unclear) {
	for _, u := range unclear {
		forget(form, u.Reference)
		var shown strings.Builder
		if err := WhoIs(u).Render(ctx, &shown); err != nil {
			panic("page: " + err.Error()) // a builder takes everything
		}
		parts, err := html.ParseFragment(strings.NewReader(shown.String()), before.Parent)
		if err != nil {
			panic("page: " + err.Error())
		}
		for _, part := range parts {
			before.Parent.InsertBefore(part, before)
		}
	}
}

// forget takes what was said of whom a reference means out of a form: an earlier answer gives way to the question.
func forget(form *html.Node, reference string) {
	for _, c := range controls(form) {
		if attr(c, "name") == MeantField+reference {
			c.Parent.RemoveChild(c)
		}
	}
}

// offerOthers puts before a part of a form whom a name may mean that nobody has: those who are called nearly so, and
// somebody new.
func offerOthers(ctx context.Context, before *html.Node, form *html.Node, t *tried, name string) {
	forget(form, name)
	if len(t.alike) > 0 {
		askWho(ctx, before, form, []fault.Unclear{{Reference: name, Choices: t.alike}})
	}
	if t.adds {
		offerNew(ctx, before, form, t, name)
	}
}

// offerNew puts before a part of a form the button that adds who bears a name, and goes on with the form as it was
// sent: by the same of its buttons, which also stays the one that the Enter key presses.
func offerNew(ctx context.Context, before *html.Node, form *html.Node, t *tried, name string) {
	var pressed *html.Node
	for n := range form.Descendants() {
		if !sending(n) {
			continue
		}
		field := attr(n, "name")
		if said := field != "" && slices.Contains(t.values[field], attr(n, "value")); pressed == nil || said {
			pressed = n
			if said {
				break
			}
		}
	}
	add := node(atom.Button, "")
	add.Attr = append(add.Attr, html.Attribute{Key: "name", Val: MeantField + name},
		html.Attribute{Key: "value", Val: NewPerson})
	add.AppendChild(words(T(ctx, "New person %s", name)))
	before.Parent.InsertBefore(add, before)
	if pressed == nil {
		return
	}
	byEnter := node(atom.Button, "hidden")
	byEnter.Attr = append(byEnter.Attr, html.Attribute{Key: "tabindex", Val: "-1"},
		html.Attribute{Key: "aria-hidden", Val: "true"})
	if field := attr(pressed, "name"); field != "" {
		said := []html.Attribute{{Key: "name", Val: field}, {Key: "value", Val: attr(pressed, "value")}}
		byEnter.Attr = append(byEnter.Attr, said...)
		kept := node(atom.Input, "")
		kept.Attr = append(said, html.Attribute{Key: "type", Val: "hidden"})
		form.AppendChild(kept) // behind every button: one that is pressed comes first
	}
	form.InsertBefore(byEnter, form.FirstChild)
}

// sending says whether a part of a form is a button that sends it where the form says.
func sending(n *html.Node) bool {
	kind, given := lookup(n, "type")
	_, elsewhere := lookup(n, "formaction")
	return n.DataAtom == atom.Button && (!given || kind == "submit") && !elsewhere
}

func node(kind atom.Atom, class string) *html.Node {
	n := &html.Node{Type: html.ElementNode, DataAtom: kind, Data: kind.String()}
	if class != "" {
		n.Attr = []html.Attribute{{Key: "class", Val: class}}
	}
	return n
}

func words(text string) *html.Node { return &html.Node{Type: html.TextNode, Data: text} }

// personOf is the person whom a choice stands for, if it is one.
func personOf(c fault.Choice) id.ID {
	person, err := id.Parse(c.ID)
	if err != nil {
		return id.Zero
	}
	return person
}
