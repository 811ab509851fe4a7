package wire

import (
	"context"
	"encoding/json"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2/validation"

	"gave.network/internal/api/apitest"
	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
)

func TestEverySentenceHasDutch(t *testing.T) {
	keys := []string{
		"%s does not fit: %s.", "There is no field %s here.", "There is no field %s here; %s is the nearest.",
		"%s is missing.", "%s is one of %s, not %q.",
	}
	for _, sentence := range sentences {
		keys = append(keys, sentence)
	}
	for _, m := range measured {
		keys = append(keys, m.sentence)
	}
	for _, key := range keys {
		if !locale.Has(locale.Dutch, key) {
			t.Errorf("no Dutch for %q", key)
		}
	}
}

func TestBetween(t *testing.T) {
	for _, c := range []struct{ message, pattern, want string }{
		{"expected number >= 3", validation.MsgExpectedMinimumNumber, "3"},
		{`expected value to be one of "a, b"`, validation.MsgExpectedOneOf, "a, b"},
		{"expected required property name to be present", validation.MsgExpectedRequiredProperty, "name"},
		{"something else", validation.MsgExpectedRequiredProperty, ""},
		{"expected string", validation.MsgExpectedString, ""},
	} {
		if got, _ := between(c.message, c.pattern); got != c.want {
			t.Errorf("%q: got %q, want %q", c.message, got, c.want)
		}
	}
}

func TestClosest(t *testing.T) {
	known := []string{"limit", "query", "kind", "list", "import"}
	for word, want := range map[string]string{
		"limt": "limit", "lmiit": "limit", "Limit": "limit", "kin": "kind", "qeury": "query", "imp": "import",
		"place": "", "x": "", "": "", "lsit": "list",
	} {
		if got := Closest(word, known); got != want {
			t.Errorf("%s: got %q, want %q", word, got, want)
		}
	}
}

func TestMarshalWritesEmptyListsAndKeepsText(t *testing.T) {
	type item struct {
		Names []string          `json:"names"`
		Notes []string          `json:"notes,omitempty"`
		By    map[string][]int  `json:"by"`
		Text  string            `json:"text"`
		More  map[string]string `json:"more,omitempty"`
	}
	got, err := Marshal([]item{{By: map[string][]int{"b": nil, "a": {1}}, Text: "<a> & b"}})
	if want := `[{"names":[],"by":{"a":[1],"b":[]},"text":"<a> & b"}]`; err != nil || string(got) != want {
		t.Errorf("got %s %v, want %s", got, err, want)
	}
}

type tree struct {
	Name     string `json:"name"`
	Children []tree `json:"children,omitempty"`
}

type another struct {
	Root tree `json:"root"`
}

func TestSchemasThatContainThemselvesAreComplete(t *testing.T) {
	o := op.New("tree.plant", http.MethodPost, "/trees", op.Member,
		"Plant a tree", func(_ context.Context, _ op.Viewer, in another) (tree, error) { return in.Root, nil })
	set := NewSet(o)
	for _, make := range []func(op.Operation) (json.RawMessage, error){set.InputSchema, set.OutputSchema} {
		text, err := make(o)
		if err != nil {
			t.Fatal(err)
		}
		var schema struct {
			Type string                     `json:"type"`
			Defs map[string]json.RawMessage `json:"$defs"`
		}
		if err := json.Unmarshal(text, &schema); err != nil || schema.Type != "object" ||
			schema.Defs["WireTree"] == nil {
			t.Errorf("got %s %v", text, err)
		}
	}
	if sample := set.Sample(set.Shapes(o).Out); sample == nil {
		t.Error("no sample")
	}
	in, err := set.Read(o, []byte(`{"root":{"name":"a","children":[{"name":"b"}]}}`), true, nil)
	if err != nil || in.(another).Root.Children[0].Name != "b" {
		t.Errorf("got %+v %v", in, err)
	}
	if _, err := set.Read(o, []byte(`{"root":{"name":"a","children":[{"nam":"b"}]}}`), true, nil); err == nil {
		t.Error("a wrong name in the depth was taken")
	}
}

func TestTwoTypesOfOneNameHaveTwoSchemas(t *testing.T) {
	name := namer()
	type Person struct{}
	first, second := name(reflect.TypeFor[apitest.Person](), ""), name(reflect.TypeFor[Person](), "")
	if first != "ApitestPerson" || second != "WirePerson" || name(reflect.TypeFor[*Person](), "other") != second {
		t.Errorf("got %s and %s", first, second)
	}
	{
		type Person struct{ A int }
		if third := name(reflect.TypeFor[Person](), ""); third == second {
			t.Errorf("got %s twice", third)
		}
	}
}

func TestSamplesFitTheirSchemas(t *testing.T) {
	operations := (&apitest.Book{}).Registry().All()
	set := NewSet(operations...)
	for _, o := range operations {
		sample, ok := set.Sample(set.Shapes(o).In).(map[string]any)
		if !ok {
			t.Fatalf("%s: the sample is no object", o.Name)
		}
		text, err := Marshal(sample)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := set.Read(o, text, false, nil); err != nil {
			t.Errorf("%s: %s: %v", o.Name, text, err)
		}
	}
}

func TestWhatMayBeNullSaysSo(t *testing.T) {
	type inner struct {
		A int `json:"a"`
	}
	type out struct {
		Inner *inner `json:"inner" doc:"May be nothing."`
		Key   *id.ID `json:"key"`
		Never *inner `json:"never,omitempty"`
	}
	o := op.New("null.show", http.MethodGet, "/null", op.Guest,
		"Show", func(context.Context, op.Viewer, op.None) (out, error) { return out{}, nil })
	set := NewSet(o)
	text, err := set.OutputSchema(o)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`"anyOf":[{"$ref":"#/$defs/WireInner"},{"type":"null"}]`, `"key":{"type":["string","null"]}`,
		`"never":{"$ref":"#/$defs/WireInner"}`,
	} {
		if !strings.Contains(string(text), want) {
			t.Errorf("%s does not say %s", text, want)
		}
	}
}
