//go:build linux

package program_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
	"unicode/utf8"

	"gave.network/internal/page/browsertest"
)

// thumb is a new user with a phone: it counts what they touch and type.
type thumb struct {
	*browsertest.Browser
	t                   *testing.T
	taps, fields, typed int
	shots               int
}

func (h *thumb) tap(selector string) {
	h.t.Helper()
	h.taps++
	h.Click(selector)
}

// fill touches a field and types into it.
func (h *thumb) fill(selector, text string) {
	h.t.Helper()
	h.taps++
	h.fields++
	h.typed += utf8.RuneCountInString(text)
	h.Fill(selector, text)
}

// picture keeps what is on the screen, where somebody wants to look, and fails when it is wider than the phone.
func (h *thumb) picture(name string) {
	h.t.Helper()
	h.shots++
	h.Screenshot(os.Getenv("GAVE_MONTH_SCREENSHOTS"), fmt.Sprintf("first-%02d-%s", h.shots, name))
	if wide := h.Wide(); wide > 0 {
		h.t.Errorf("%s is %d pixels wider than a phone", name, wide)
	}
}

// A new user on a phone gets from the first start of the program to mail, calendar and contacts that come in by
// themselves and a book on the phone that is in step, within five minutes, reckoned for a slow thumb: a second and a
// third for each touch, half a second for each letter, and five seconds to read each page before the next act.
func TestFirstMinutesOnAPhone(t *testing.T) {
	if os.Getenv("GAVE_MONTH") == "" {
		t.Skip("a part of the campaign: make month")
	}
	by := newTrust(t)
	boxes, cloud := newMailboxes(t, by), newCloud(t, by)
	yesterday := time.Now().AddDate(0, 0, -1)
	for i := range 12 {
		boxes.put("eva@example.org", fmt.Sprintf("Mail%c Vriend <mail%d@else.example>", 'a'+i%4, i%4),
			"Eva <eva@example.org>", fmt.Sprintf("Bericht %d", i), yesterday.AddDate(0, 0, -i))
	}
	for i := range 3 {
		name, mail := fmt.Sprintf("Kaart%c Kennis", 'a'+i), fmt.Sprintf("kaart%d@else.example", i)
		cloud.card("eva", fmt.Sprint("kaart", i), name, mail, "")
		cloud.meeting("eva", fmt.Sprint("dag", i), "Overleg", "eva@example.org", name, mail, yesterday)
	}
	begun := time.Now()
	n := &node{t: t, listen: free(t), told: &printed{}}
	n.args = []string{"serve", "--listen", n.listen, "--data", t.TempDir(), "--calendar-networks", "127.0.0.0/8"}
	t.Setenv("SSL_CERT_FILE", by.authority)
	n.start()
	t.Cleanup(func() { n.end(syscall.SIGKILL, 10*time.Second) })
	link := ""
	for ; link == ""; time.Sleep(10 * time.Millisecond) {
		link = regexp.MustCompile(`http\S+/welcome\?link=\S+`).FindString(n.told.(*printed).String())
	}
	h := &thumb{Browser: browsertest.New(t, browsertest.Options{Phone: true, Language: "nl"}), t: t}
	h.Open(link)
	h.picture("welcome")
	h.fill("#f-name", "Eva Eik")
	h.fill("#f-email", "eva@example.org")
	h.fill("#f-password", password)
	h.tap("main button.primary")
	h.Eventually("main h1", "Binnenhalen")
	h.picture("in")
	h.tap("main a[href='/sources']")
	h.Eventually("main h1", "Komt vanzelf binnen")
	h.fill("#f-address", boxes.address())
	h.fill("#f-user", "eva@example.org")
	h.fill("main #f-password", "geheim")
	h.picture("mail")
	h.tap("main form[action='/sources'] button.primary")
	h.Eventually("#source", "mensen")
	h.picture("mail-read")
	h.tap("main a[href='/sources']")
	h.tap("#more summary")
	h.tap("#more input[value=dav]")
	h.fill("#more #f-address", cloud.address())
	h.fill("#more #f-user", "eva")
	h.fill("#more #f-password", "geheim")
	h.picture("contacts")
	h.tap("#more button.primary")
	h.Eventually("#source", "mensen")
	h.picture("contacts-read")
	h.tap("nav.bar a[href='/more']")
	h.tap("main a[href='/phone']")
	h.Eventually("main h1", "")
	h.fill("#f-name", "telefoon")
	h.tap("main button.primary")
	h.Eventually("main", "telefoon")
	h.picture("phone")
	text := h.Text("main")
	secret := regexp.MustCompile(`[a-z2-9]{4}(-[a-z2-9]{4}){5}`).FindString(text)
	// In the settings of the phone: server, name and password.
	h.taps, h.fields = h.taps+6, h.fields+3
	h.typed += len(n.listen) + len("eva@example.org") + len(secret)
	m := &month{t: t, root: t, front: n.listen}
	book := &bookOnPhone{m: m, r: &resident{user: "eva"}, cards: ""}
	if folder := vdirsyncer(t); folder != "" {
		home := t.TempDir()
		book.program, book.config = folder, filepath.Join(home, "config")
		if err := os.WriteFile(book.config, fmt.Appendf(nil, pairOfBooks, filepath.Join(home, "status"),
			filepath.Join(home, "cards"), n.listen, "eva@example.org", secret), 0o600); err != nil {
			t.Fatal(err)
		}
		book.run("discover")
		book.run("sync")
		folders, _ := filepath.Glob(filepath.Join(home, "cards", "*"))
		if len(folders) != 1 {
			t.Fatalf("the phone has the books %v", folders)
		}
		book.cards = folders[0]
		got := strings.Join(book.names(), ", ")
		for _, want := range []string{"Maila Vriend", "Maild Vriend", "Kaarta Kennis", "Kaartc Kennis"} {
			if !strings.Contains(got, want) {
				t.Errorf("the phone has %s, and not %s", got, want)
			}
		}
	}
	machine := time.Since(begun)
	h.tap("nav.bar a[href='/']")
	h.Eventually("main h1", "Vandaag")
	h.picture("today")
	reckoned := machine + time.Duration(h.taps)*1333*time.Millisecond + time.Duration(h.typed)*500*time.Millisecond +
		time.Duration(h.shots)*5*time.Second
	t.Logf("%d taps, %d fields of %d letters, %d pages; the machine took %v, reckoned with a slow thumb %v", h.taps,
		h.fields, h.typed, h.shots, machine.Round(100*time.Millisecond), reckoned.Round(time.Second))
	if reckoned > 5*time.Minute {
		t.Errorf("it takes %v", reckoned)
	}
	if h.taps > 40 {
		t.Errorf("it takes %d taps", h.taps)
	}
}
