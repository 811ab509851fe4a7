package world

import (
	"archive/zip"
	"encoding/csv"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func readTable(t *testing.T, path string, comma rune) [][]string {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	in := csv.NewReader(file)
	in.Comma = comma
	rows, err := in.ReadAll()
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	if len(rows) < 2 {
		t.Fatalf("%s is empty", path)
	}
	return rows
}

func column(t *testing.T, rows [][]string, name string) int {
	t.Helper()
	i := slices.IndexFunc(rows[0], func(s string) bool { return strings.TrimPrefix(s, "\ufeff") == name })
	if i < 0 {
		t.Fatalf("no column %s in %v", name, rows[0])
	}
	return i
}

// The tables name people whom the truth knows, and hold as many rows as it says.
func TestTablesOfPeople(t *testing.T) {
	res, truth := generate(t, small)
	dir := filepath.Dir(res.Files[0])
	owner := map[string]string{}
	for _, p := range truth.Persons {
		for _, a := range p.Addresses {
			owner[a] = p.ID
		}
	}
	for name, x := range map[string]struct {
		comma     rune
		addresses []string
	}{
		"gastenlijst-borrel.csv":        {';', []string{"E-mailadres"}},
		"organisatie-bureau-helder.csv": {',', []string{"Email", "Manager Email"}},
		"survey-bureau-helder.csv":      {',', []string{"Source", "Target"}},
	} {
		rows := readTable(t, filepath.Join(dir, name), x.comma)
		if len(rows)-1 != truth.Counts[name] {
			t.Errorf("%s has %d rows, the truth says %d", name, len(rows)-1, truth.Counts[name])
		}
		for _, c := range x.addresses {
			i := column(t, rows, c)
			for _, row := range rows[1:] {
				if row[i] != "" && owner[row[i]] == "" {
					t.Errorf("%s: nobody has the address %q", name, row[i])
				}
			}
		}
	}
	chart := readTable(t, filepath.Join(dir, "organisatie-bureau-helder.csv"), ',')
	top := 0
	for _, row := range chart[1:] {
		if row[column(t, chart, "Manager")] == "" {
			top++
		}
	}
	if top != 1 {
		t.Errorf("%d people at the top of the chart", top)
	}
	// What the survey says is so, and distrust is nowhere in it.
	bonds := map[string][]string{}
	for _, b := range truth.Bonds {
		bonds[b.A+b.B] = b.Layers
		bonds[b.B+b.A] = b.Layers
	}
	survey := readTable(t, filepath.Join(dir, "survey-bureau-helder.csv"), ',')
	for _, row := range survey[1:] {
		if !slices.Contains(bonds[owner[row[0]]+owner[row[1]]], row[3]) {
			t.Errorf("the survey says %v, the truth %v", row, bonds[owner[row[0]]+owner[row[1]]])
		}
	}
	for _, pair := range truth.Distrust {
		if layers := bonds[pair[0]+pair[1]]; slices.Contains(layers, "trust") || slices.Contains(layers, "lunch") {
			t.Errorf("%v would rather not be together, and %v", pair, layers)
		}
	}
}

func TestNetwork(t *testing.T) {
	o := small
	o.People = 1500
	res, truth := generate(t, o)
	dir := filepath.Dir(res.Files[0])
	nodes, edges := readTable(t, filepath.Join(dir, "network/nodes.csv"), ','),
		readTable(t, filepath.Join(dir, "network/edges.csv"), ',')
	if len(nodes)-1 != truth.Counts["network/nodes.csv"] || len(edges)-1 != truth.Counts["network/edges.csv"] {
		t.Errorf("%d nodes and %d edges, the truth says %d and %d", len(nodes)-1, len(edges)-1,
			truth.Counts["network/nodes.csv"], truth.Counts["network/edges.csv"])
	}
	ids, addresses := map[string]bool{}, map[string]bool{}
	for _, row := range nodes[1:] {
		if ids[row[0]] || addresses[row[2]] {
			t.Errorf("%v stands there twice", row)
		}
		ids[row[0]], addresses[row[2]] = true, true
	}
	seen := map[string]bool{}
	for _, row := range edges[1:] {
		if pair := row[0] + " " + row[1]; !ids[row[0]] || !ids[row[1]] || row[0] == row[1] || seen[pair] {
			t.Errorf("the edge %v", row)
		} else {
			seen[pair] = true
			seen[row[1]+" "+row[0]] = true
		}
	}
	outer := readTable(t, filepath.Join(filepath.Dir(res.Truth), truth.Outer.PersonsFile), ',')
	if len(outer)-1 != truth.Outer.Persons || len(outer)-1+len(truth.Persons) != o.People {
		t.Errorf("%d people further away, the truth says %d", len(outer)-1, truth.Outer.Persons)
	}
	cards := 0
	for _, line := range unfold(t, filepath.Join(dir, "directory.vcf")) {
		if line == "BEGIN:VCARD" {
			cards++
		}
	}
	if cards != truth.Counts["directory.vcf"] || cards == 0 {
		t.Errorf("%d cards in the directory, the truth says %d", cards, truth.Counts["directory.vcf"])
	}
}

func TestSlack(t *testing.T) {
	res, truth := generate(t, small)
	const name = "slack-vrij-contact.zip"
	z, err := zip.OpenReader(filepath.Join(filepath.Dir(res.Files[0]), name))
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	var users []slackUser
	known := map[string]bool{}
	messages, replies, threads := 0, 0, map[string]bool{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case f.Name == "users.json":
			if err := json.Unmarshal(text, &users); err != nil {
				t.Fatal(err)
			}
			for _, u := range users {
				known[u.ID] = true
			}
		case strings.Contains(f.Name, "/"):
			var list []slackMessage
			if err := json.Unmarshal(text, &list); err != nil {
				t.Fatal(err)
			}
			messages += len(list)
			for _, m := range list {
				if !known[m.User] {
					t.Errorf("%s: nobody is %s", f.Name, m.User)
				}
				if m.ThreadTS == m.TS {
					threads[m.TS] = true
				} else if m.ThreadTS != "" {
					replies++
					if !threads[m.ThreadTS] &&
						!slices.ContainsFunc(list, func(x slackMessage) bool { return x.TS == m.ThreadTS }) {
						// Threads go on over days, and the days stand in order.
						t.Errorf("%s: no thread %s", f.Name, m.ThreadTS)
					}
				}
			}
		}
	}
	if messages != truth.Counts[name] || messages < 50 || replies < 10 || len(users) < 10 {
		t.Errorf("%d messages, %d replies, %d users, the truth says %d", messages, replies, len(users),
			truth.Counts[name])
	}
}

