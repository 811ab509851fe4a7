//go:build linux

package program_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// bookOnPhone is the address book of a member's phone, kept in step by vdirsyncer.
type bookOnPhone struct {
	m       *month
	r       *resident
	program string
	config  string
	cards   string
	gone    []string // names that were deleted on the phone: they are in Gave still
}

// pairOfBooks are the settings of vdirsyncer: a folder of cards, and the book of somebody.
const pairOfBooks = `[general]
status_path = %q
[pair gave]
a = "local"
b = "remote"
collections = ["from b"]
[storage local]
type = "filesystem"
path = %q
fileext = ".vcf"
[storage remote]
type = "carddav"
url = "http://%s/"
username = %q
password = %q
`

// vdirsyncer returns where that program is, or skips the test.
func vdirsyncer(t *testing.T) string {
	t.Helper()
	folder, err := exec.Command("../../scripts/clients").Output()
	if err != nil || len(folder) == 0 {
		t.Skip("vdirsyncer is not there: see scripts/clients")
	}
	return filepath.Join(strings.TrimSpace(string(folder)), "vdirsyncer")
}

// newBook makes a password for a phone and reads the book for the first time.
func (m *month) newBook(r *resident) *bookOnPhone {
	m.t.Helper()
	program := vdirsyncer(m.t)
	made := m.tell(r.inBrowser(), "phone.add", map[string]any{"name": "telefoon"})
	space := m.tell(r, "profile.show", nil)["space"].(string)
	home := m.root.TempDir()
	b := &bookOnPhone{
		m: m, r: r, program: program,
		config: filepath.Join(home, "config"), cards: filepath.Join(home, "cards", space),
	}
	if err := os.WriteFile(b.config, fmt.Appendf(nil, pairOfBooks, filepath.Join(home, "status"),
		filepath.Dir(b.cards), m.front, r.address(), made["secret"]), 0o600); err != nil {
		m.t.Fatal(err)
	}
	if err := os.MkdirAll(b.cards, 0o700); err != nil {
		m.t.Fatal(err)
	}
	b.run("discover")
	b.inStep()
	return b
}

func (b *bookOnPhone) run(arguments ...string) {
	b.m.t.Helper()
	ctx, cancel := context.WithTimeout(b.m.root.Context(), 3*time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, b.program, append([]string{"-c", b.config}, arguments...)...)
	command.Stdin = strings.NewReader(strings.Repeat("y\n", 10))
	if out, err := command.CombinedOutput(); err != nil {
		b.m.t.Fatalf("day %d: vdirsyncer %v: %v\n%s", b.m.day, arguments, err, out)
	}
}

// files are the cards on the phone, unfolded, by their file.
func (b *bookOnPhone) files() map[string]string {
	b.m.t.Helper()
	list, err := filepath.Glob(filepath.Join(b.cards, "*.vcf"))
	if err != nil {
		b.m.t.Fatal(err)
	}
	out := map[string]string{}
	for _, name := range list {
		content, err := os.ReadFile(name)
		if err != nil {
			b.m.t.Fatal(err)
		}
		out[name] = strings.ReplaceAll(strings.ReplaceAll(string(content), "\r\n", "\n"), "\n ", "")
	}
	return out
}

// names are the names on the cards.
func (b *bookOnPhone) names() []string {
	var out []string
	for _, card := range b.files() {
		for line := range strings.Lines(card) {
			if name, ok := strings.CutPrefix(line, "FN:"); ok {
				out = append(out, strings.TrimSpace(name))
			}
		}
	}
	slices.Sort(out)
	return out
}

// inStep syncs, and compares the phone with what Gave shows its owner.
func (b *bookOnPhone) inStep() {
	m := b.m
	m.t.Helper()
	b.run("sync")
	shown := []string{b.r.name} // one's own card is in the book, and not in the list
	for _, x := range m.tell(b.r, "people.list", map[string]any{"limit": 1000})["people"].([]any) {
		name := x.(map[string]any)["name"].(string)
		if i := slices.Index(b.gone, name); i < 0 {
			shown = append(shown, name)
		}
	}
	slices.Sort(shown)
	if held := b.names(); !slices.Equal(held, shown) {
		m.t.Errorf("day %d: the phone holds %q, and Gave shows %q", m.day, held, shown)
	}
}

// with returns the file of a card.
func (b *bookOnPhone) with(part string) string {
	b.m.t.Helper()
	for name, card := range b.files() {
		if strings.Contains(card, part) {
			return name
		}
	}
	b.m.t.Fatalf("no card has %q", part)
	return ""
}

func (b *bookOnPhone) put(name, card string) {
	b.m.t.Helper()
	if err := os.WriteFile(name, []byte(strings.ReplaceAll(card, "\n", "\r\n")), 0o600); err != nil {
		b.m.t.Fatal(err)
	}
}

// writes notes something on the card of somebody whom Olga shares, and makes a card. What the phone says is Eva's
// alone.
func (b *bookOnPhone) writes() {
	m := b.m
	b.run("sync")
	note := m.did(b.r, "a note on the phone", "note", "body")
	file := b.with("FN:Petra Derde")
	card := b.files()[file]
	if strings.Contains(card, "\nNOTE:") {
		card = strings.Replace(card, "\nNOTE:", "\nNOTE:"+note.mark+"\\n", 1)
	} else {
		card = strings.Replace(card, "END:VCARD", "NOTE:"+note.mark+"\nEND:VCARD", 1)
	}
	b.put(file, card)
	x := m.did(b.r, "a card on the phone", "person", "name")
	b.put(filepath.Join(b.cards, x.mark+".vcf"), "BEGIN:VCARD\nVERSION:3.0\nUID:"+x.mark+"\nFN:Nel "+x.mark+"\nN:"+
		x.mark+";Nel;;;\nEMAIL:"+x.mark+"@else.example\nEND:VCARD\n")
	b.run("sync")
	if n := m.count(`select count(*) from person where lower(name) like $1`, "%"+x.mark+"%"); n != 1 {
		m.t.Errorf("who was written down on the phone is in Gave %d times", n)
	}
	text := fmt.Sprint(m.tell(b.r, "people.show", map[string]any{"person": petra}))
	if !strings.Contains(text, note.mark) {
		m.t.Errorf("what the phone says of Petra is not in Gave: %s", text)
	}
}

// deletes takes a card off the phone: they stay in Gave.
func (b *bookOnPhone) deletes() {
	m := b.m
	b.run("sync")
	if err := os.Remove(b.with("FN:Rosa Vijfde")); err != nil {
		m.t.Fatal(err)
	}
	b.gone = append(b.gone, "Rosa Vijfde")
	b.run("sync")
	if n := m.count(`select count(*) from person where name = 'Rosa Vijfde'`); n < 1 {
		m.t.Error("who was deleted on a phone is not in Gave any more")
	}
}
