package page

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"gave.network/internal/fault"
)

// refill puts what was typed back into the form of a page that was sent, and says what is wrong: beside the field that
// the fault names, on top of the form when it names none, and on top of the page when the form is not there. It works
// on the page as it was written, so no template has to think of it and none can forget. It says whether the form is
// there.
func refill(ctx context.Context, whole []byte, t *tried, wrong error) ([]byte, bool) {
	root, err := html.Parse(bytes.NewReader(whole))
	if err != nil {
		return whole, false
	}
	for n := range root.Descendants() {
		unset(n, "autofocus")
	}
	form := formOf(root, t)
	if form != nil {
		fill(form, t)
		unfold(form)
	}
	unclear := fault.UnclearIn(wrong)
	reference := fault.UnknownIn(wrong)
	if len(unclear) > 0 {
		reference = unclear[0].Reference
	}
	control := referenceControl(form, t, reference)
	if len(unclear) > 0 && form != nil { // the choices say the rest
		said := fault.New(fault.CodeOf(wrong), "Say below who is meant.")
		said.Field = fault.FieldOf(wrong)
		wrong = said
	}
	if control == nil {
		control = controlOf(form, t, fault.FieldOf(wrong))
	}
	switch {
	case control != nil:
		after := mark(ctx, control, wrong)
		askWho(ctx, after, form, unclear)
		if unknown := fault.UnknownIn(wrong); unknown != "" {
			offerOthers(ctx, after, form, t, unknown)
		}
	case form != nil && slices.ContainsFunc(controls(form), visible):
		first := form.FirstChild
		form.InsertBefore(alert("error", Sentence(ctx, wrong)), first)
		askWho(ctx, first, form, unclear)
	default:
		top := root
		for n := range root.Descendants() {
			if n.DataAtom == atom.Main {
				top = n
				break
			}
		}
		first := top.FirstChild
		top.InsertBefore(alert("flash error", Sentence(ctx, wrong)), first)
		for _, words := range t.sentences() { // nothing typed is lost, also where its form is gone
			top.InsertBefore(element(atom.P, "note", T(ctx, "What you typed: %s", words)), first)
		}
	}
	var out bytes.Buffer
	if html.Render(&out, root) != nil {
		return whole, false
	}
	return out.Bytes(), form != nil
}

// mark says beside a field what is wrong with it, to eyes and ears, and leads the reader there. It returns an empty
// node behind that.
func mark(ctx context.Context, control *html.Node, wrong error) *html.Node {
	for _, n := range []string{"aria-invalid", "aria-describedby"} {
		unset(control, n)
	}
	control.Attr = append(control.Attr, html.Attribute{Key: "aria-invalid", Val: "true"},
		html.Attribute{Key: "aria-describedby", Val: wrongID}, html.Attribute{Key: "autofocus"})
	unfold(control)
	after := control
	if control.Parent.DataAtom == atom.Label {
		after = control.Parent
	}
	next := after.NextSibling
	after.Parent.InsertBefore(element(atom.Span, "error small", beside(ctx, wrong)), next)
	end := words("")
	after.Parent.InsertBefore(end, next)
	return end
}

// unfold opens what a part of a page is folded away in.
func unfold(part *html.Node) {
	for n := range part.Ancestors() {
		if n.DataAtom == atom.Details {
			unset(n, "open")
			n.Attr = append(n.Attr, html.Attribute{Key: "open"})
		}
	}
}

// wrongID is the id of the sentence that says what is wrong with a form.
const wrongID = "wrong"

func element(kind atom.Atom, class, text string) *html.Node {
	n := &html.Node{Type: html.ElementNode, DataAtom: kind, Data: kind.String(), Attr: []html.Attribute{
		{Key: "class", Val: class}, {Key: "id", Val: wrongID},
	}}
	n.AppendChild(&html.Node{Type: html.TextNode, Data: text})
	return n
}

func alert(class, text string) *html.Node {
	n := element(atom.P, class, text)
	n.Attr = append(n.Attr, html.Attribute{Key: "role", Val: "alert"}, html.Attribute{Key: "tabindex", Val: "-1"},
		html.Attribute{Key: "autofocus"})
	return n
}

// formOf returns the form of the page that was sent: of several with one address, the one whose hidden fields and
// buttons say what was asked.
func formOf(root *html.Node, t *tried) *html.Node {
	var best *html.Node
	most := -1
	for n := range root.Descendants() {
		if n.DataAtom != atom.Form || !sends(n, t.method) {
			continue
		}
		action, err := url.Parse(orElse(attr(n, "action"), t.path))
		if err != nil || action.Path != t.path {
			continue
		}
		if score := likeness(n, t); score > most {
			best, most = n, score
		}
	}
	return best
}

