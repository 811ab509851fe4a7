package api

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"gave.network/internal/api/wire"
	"gave.network/internal/op"
)

// description is the OpenAPI 3.1 document, made once.
type description struct {
	json, yaml []byte
	tag        string // of both, for caches
}

func newDescription(set *wire.Set, operations *op.Registry, info Info) *description {
	document := document(set, operations, info)
	asJSON, err := json.Marshal(document)
	if err != nil {
		panic("api: OpenAPI document: " + err.Error())
	}
	asYAML, err := document.YAML()
	if err != nil {
		panic("api: OpenAPI document: " + err.Error())
	}
	return &description{json: asJSON, yaml: asYAML, tag: checksum(asJSON)}
}

// checksum names content, for addresses and caches.
func checksum(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:8])
}

func (d *description) serveJSON(w http.ResponseWriter, r *http.Request) {
	serveFixed(w, r, "application/json", d.tag, d.json)
}

func (d *description) serveYAML(w http.ResponseWriter, r *http.Request) {
	serveFixed(w, r, "application/yaml", d.tag, d.yaml)
}

// serveFixed serves content that changes only with the program.
func serveFixed(w http.ResponseWriter, r *http.Request, kind, tag string, content []byte) {
	header := w.Header()
	header.Set("Content-Type", kind)
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Cache-Control", "no-cache")
	header.Set("ETag", `"`+tag+`"`)
	if r.Header.Get("If-None-Match") == `"`+tag+`"` {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	header.Set("Content-Length", strconv.Itoa(len(content)))
	_, _ = w.Write(content) // a client that went away cannot be told
}

const about = `Everything that Gave can do, for programs. Times are RFC 3339, identifiers are UUIDs, and a list that is empty is written as [].
A request that fails is answered with a problem (RFC 9457) in the language of the Accept-Language header.

Who is not sure whether a request arrived sends it again with the same Idempotency-Key, a text of their own choice such as a random UUID: it is
done once, and for a day the same key gives the same answer, status and body, with the header Idempotency-Replayed. The same key with another
request is a problem of the code invalid (422), and one that is being done at the moment conflict (409). Keys belong to the member who sends them.
Failures that are final (404, 409, 412, 413, 422) are kept as well; those that pass (401, 403, 429, 5xx) are not.

What can be edited has an ETag. A change with that ETag in If-Match is made only when nobody changed it meanwhile; else it is a problem of the
code changed (412) and nothing is changed. Without If-Match the change is made.

Sign in with an API token: make one on the settings page and send it as "Authorization: Bearer TOKEN".`

func document(set *wire.Set, operations *op.Registry, info Info) *huma.OpenAPI {
	registry := set.Registry()
	version := info.Version
	if version == "" {
		version = "0"
	}
	problem := registry.Schema(reflect.TypeFor[Problem](), true, "Problem")
	schemes := map[string]*huma.SecurityScheme{
		"token": {Type: "http", Scheme: "bearer", Description: "An API token, made on the settings page."},
	}
	if info.SessionCookie != "" {
		schemes["session"] = &huma.SecurityScheme{
			Type: "apiKey", In: "cookie", Name: info.SessionCookie,
			Description: "The session of a browser that signed in, for pages of this site only.",
		}
	}
	api := &huma.OpenAPI{
		OpenAPI: "3.1.0",
		Info: &huma.Info{
			Title: "Gave", Description: about, Version: version,
			License: &huma.License{Name: "Apache-2.0", Identifier: "Apache-2.0"},
		},
		Servers: []*huma.Server{{URL: Prefix, Description: "This server"}},
		Components: &huma.Components{
			Schemas:         registry,
			SecuritySchemes: schemes,
			Responses: map[string]*huma.Response{
				"Problem": {
					Description: "The request failed.",
					Content: map[string]*huma.MediaType{
						"application/problem+json": {Schema: problem, Example: set.Sample(problem)},
					},
				},
			},
		},
		Paths: map[string]*huma.PathItem{},
	}
	used := map[string]bool{}
	for _, o := range served(operations) {
		tag := operations.GroupOf(o.Command()[0])
		used[tag.Key] = true
		api.AddOperation(operation(set, o, tag, schemes))
	}
	for _, g := range operations.Groups() {
		if used[g.Key] {
			api.Tags = append(api.Tags, &huma.Tag{Name: g.Title, Description: g.About})
		}
	}
	prune(api, registry)
	return api
}

// operation describes one operation.
func operation(
	set *wire.Set, o op.Operation, tag op.Group, schemes map[string]*huma.SecurityScheme,
) *huma.Operation {
	shapes := set.Shapes(o)
	text := o.Summary
	if o.Help != "" {
		text += "\n\n" + o.Help
	}
	text += "\n\nAllowed to: " + whom(o.Allow) + "."
	if o.Example != "" {
		text += "\n\nOn the command line:\n\n    " + o.Example
	}
	out := &huma.Operation{
		OperationID: o.Name, Method: o.Method, Path: o.Path, Tags: []string{tag.Title},
		Summary: strings.TrimSuffix(o.Summary, "."), Description: text,
		Responses:  map[string]*huma.Response{"default": {Ref: "#/components/responses/Problem"}},
		Extensions: map[string]any{"x-role": o.Allow.String()},
	}
	for _, name := range slices.Sorted(maps.Keys(schemes)) {
		out.Security = append(out.Security, map[string][]string{name: {}})
	}
	if o.Allow == op.Anonymous {
		out.Security = append(out.Security, map[string][]string{})
	}
	for _, f := range o.Fields() {
		if !f.InPath && shapes.Body != nil {
			continue
		}
		schema := shapes.In.Properties[f.Name]
		param := &huma.Param{
			Name: f.Name, In: "query", Description: f.Doc, Schema: schema,
			Required: slices.Contains(shapes.In.Required, f.Name),
		}
		if f.InPath {
			param.In, param.Required = "path", true
		}
		if len(schema.Examples) > 0 {
			param.Example = schema.Examples[0]
		}
		out.Parameters = append(out.Parameters, param)
	}
	out.Parameters = append(out.Parameters, conditions(o)...)
	if shapes.Body != nil && len(shapes.Body.Properties) > 0 {
		out.RequestBody = &huma.RequestBody{
			Required: len(shapes.Body.Required) > 0,
			Content: map[string]*huma.MediaType{
				"application/json": {Schema: shapes.Body, Example: set.Sample(shapes.Body)},
			},
		}
	}
	if shapes.Out == nil {
		out.Responses["204"] = &huma.Response{Description: "Done.", Headers: heads(o)}
	} else {
		out.Responses["200"] = &huma.Response{
			Description: "Done.", Headers: heads(o),
			Content: map[string]*huma.MediaType{
				"application/json": {Schema: shapes.Out, Example: set.Sample(shapes.Out)},
			},
		}
	}
	return out
}

// conditions describes the headers with which a request is done once, and only when nothing changed meanwhile.
func conditions(o op.Operation) []*huma.Param {
	if o.Method == http.MethodGet {
		return nil
	}
	least, most := 1, 200
	out := []*huma.Param{{
		Name: "Idempotency-Key",
		In:   "header", Description: "The same key gives the same answer for a day, and the request is done once.",
		Schema:  &huma.Schema{Type: huma.TypeString, MinLength: &least, MaxLength: &most},
		Example: "8e03978e-40d5-43e8-bc93-6894a57f9324",
	}}
	if o.HasVersion() {
		out = append(out, &huma.Param{
			Name: "If-Match", In: "header", Description: "ETag of what is changed, as it was shown: when it is " +
				"another by now nothing is changed (412).",
			Schema: &huma.Schema{Type: huma.TypeString},
		})
	}
	return out
}

// heads describes the headers of an answer.
func heads(o op.Operation) map[string]*huma.Header {
	out := map[string]*huma.Header{}
	if o.HasVersion() {
		out["ETag"] = &huma.Param{
			Description: "Names the state of what is shown or was changed, for If-Match.",
			Schema:      &huma.Schema{Type: huma.TypeString},
		}
	}
	if o.Method != http.MethodGet {
		out["Idempotency-Replayed"] = &huma.Param{
			Description: "true when an earlier request with this key was answered so.",
			Schema:      &huma.Schema{Type: huma.TypeString},
		}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

func whom(least op.Role) string {
	switch least {
	case op.Anonymous:
		return "everybody"
	case op.Guest:
		return "guests, members and owners of the space"
	case op.Member:
		return "members and owners of the space"
	}
	return "owners of the space"
}

// prune leaves out the schemas that nothing refers to: inputs are described field by field.
func prune(api *huma.OpenAPI, registry huma.Registry) {
	needed := map[string]bool{}
	var visit func(v any)
	visit = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			if ref, ok := v["$ref"].(string); ok {
				if name, ours := strings.CutPrefix(ref, wire.SchemaPrefix); ours && !needed[name] {
					needed[name] = true
					visit(plain(registry.SchemaFromRef(ref)))
				}
			}
			for _, item := range v {
				visit(item)
			}
		case []any:
			for _, item := range v {
				visit(item)
			}
		}
	}
	visit(plain(api.Paths))
	visit(plain(api.Components.Responses))
	for name := range registry.Map() {
		if !needed[name] {
			delete(registry.Map(), name)
		}
	}
}

// plain returns v as JSON sees it.
func plain(v any) any {
	text, err := json.Marshal(v)
	if err != nil {
		panic("api: OpenAPI document: " + err.Error())
	}
	var out any
	if err := json.Unmarshal(text, &out); err != nil {
		panic("api: OpenAPI document: " + err.Error())
	}
	return out
}
