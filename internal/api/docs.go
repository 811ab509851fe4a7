package api

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"gave.network/internal/api/wire"
	"gave.network/internal/fault"
	"gave.network/internal/locale"
	"gave.network/internal/op"
)

//go:embed docs.html
var docsHTML string

//go:embed docs.css
var docsCSS []byte

// docs is the page that explains the API to people. It needs no script, and its style comes from this server.
type docs struct {
	groups  []docGroup
	info    Info
	style   string // checksum of the style, for its address
	log     *slog.Logger
	content *template.Template
}

type docGroup struct {
	op.Group
	Operations []docOperation
}

type docOperation struct {
	op.Operation
	Whom   string
	Input  []docField
	Output []docField
	Sample string
	body   string // sample of the request, one line
	query  url.Values
}

type docField struct {
	Name, Place, Kind, Doc string
	Default                string
	Required               bool
}

func newDocs(set *wire.Set, registry *op.Registry, info Info) *docs {
	d := &docs{info: info, log: info.Log, style: checksum(docsCSS)}
	d.content = template.Must(template.New("docs").Parse(docsHTML))
	byGroup := map[string][]docOperation{}
	for _, o := range served(registry) {
		key := registry.GroupOf(o.Command()[0]).Key
		byGroup[key] = append(byGroup[key], docOf(set, o))
	}
	for _, g := range registry.Groups() {
		if len(byGroup[g.Key]) > 0 {
			d.groups = append(d.groups, docGroup{g, byGroup[g.Key]})
		}
	}
	return d
}

func docOf(set *wire.Set, o op.Operation) docOperation {
	shapes := set.Shapes(o)
	out := docOperation{Operation: o, Whom: whom(o.Allow), query: url.Values{}}
	for _, f := range o.Fields() {
		schema := shapes.In.Properties[f.Name]
		field := docField{
			Name: f.Name, Place: "query", Kind: kindOf(set, schema), Doc: f.Doc,
			Required: slices.Contains(shapes.In.Required, f.Name),
		}
		if schema.Default != nil {
			field.Default = fmt.Sprint(schema.Default)
		}
		switch {
		case f.InPath:
			field.Place, field.Required = "path", true
		case shapes.Body != nil:
			field.Place = "body"
		case field.Required:
			out.query.Set(f.Name, fmt.Sprint(set.Sample(schema)))
		}
		out.Input = append(out.Input, field)
	}
	if shapes.Body != nil && len(shapes.Body.Properties) > 0 {
		if text, err := wire.Marshal(set.Sample(shapes.Body)); err == nil {
			out.body = string(text)
		}
	}
	if shapes.Out != nil {
		out.Output = flatten(set, shapes.Out, "", 0)
		if text, err := wire.MarshalIndent(set.Sample(shapes.Out)); err == nil {
			out.Sample = string(text)
		}
	}
	return out
}

// flatten lists the fields of a schema and of what it contains: people[].name.
func flatten(set *wire.Set, schema *huma.Schema, prefix string, depth int) []docField {
	schema = set.Resolve(schema)
	if schema == nil || depth > 4 {
		return nil
	}
	if schema.Type == huma.TypeArray {
		return flatten(set, schema.Items, prefix+"[]", depth+1)
	}
	var out []docField
	for _, name := range slices.Sorted(maps.Keys(schema.Properties)) {
		property := schema.Properties[name]
		path := strings.TrimPrefix(prefix+"."+name, ".")
		doc := property.Description
		out = append(out, docField{
			Name: path, Kind: kindOf(set, property), Doc: doc, Required: slices.Contains(schema.Required, name),
		})
		out = append(out, flatten(set, property, path, depth+1)...)
	}
	return out
}