// sends says whether a form is sent by the method, by itself or by one of its buttons.
func sends(form *html.Node, method string) bool {
	if strings.EqualFold(orElse(attr(form, "method"), http.MethodGet), method) {
		return true
	}
	for n := range form.Descendants() {
		if n.DataAtom == atom.Button && strings.EqualFold(attr(n, "formmethod"), method) {
			return true
		}
	}
	return false
}

// likeness says how well a form fits what was sent; less than zero when it asks for something else.
func likeness(form *html.Node, t *tried) int {
	const fits, differs = 4, -6
	score := 0
	buttons := map[string]bool{} // name, and whether one of its buttons was pressed
	for _, c := range controls(form) {
		name := attr(c, "name")
		typed, given := t.values[name]
		if name == OnceField || name == VersionField {
			continue
		}
		switch {
		case isButton(c):
			buttons[name] = buttons[name] || slices.Contains(typed, attr(c, "value"))
		case attr(c, "type") == "hidden" && given && slices.Contains(typed, attr(c, "value")):
			score += fits
		case attr(c, "type") == "hidden" && given:
			score += differs
		case given:
			score++
		}
	}
	for name, pressed := range buttons {
		if pressed {
			score += fits
		} else if t.values.Has(name) {
			score += differs
		}
	}
	return score
}

// fill puts back what was typed. What is secret, and a file, has to be given again.
func fill(form *html.Node, t *tried) {
	seen := map[string]int{}
	for _, c := range controls(form) {
		name := attr(c, "name")
		typed := t.values[name]
		switch kind := attr(c, "type"); {
		case isButton(c) || kind == "hidden" || kind == "password" || kind == "file":
		case kind == "checkbox" || kind == "radio":
			unset(c, "checked")
			if slices.Contains(typed, orElse(attr(c, "value"), "on")) {
				c.Attr = append(c.Attr, html.Attribute{Key: "checked"})
			}
		case len(typed) <= seen[name]:
		case c.DataAtom == atom.Select:
			choose(c, typed)
		case c.DataAtom == atom.Textarea:
			for c.FirstChild != nil {
				c.RemoveChild(c.FirstChild)
			}
			c.AppendChild(&html.Node{Type: html.TextNode, Data: typed[seen[name]]})
		default:
			unset(c, "value")
			c.Attr = append(c.Attr, html.Attribute{Key: "value", Val: typed[seen[name]]})
		}
		seen[name]++
	}
}

// choose selects what was chosen; what is no choice selects nothing else.
func choose(list *html.Node, chosen []string) {
	for n := range list.Descendants() {
		if n.DataAtom != atom.Option {
			continue
		}
		unset(n, "selected")
		value, given := lookup(n, "value")
		if !given && n.FirstChild != nil {
			value = n.FirstChild.Data
		}
		if slices.Contains(chosen, value) {
			n.Attr = append(n.Attr, html.Attribute{Key: "selected"})
		}
	}
}

// controlOf returns the field of the form that a fault is about; nil when the reader cannot see it. The field of an
// operation may carry another name in the form, or stand there with a word before it.
func controlOf(form *html.Node, t *tried, field string) *html.Node {
	if form == nil || field == "" {
		return nil
	}
	name, index, _ := strings.Cut(field, "[") // people[1].name
	number, _, _ := strings.Cut(index, "]")
	nth, _ := strconv.Atoi(number)
	name, _, _ = strings.Cut(name, ".")
	if inForm, ok := t.names[name]; ok {
		name = inForm
	}
	var exact, near []*html.Node
	for _, c := range controls(form) {
		switch called := attr(c, "name"); {
		case !visible(c):
		case called == name:
			exact = append(exact, c)
		case strings.HasSuffix(called, "-"+name) || strings.HasSuffix(called, "_"+name):
			near = append(near, c)
		}
	}
	for _, found := range [][]*html.Node{exact, near} {
		if len(found) > 0 {
			return found[min(nth, len(found)-1)]
		}
	}
	return nil
}

// controls are what has a name in a form, in order.
func controls(form *html.Node) []*html.Node {
	var out []*html.Node
	for n := range form.Descendants() {
		switch n.DataAtom {
		case atom.Input, atom.Textarea, atom.Select, atom.Button:
			if attr(n, "name") != "" {
				out = append(out, n)
			}
		}
	}
	return out
}

func isButton(n *html.Node) bool {
	return n.DataAtom == atom.Button || slices.Contains([]string{"submit", "button", "image", "reset"}, attr(n, "type"))
}

// visible says whether a reader sees the control and can change it.
func visible(n *html.Node) bool { return !isButton(n) && attr(n, "type") != "hidden" }

func lookup(n *html.Node, name string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

func attr(n *html.Node, name string) string {
	value, _ := lookup(n, name)
	return value
}

func unset(n *html.Node, name string) {
	n.Attr = slices.DeleteFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
}

func orElse(value, otherwise string) string {
	if value == "" {
		return otherwise
	}
	return value
}
