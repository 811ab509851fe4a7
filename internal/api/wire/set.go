// Package wire is how operations look as JSON: the schema of their inputs and outputs, strict reading of what comes in,
// and writing of what goes out. The API, the command line and the tools for assistants share it, so that one struct
// means one thing everywhere. The schemas and the checking are huma's; nothing outside the api folder sees huma.
package wire

import (
	"encoding/json"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
)

// SchemaPrefix is where an OpenAPI document keeps its schemas.
const SchemaPrefix = "#/components/schemas/"

func init() {
	// These two are switches of the whole process in huma, and huma is used here only.
	huma.DefaultArrayNullable = false // Marshal writes an empty list for a nil one
	huma.ValidateStrictCasing = true  // "Limit" is not "limit"
}

// Shapes are the schemas of one operation.
type Shapes struct {
	In   *huma.Schema // all fields of the input, flat
	Body *huma.Schema // the input without the fields in the path; nil when the method takes no body
	Out  *huma.Schema // a reference to the output; nil when there is none
}

// Set holds the schemas of operations. It is safe for concurrent use once made.
type Set struct {
	registry huma.Registry
	shapes   map[string]Shapes
}

// NewSet makes the schemas of the operations. A tag that cannot be read is a fault of ours and panics.
func NewSet(operations ...op.Operation) *Set {
	s := &Set{registry: huma.NewMapRegistry(SchemaPrefix, namer()), shapes: map[string]Shapes{}}
	s.registry.RegisterTypeAlias(reflect.TypeFor[id.ID](), reflect.TypeFor[identifier]())
	s.registry.RegisterTypeAlias(reflect.TypeFor[locale.Lang](), reflect.TypeFor[language]())
	for _, o := range operations {
		s.shapes[o.Name] = s.make(o)
	}
	return s
}

// Registry returns the schemas that the shapes refer to.
func (s *Set) Registry() huma.Registry { return s.registry }

// Shapes returns the schemas of the operation, which must be in the set.
func (s *Set) Shapes(o op.Operation) Shapes { return s.shapes[o.Name] }

func (s *Set) make(o op.Operation) Shapes {
	in := *s.registry.Schema(o.In, false, o.Name+"In")
	in.Required = nil
	for _, f := range o.Fields() {
		if f.Required && f.Default == "" && f.Type.Kind() != reflect.Bool {
			in.Required = append(in.Required, f.Name)
		}
	}
	in.PrecomputeMessages()
	shapes := Shapes{In: &in}
	if TakesBody(o.Method) {
		body := in
		body.Properties, body.Required = map[string]*huma.Schema{}, nil
		for _, f := range o.Fields() {
			if f.InPath {
				continue
			}
			body.Properties[f.Name] = in.Properties[f.Name]
			if slices.Contains(in.Required, f.Name) {
				body.Required = append(body.Required, f.Name)
			}
		}
		body.PrecomputeMessages()
		shapes.Body = &body
	}
	if o.Out != reflect.TypeFor[op.None]() {
		before := maps.Clone(s.registry.Map())
		shapes.Out = s.registry.Schema(o.Out, true, o.Name+"Out")
		for name := range s.registry.Map() {
			if _, old := before[name]; !old {
				s.allowNull(name)
			}
		}
	}
	return shapes
}

// allowNull says of the fields of an output that are pointers and are not left out when nil that they may be null. huma
// says it of plain values only.
func (s *Set) allowNull(name string) {
	schema := s.registry.Map()[name]
	t := s.registry.TypeFromRef(SchemaPrefix + name)
	if t == nil || t.Kind() != reflect.Struct {
		return
	}
	for _, field := range reflect.VisibleFields(t) {
		key, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		property := schema.Properties[key]
		switch {
		case property == nil || field.Type.Kind() != reflect.Pointer || strings.Contains(options, "omit"):
		case property.Ref != "":
			schema.Properties[key] = &huma.Schema{
				Description: property.Description, AnyOf: []*huma.Schema{{Ref: property.Ref}, {Type: "null"}},
			}
		default:
			property.Nullable = true
		}
	}
}

// TakesBody says whether requests of the method carry a body.
func TakesBody(method string) bool {
	return method == http.MethodPost || method == http.MethodPut || method == http.MethodPatch
}

