package wire

import (
	"maps"
	"slices"

	"github.com/danielgtaylor/huma/v2"
)

// deepest is how far a sample follows schemas into each other; a schema may contain itself.
const deepest = 6

// Sample makes a value of the schema to show: the field's own example, its first choice, its default, or a plain value
// of its type.
func (s *Set) Sample(schema *huma.Schema) any { return s.sample(schema, 0) }

func (s *Set) sample(schema *huma.Schema, depth int) any {
	if schema == nil || depth > deepest {
		return nil
	}
	if len(schema.Examples) > 0 {
		return schema.Examples[0]
	}
	schema = s.Resolve(schema)
	switch {
	case schema == nil:
		return nil
	case len(schema.Examples) > 0:
		return schema.Examples[0]
	case schema.Default != nil:
		return schema.Default
	case len(schema.Enum) > 0:
		return schema.Enum[0]
	}
	switch schema.Type {
	case huma.TypeBoolean:
		return true
	case huma.TypeInteger:
		if schema.Minimum != nil {
			return int64(*schema.Minimum)
		}
		return 1
	case huma.TypeNumber:
		if schema.Minimum != nil {
			return *schema.Minimum
		}
		return 0.5
	case huma.TypeString:
		switch schema.Format {
		case "uuid":
			return "018f2a4c-7b1e-7c3a-9d5e-2f6b8a1c4d7e"
		case "date-time":
			return "2026-05-03T15:00:00Z"
		case "date":
			return "2026-05-03"
		case "email":
			return "anna@example.org"
		case "uri":
			return "https://example.org/"
		}
		return "text"
	case huma.TypeArray:
		if item := s.sample(schema.Items, depth+1); item != nil {
			return []any{item}
		}
		return []any{}
	case huma.TypeObject:
		out := map[string]any{}
		for _, name := range slices.Sorted(maps.Keys(schema.Properties)) {
			if v := s.sample(schema.Properties[name], depth+1); v != nil {
				out[name] = v
			}
		}
		if value, ok := schema.AdditionalProperties.(*huma.Schema); ok {
			if v := s.sample(value, depth+1); v != nil {
				out["name"] = v
			}
		}
		return out
	}
	return map[string]any{}
}
