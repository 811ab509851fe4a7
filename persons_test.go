package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	// meansPerson is a field of an operation's input that people are named in.
	meansPerson = regexp.MustCompile("`json:\"(\\w+)[^`]* means:\"person\"")
	// calledInForm says that a field of an input has another name in a form.
	calledInForm = regexp.MustCompile(`page\.(?:As|Commas|Lines|Means)\("(\w+)", "([\w-]+)"`)
	// asked is a field of an input that is resolved as it was given.
	asked = regexp.MustCompile(`\.(?:Resolve|Holders)\((?:r\.Context\(\)|ctx), (?:v|request\.Viewer), in\.(\w+)\)`)
	// bare is a field of a form that is no page.PersonField.
	bare = regexp.MustCompile(`page\.Field\("([\w-]+)"|<(?:input|textarea)\b[^>]*\bname="([\w-]+)"[^>]*>`)
)

// Wherever people are typed by name the form has a page.PersonField: completed, and asked about when it is not clear.
func TestNamesAreTypedInPersonFields(t *testing.T) {
	rooms, err := filepath.Glob("internal/*/*.templ")
	if err != nil || len(rooms) < 10 {
		t.Fatal(len(rooms), err)
	}
	fields, used := 0, 0
	for _, file := range rooms {
		names := namesOfPersons(t, filepath.Dir(file))
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		fields += len(names)
		used += strings.Count(string(source), "page.PersonField(")
		for _, name := range bareOnes(string(source)) {
			if names[name] {
				t.Errorf("%s: %s holds people: it is a page.PersonField", file, name)
			}
		}
	}
	if fields < 20 || used < 12 {
		t.Errorf("only %d fields of inputs and %d of forms hold people: how are they written now?", fields, used)
	}
}

// The test above sees what it looks for.
func TestBareFieldsOfPersonsAreSeen(t *testing.T) {
	found := bareOnes(`@page.Field("person", "x") <input id="f" name="to" value={ v.To }/> <textarea name="file">` +
		`<input type="hidden" name="key"/><input type="checkbox" name="people"/>`)
	if strings.Join(found, " ") != "person to file" {
		t.Error(found)
	}
}

// bareOnes are the names of the fields that somebody types in and that are no page.PersonField.
func bareOnes(source string) []string {
	var out []string
	for _, m := range bare.FindAllStringSubmatch(source, -1) {
		if !strings.Contains(m[0], `type="hidden"`) && !strings.Contains(m[0], `type="checkbox"`) {
			out = append(out, m[1]+m[2])
		}
	}
	return out
}

// namesOfPersons are the names that fields of people have in the forms of a room.
func namesOfPersons(t *testing.T, room string) map[string]bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(room, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	var whole strings.Builder
	for _, file := range files {
		if source, err := os.ReadFile(file); err == nil && !strings.HasSuffix(file, "_test.go") {
			whole.Write(source)
		}
	}
	names := map[string]bool{}
	for _, m := range meansPerson.FindAllStringSubmatch(whole.String(), -1) {
		names[m[1]] = true
	}
	for _, m := range calledInForm.FindAllStringSubmatch(whole.String(), -1) {
		names[m[2]] = names[m[2]] || names[m[1]]
	}
	for _, m := range asked.FindAllStringSubmatch(whole.String(), -1) {
		said := regexp.MustCompile(`\b` + m[1] + "\\s+(?:\\[\\]string|string)\\s+`[^`]* means:\"person\"")
		if !said.MatchString(whole.String()) {
			t.Errorf(`%s: the field %s of an input is resolved as a person: its tag says means:"person"`, room, m[1])
		}
	}
	return names
}