func TestChats(t *testing.T) {
	res, truth := generate(t, small)
	android := regexp.MustCompile(`^\d\d-\d\d-\d{4} \d\d:\d\d - ([^:]+): `)
	apple := regexp.MustCompile(`^\[\d\d/\d\d/\d{4}, \d\d:\d\d:\d\d\] ([^:]+): `)
	named := map[string]bool{}
	for _, p := range truth.Persons {
		for _, id := range p.Identities {
			if id.Source == "whatsapp" {
				named[id.Name+id.Phone] = true
			}
		}
	}
	chats, forms := 0, map[*regexp.Regexp]int{}
	for _, path := range res.Files {
		if filepath.Ext(path) != ".txt" || !strings.Contains(filepath.Base(path), "chat") {
			continue
		}
		chats++
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		messages := 0
		for line := range strings.Lines(string(text)) {
			for _, form := range []*regexp.Regexp{android, apple} {
				if m := form.FindStringSubmatch(line); m != nil && !strings.Contains(line, "\u200e") {
					messages++
					forms[form]++
					if !named[m[1]] {
						t.Errorf("%s: nobody is called %q", path, m[1])
					}
				}
			}
		}
		if want := truth.Counts["whatsapp/"+filepath.Base(path)]; messages != want || want == 0 {
			t.Errorf("%s has %d messages, the truth says %d", path, messages, want)
		}
	}
	if chats < 5 || forms[android] == 0 || forms[apple] == 0 {
		t.Errorf("%d chats", chats)
	}
}
