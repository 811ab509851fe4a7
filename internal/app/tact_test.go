package app_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gave.network/internal/app"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/people/peopletest"
	"gave.network/internal/tact"
	"gave.network/internal/tie"
)

// noted is a line of internal/tact/testdata with the person it was noted of.
type noted struct {
	delicate             bool
	language, kind, text string
	person               id.ID
	name                 string
}

func notedLines(t *testing.T, file string) []*noted {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("..", "tact", "testdata", file))
	if err != nil {
		t.Fatal(err)
	}
	var all []*noted
	for line := range strings.Lines(string(content)) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			f := strings.SplitN(line, " ", 4)
			all = append(all, &noted{delicate: f[0] == "delicate", language: f[1], kind: f[2], text: f[3]})
		}
	}
	if len(all) < 100 {
		t.Fatalf("%s has %d lines", file, len(all))
	}
	return all
}

// note stores a line as it comes in.
func (n *noted) note(t *testing.T, a *app.App, v op.Viewer) {
	person := n.person.String()
	switch n.kind {
	case "need", "interest", "fact":
		call(t, a, v, "goodwill.note", map[string]string{"person": person, "body": n.text, "kind": n.kind})
	case "note":
		call(t, a, v, "people.note", map[string]string{"person": person, "text": n.text})
	case "tag":
		call(t, a, v, "people.tag", map[string]string{"person": person, "tags": n.text})
	case "date":
		call(t, a, v, "people.date",
			map[string]string{"person": person, "kind": n.text, "day": v.Now.Format("01-02")})
	case "gift":
		call(t, a, v, "give.log", map[string]string{"to": person, "body": n.text, "kind": "tip"})
	case "return":
		call(t, a, v, "give.receive", map[string]string{"to": person, "body": n.text, "kind": "tip"})
	case "praise":
		call(t, a, v, "praise.write", map[string]string{"person": person, "text": n.text})
	case "subject":
		mail := peopletest.Interaction(v, tie.Mail, v.Now.AddDate(0, 0, -3), n.person, v.Person)
		mail.Title = n.text
		peopletest.Record(t, a.DB, v, mail)
	default:
		t.Fatalf("no such kind: %s", n.kind)
	}
}

// proposing are the operations that answer with people for a text, each with the input that takes it.
var proposing = []struct{ operation, input string }{
	{"goodwill.match", "text"},
	{"ask.route", "text"},
	{"colleagues.team", "skills"},
	{"power.together", "need"},
	{"horizon.path", "to"},
}

// said is what an answer says, without what was put in.
func said(t *testing.T, out any) string {
	t.Helper()
	b, err := json.Marshal(out)
	if err != nil {
		t.Fatal(err)
	}
	var fields map[string]any
	if json.Unmarshal(b, &fields) == nil { // the message of an ask is the ask
		delete(fields, "message")
		delete(fields, "items")
		b, _ = json.Marshal(fields)
	}
	return string(b)
}

// Every proposer and every answer that names people, over lines as people note them: nothing delicate comes out, and
// what only looks like it does.
func TestNothingDelicateComesOut(t *testing.T) {
	for _, file := range []string{"seen.txt", "unseen.txt", "later.txt"} {
		t.Run(file, func(t *testing.T) { tactOf(t, notedLines(t, file)) })
	}
}

func tactOf(t *testing.T, all []*noted) {
	ctx := context.Background()
	a, v := network0(t, "")
	for i, n := range all {
		n.name = fmt.Sprintf("Zw%c%c Qu%c%c", 'a'+i%26, 'a'+i/26%26, 'a'+i*7%26, 'a'+i/26*5%26)
		n.person = peopletest.Person(t, a.DB, v, n.name, fmt.Sprintf("p%d@example.org", i)).ID
		peopletest.Record(t, a.DB, v,
			peopletest.Interaction(v, tie.FaceToFace, v.Now.AddDate(0, 0, -5), v.Person, n.person))
		n.note(t, a, v)
	}
	// Somebody who would like each of the gifts.
	for i, n := range all {
		if n.kind == "gift" {
			other := peopletest.Person(t, a.DB, v, fmt.Sprintf("Wish %c Er", 'a'+i%26)).ID
			call(t, a, v, "goodwill.note", map[string]string{"person": other.String(), "body": n.text})
		}
	}
	var moves []string
	for _, r := range a.Rooms {
		if r.Proposer == nil {
			continue
		}
		list, err := r.Proposer.Propose(ctx, v)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range list {
			moves = append(moves, said(t, m))
		}
	}
	today, err := a.Today.Today(ctx, v)
	if err != nil || len(today) == 0 {
		t.Fatal(today, err)
	}
	moves = append(moves, said(t, today), said(t, call(t, a, v, "give.effortless", map[string]string{"limit": "100"})))

	innocent, passed := map[string]int{}, map[string]int{}
	for _, n := range all {
		answers := slices.Clone(moves)
		ask := func(operation, input, text string) {
			out, err := a.Operations.Call(ctx, v, operation,
				reflectInput(t, a, operation, map[string]string{input: text}))
			if err == nil { // an error says that nobody was found
				answers = append(answers, said(t, out))
			}
		}
		for _, p := range proposing {
			ask(p.operation, p.input, n.text)
		}
		if n.delicate { // nor does an innocent question bring it up
			words := slices.DeleteFunc(strings.Fields(n.text), tact.Delicate)
			if rest := strings.Join(words, " "); rest != "" && !tact.Delicate(rest) {
				ask("goodwill.match", "text", rest)
				ask("ask.route", "text", rest)
			}
		}
		quoted, err := json.Marshal(n.text)
		if err != nil {
			t.Fatal(err)
		}
		body := regexp.MustCompile(`(^|[^\pL-])` + regexp.QuoteMeta(strings.Trim(string(quoted), `"`)) + `($|[^\pL-])`)
		out := ""
		for _, answer := range answers {
			if body.MatchString(answer) ||
				n.kind == "date" && strings.Contains(answer, `"kind":"date"`) && strings.Contains(answer, n.name) {
				out = answer
			}
		}
		switch {
		case n.delicate && out != "":
			t.Errorf("delicate, and said: %s %s %q: %.300s", n.language, n.kind, n.text, out)
		case !n.delicate:
			innocent[n.language]++
			if out != "" {
				passed[n.language]++
			} else {
				t.Logf("innocent, and held back: %s %s %q", n.language, n.kind, n.text)
			}
		}
	}
	for language, want := range innocent {
		t.Logf("%s: %d of %d innocent lines come out", language, passed[language], want)
		if passed[language]*200 < want*195 {
			t.Errorf("%s: %d of %d innocent lines come out, want 195 of 200", language, passed[language], want)
		}
	}
}