// kindOf says the type of a schema and its limits in a few words.
func kindOf(set *wire.Set, schema *huma.Schema) string {
	schema = set.Resolve(schema)
	if schema == nil {
		return ""
	}
	if schema.Type == huma.TypeArray {
		return "[" + kindOf(set, schema.Items) + "]"
	}
	kind := schema.Type
	if schema.Format != "" && schema.Type == huma.TypeString {
		kind = schema.Format
	}
	if len(schema.Enum) > 0 {
		var choices []string
		for _, choice := range schema.Enum {
			choices = append(choices, fmt.Sprint(choice))
		}
		kind = strings.Join(choices, " | ")
	}
	switch {
	case schema.Minimum != nil && schema.Maximum != nil:
		kind += fmt.Sprintf(" %v–%v", *schema.Minimum, *schema.Maximum)
	case schema.Minimum != nil:
		kind += fmt.Sprintf(" ≥ %v", *schema.Minimum)
	case schema.Maximum != nil:
		kind += fmt.Sprintf(" ≤ %v", *schema.Maximum)
	}
	if schema.MaxLength != nil {
		kind += fmt.Sprintf(" (≤ %d)", *schema.MaxLength)
	}
	return kind
}

// Curl returns the command that calls the operation at the address.
func (o docOperation) Curl(base string) string {
	path := o.Path
	for _, f := range o.Input {
		if f.Place == "path" {
			path = strings.ReplaceAll(path, "{"+f.Name+"}", strings.ToUpper(f.Name))
		}
	}
	if len(o.query) > 0 {
		path += "?" + o.query.Encode()
	}
	var parts []string
	if o.Method != http.MethodGet {
		parts = append(parts, "-X "+o.Method)
	}
	if o.Allow > op.Anonymous {
		parts = append(parts, `-H "Authorization: Bearer $GAVE_TOKEN"`)
	}
	if o.body != "" {
		parts = append(parts, "-H 'Content-Type: application/json'", "-d "+quoted(o.body))
	}
	return "curl " + strings.Join(append(parts, quoted(base+Prefix+path)), " \\\n  ")
}

// quoted writes text as one word of a shell.
func quoted(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }

// page is what the template shows.
type page struct {
	p       *locale.Printer
	Groups  []docGroup
	Base    string
	Style   string
	Version string
	Kinds   []problemKind
}

type problemKind struct {
	Code         fault.Code
	Status       int
	Title, About string
}

// T says a text in the page's language.
func (p page) T(key string, args ...any) string { return p.p.T(key, args...) }

// Lang returns the page's language.
func (p page) Lang() string { return string(p.p.Lang) }

// Langs returns the languages there are.
func (p page) Langs() any { return locale.All }

func (d *docs) servePage(w http.ResponseWriter, r *http.Request) {
	lang := language(r, "")
	for _, known := range locale.All {
		if r.URL.Query().Get("lang") == string(known.Lang) {
			lang = known.Lang
		}
	}
	scheme := "http"
	if r.TLS != nil || r.URL.Scheme == "https" {
		scheme = "https"
	}
	data := page{
		p: locale.New(lang, nil), Groups: d.groups, Base: (&url.URL{Scheme: scheme, Host: r.Host}).String(),
		Style: d.style, Version: d.info.Version,
	}
	for _, k := range kinds {
		data.Kinds = append(data.Kinds, problemKind{k.code, k.status, k.title, k.about})
	}
	var out bytes.Buffer
	if err := d.content.Execute(&out, data); err != nil {
		d.log.ErrorContext(r.Context(), "api docs page failed", "error", fault.Discreet(err))
		http.Error(w, data.T("Something went wrong on our side."), http.StatusInternalServerError)
		return
	}
	header := w.Header()
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Content-Language", string(lang))
	header.Set("Content-Security-Policy",
		"default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("Cache-Control", "no-cache")
	header.Set("Vary", "Accept-Language")
	_, _ = w.Write(out.Bytes()) // a client that went away cannot be told
}

func serveStyle(w http.ResponseWriter, r *http.Request) {
	serveFixed(w, r, "text/css; charset=utf-8", checksum(docsCSS), docsCSS)
}