// InputSchema returns the JSON Schema (2020-12) of the operation's input, complete in itself.
func (s *Set) InputSchema(o op.Operation) (json.RawMessage, error) {
	return s.complete(s.shapes[o.Name].In)
}

// OutputSchema returns the JSON Schema of the operation's output, complete in itself, or nil when it has none. It names
// fields and types but no limits and forms: clients refuse an answer that does not keep to them, and no identifier at
// all is written as "".
func (s *Set) OutputSchema(o op.Operation) (json.RawMessage, error) {
	out := s.shapes[o.Name].Out
	if out == nil {
		return nil, nil
	}
	return s.complete(s.Resolve(out), "format", "enum", "minimum", "maximum", "minLength", "maxLength", "minItems",
		"maxItems", "pattern")
}

// Resolve returns the schema that a reference means, and any other schema as it is.
func (s *Set) Resolve(schema *huma.Schema) *huma.Schema {
	for schema != nil && schema.Ref != "" {
		schema = s.registry.SchemaFromRef(schema.Ref)
	}
	return schema
}

// complete writes the schema with the definitions that it needs, directly or not, under $defs, and without some
// keywords.
func (s *Set) complete(schema *huma.Schema, without ...string) (json.RawMessage, error) {
	var root map[string]any
	if err := remarshal(schema, &root); err != nil {
		return nil, err
	}
	definitions := map[string]any{}
	var visit func(v any) error
	visit = func(v any) error {
		switch v := v.(type) {
		case map[string]any:
			if ref, ok := v["$ref"].(string); ok && strings.HasPrefix(ref, SchemaPrefix) {
				name := strings.TrimPrefix(ref, SchemaPrefix)
				v["$ref"] = "#/$defs/" + name
				if _, done := definitions[name]; !done {
					var definition map[string]any
					if err := remarshal(s.registry.SchemaFromRef(ref), &definition); err != nil {
						return err
					}
					definitions[name] = definition
					if err := visit(definition); err != nil {
						return err
					}
				}
			}
			if kind := v["type"]; kind != nil { // a schema, not the list of an object's properties
				for _, keyword := range without {
					if _, isProperty := v[keyword].(map[string]any); !isProperty {
						delete(v, keyword)
					}
				}
			}
			for _, item := range v {
				if err := visit(item); err != nil {
					return err
				}
			}
		case []any:
			for _, item := range v {
				if err := visit(item); err != nil {
					return err
				}
			}
		}
		return nil
	}
	if err := visit(root); err != nil {
		return nil, err
	}
	if len(definitions) > 0 {
		root["$defs"] = definitions
	}
	return json.Marshal(root)
}

func remarshal(from *huma.Schema, to *map[string]any) error {
	text, err := json.Marshal(from)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, to)
}

// identifier is how an id.ID looks outside.
type identifier string

// Schema implements huma.SchemaProvider.
func (identifier) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Format: "uuid"}
}

// language is how a locale.Lang looks outside.
type language string

// Schema implements huma.SchemaProvider.
func (language) Schema(huma.Registry) *huma.Schema {
	schema := &huma.Schema{Type: huma.TypeString}
	for _, known := range locale.All {
		schema.Enum = append(schema.Enum, string(known.Lang))
	}
	return schema
}

var (
	_ huma.SchemaProvider = identifier("")
	_ huma.SchemaProvider = language("")
)

// namer names schemas after package and type, so that two rooms may both have a type Person; a name that is taken gets
// a number.
func namer() func(reflect.Type, string) string {
	names, taken := map[reflect.Type]string{}, map[string]bool{}
	return func(t reflect.Type, hint string) string {
		for t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		if name, ok := names[t]; ok {
			return name
		}
		name := huma.DefaultSchemaNamer(t, hint)
		if t.Name() != "" {
			room := t.PkgPath()[strings.LastIndex(t.PkgPath(), "/")+1:]
			if !strings.HasPrefix(strings.ToLower(name), room) && room != "" {
				name = strings.ToUpper(room[:1]) + room[1:] + name
			}
		}
		name = strings.Map(func(r rune) rune {
			if r == '.' || r == '·' {
				return -1
			}
			return r
		}, name)
		unique := name
		for n := 2; taken[unique]; n++ {
			unique = name + strconv.Itoa(n)
		}
		names[t], taken[unique] = unique, true
		return unique
	}
}
