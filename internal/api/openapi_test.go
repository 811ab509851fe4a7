package api_test

import (
	"encoding/json"
	"net/http"
	"os"
	"strings"
	"testing"
)

// fetch returns the OpenAPI document as JSON sees it.
func fetch(t *testing.T) map[string]any {
	t.Helper()
	f := open(t)
	answer, text := f.do(t, "GET", "/api/v1/openapi.json", "")
	if answer.StatusCode != 200 || answer.Header.Get("Content-Type") != "application/json" {
		t.Fatalf("got %d %s", answer.StatusCode, text)
	}
	var document map[string]any
	if err := json.Unmarshal([]byte(text), &document); err != nil {
		t.Fatal(err)
	}
	if path := os.Getenv("GAVE_OPENAPI_OUT"); path != "" { // for a validator outside of Go
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return document
}

// at follows the keys into a document.
func at(t *testing.T, v any, keys ...string) any {
	t.Helper()
	for i, key := range keys {
		object, _ := v.(map[string]any)
		next, ok := object[key]
		if !ok {
			t.Fatalf("there is no %s", strings.Join(keys[:i+1], " > "))
		}
		v = next
	}
	return v
}

func TestOpenAPIEveryReferenceResolvesAndNoSchemaIsLeftOver(t *testing.T) {
	document := fetch(t)
	referred := map[string]bool{}
	var visit func(v any)
	visit = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			if ref, ok := v["$ref"].(string); ok {
				referred[ref] = true
				at(t, document, strings.Split(strings.TrimPrefix(ref, "#/"), "/")...)
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
	visit(document)
	schemas, _ := at(t, document, "components", "schemas").(map[string]any)
	for name := range schemas {
		if !referred["#/components/schemas/"+name] {
			t.Errorf("nothing refers to the schema %s", name)
		}
	}
	if len(referred) < 3 {
		t.Errorf("only %d references", len(referred))
	}
}

func TestOpenAPIEveryOperationIsWhole(t *testing.T) {
	document := fetch(t)
	if version := at(t, document, "openapi"); version != "3.1.0" {
		t.Errorf("version %v", version)
	}
	paths, _ := at(t, document, "paths").(map[string]any)
	tags := map[string]bool{}
	list, _ := at(t, document, "tags").([]any)
	for _, tag := range list {
		name, _ := at(t, tag, "name").(string)
		tags[name] = true
	}
	names := map[string]bool{}
	for path, item := range paths {
		methods, _ := item.(map[string]any)
		for method, o := range methods {
			name, _ := at(t, o, "operationId").(string)
			if names[name] {
				t.Errorf("%s is described twice", name)
			}
			names[name] = true
			responses, _ := at(t, o, "responses").(map[string]any)
			if responses["200"] == nil && responses["204"] == nil || responses["default"] == nil {
				t.Errorf("%s has the responses %v", name, responses)
			}
			if at(t, o, "summary") == "" || at(t, o, "security") == nil {
				t.Errorf("%s has no summary or security", name)
			}
			ofOperation, _ := at(t, o, "tags").([]any)
			for _, tag := range ofOperation {
				if text, _ := tag.(string); !tags[text] {
					t.Errorf("%s has the tag %v, which is not described", name, tag)
				}
			}
			inPath := map[string]bool{}
			fields, _ := o.(map[string]any)
			parameters, _ := fields["parameters"].([]any)
			for _, p := range parameters {
				parameter, _ := at(t, p, "name").(string)
				if at(t, p, "schema") == nil || at(t, p, "description") == "" {
					t.Errorf("%s: %s has no schema or description", name, parameter)
				}
				if at(t, p, "in") == "path" {
					inPath[parameter] = true
				}
			}
			for _, part := range strings.Split(path, "/") {
				if field := strings.Trim(part, "{}"); field != part && !inPath[field] {
					t.Errorf("%s %s: the field %s of the path is not described", method, path, field)
				}
			}
			if body := fields["requestBody"]; (body != nil) != (method == "post" || method == "put") {
				t.Errorf("%s: the body of %s is %v", name, method, body)
			}
		}
	}
	for _, want := range []string{"people.list", "people.add", "people.rename", "import.undo", "doctor"} {
		if !names[want] {
			t.Errorf("%s is not described", want)
		}
	}
	if names["import"] {
		t.Error("an operation that stays on this machine is described")
	}
}

func TestOpenAPISaysWhatFieldsAre(t *testing.T) {
	document := fetch(t)
	person := at(t, document, "components", "schemas", "ApitestPerson", "properties")
	for field, want := range map[string][2]string{
		"id": {"string", "uuid"}, "added": {"string", "date-time"}, "emails": {"array", ""},
		"warmth": {"number", "double"},
	} {
		schema, _ := at(t, person, field).(map[string]any)
		if format, _ := schema["format"].(string); schema["type"] != want[0] || format != want[1] {
			t.Errorf("%s is %v", field, schema)
		}
	}
	body := at(t, document, "paths", "/people", "post", "requestBody", "content", "application/json", "schema")
	if required, _ := at(t, body, "required").([]any); len(required) != 1 || required[0] != "name" {
		t.Errorf("required are %v", required)
	}
	if kind := at(t, body, "properties", "kind"); at(t, kind, "default") != "friend" ||
		len(at(t, kind, "enum").([]any)) != 3 {
		t.Errorf("kind is %v", kind)
	}
}

func TestOpenAPIIsServedForCachesAndAsYAML(t *testing.T) {
	f := open(t)
	answer, _ := f.do(t, "GET", "/api/v1/openapi.json", "")
	again, text := f.do(t, "GET", "/api/v1/openapi.json", "", "If-None-Match", answer.Header.Get("ETag"))
	if again.StatusCode != http.StatusNotModified || text != "" {
		t.Errorf("got %d %q", again.StatusCode, text)
	}
	other := open(t)
	if second, _ := other.do(t, "GET",
		"/api/v1/openapi.json", ""); second.Header.Get("ETag") != answer.Header.Get("ETag") {
		t.Error("the same operations give another document")
	}
	if answer, text := f.do(t, "GET", "/api/v1/openapi.yaml", ""); answer.StatusCode != 200 ||
		!strings.Contains(text, "openapi: 3.1.0") {
		t.Errorf("got %d %.200s", answer.StatusCode, text)
	}
}
