//go:build linux

package program_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"gave.network/internal/app"
	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/page"
)

// resident is a member of the space, with what they hold: a browser, a token and a mailbox.
type resident struct {
	name, user string
	web        *http.Client
	token      string
	member     string
	person     string
	quiet      []int // days of the month on which they want no mail
	mailed     bool  // some of what is brought to them comes by mail
	morning    bool  // Today too
	pending    []string
}

func (r *resident) address() string { return r.user + "@club.example" }

// inBrowser is the member without their token: for what no token may do.
func (r *resident) inBrowser() *resident { return &resident{user: r.user, web: r.web} }

// thing is something that one of them did: a row of the ledger. Its mark is one word that stands nowhere else.
type thing struct {
	what, mark    string
	owner         *resident
	seen          []*resident // who else sees it, by a rule that says so
	all           bool        // everybody in the space does
	public        bool        // and who is not signed in
	table, column string
	times         int
	before        *thing // as it was until it was taken back
	day           int
}

func (x *thing) sees(r *resident) bool { return x.all || x.owner == r || slices.Contains(x.seen, r) }

// month is a space of six on PostgreSQL with two nodes behind nginx, and the servers around it.
type month struct {
	t        *testing.T // of the day
	root     *testing.T
	clock    *movable
	boxes    *mailboxes
	cloud    *cloud
	box      *letterbox
	nodes    []*node
	front    string
	database string
	data     string
	db       *db.DB
	registry *op.Registry
	first    time.Time // the midnight before day 1
	day      int
	things   []*thing
	byMark   map[string]*thing
	letters  int // that were looked at
	notes    []string

	olga, bram, carla, dirk, eva, frank *resident
	keeps                               map[string]string
	book                                *bookOnPhone
}

func (m *month) everybody() []*resident {
	return []*resident{m.olga, m.bram, m.carla, m.dirk, m.eva, m.frank}
}

var amsterdam = func() *time.Location {
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		panic(err)
	}
	return zone
}()

// at is a moment of a day of the month, on the clock on the wall.
func (m *month) at(day, hour, minute int) time.Time {
	return time.Date(m.first.Year(), m.first.Month(), m.first.Day()+day, hour, minute, 0, 0, amsterdam)
}

// wall moves the clock to a moment of this day.
func (m *month) wall(hour, minute int) { m.t.Helper(); m.clock.set(m.at(m.day, hour, minute)) }

// noted says something for the report of the campaign.
func (m *month) noted(format string, values ...any) {
	m.notes = append(m.notes, fmt.Sprintf("day %d: ", m.day)+fmt.Sprintf(format, values...))
}

// until waits until something holds.
func (m *month) until(what string, holds func() bool) {
	m.t.Helper()
	for begun := time.Now(); !holds(); time.Sleep(50 * time.Millisecond) {
		if time.Since(begun) > 90*time.Second {
			m.t.Fatalf("day %d: not within a minute and a half: %s\n%s\n%s", m.day, what,
				tail(m.nodes[0].said.String()), tail(m.nodes[1].said.String()))
		}
	}
}

func tail(text string) string { return text[max(0, len(text)-2000):] }

func (m *month) count(query string, args ...any) int {
	m.t.Helper()
	n, err := db.Value[int](m.root.Context(), m.db, query, args...)
	if err != nil {
		m.t.Fatalf("%s: %v", query, err)
	}
	return n
}

// send sends a request through nginx.
func (m *month) send(who *resident, r *http.Request) (int, http.Header, string) {
	m.t.Helper()
	client := http.DefaultClient
	if who != nil {
		client = who.web
	}
	answer, err := client.Do(r)
	if err != nil {
		m.t.Fatalf("%s %s: %v", r.Method, r.URL, err)
	}
	defer answer.Body.Close()
	content, err := io.ReadAll(answer.Body)
	if err != nil {
		m.t.Fatalf("%s %s: %v", r.Method, r.URL, err)
	}
	return answer.StatusCode, answer.Header, string(content)
}

func (m *month) request(method, path, body string) *http.Request {
	m.t.Helper()
	r, err := http.NewRequest(method, "http://"+m.front+path, strings.NewReader(body))
	if err != nil {
		m.t.Fatal(err)
	}
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return r
}

// get opens a page.
func (m *month) get(who *resident, path string) (int, string) {
	m.t.Helper()
	status, _, text := m.send(who, m.request(http.MethodGet, path, ""))
	return status, text
}

// form sends a form as a page does, with the key that pages give.
func (m *month) form(who *resident, path string, values ...string) (http.Header, string) {
	m.t.Helper()
	form := url.Values{page.OnceField: {id.New().String()}}
	for i := 0; i+1 < len(values); i += 2 {
		form.Add(values[i], values[i+1])
	}
	r := m.request(http.MethodPost, path, form.Encode())
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	status, head, text := m.send(who, r)
	if status != http.StatusSeeOther && status != http.StatusOK {
		m.t.Fatalf("day %d: POST %s %q: %d %s", m.day, path, values, status, words(text))
	}
	return head, text
}

// words is the text of a page.
func words(html string) string {
	if _, inner, ok := strings.Cut(html, "<main"); ok {
		html = inner
	}
	html = regexp.MustCompile(`<[^>]*>`).ReplaceAllString(html, " ")
	text := strings.Join(strings.Fields(html), " ")
	return text[:min(len(text), 1500)]
}

// ask is the request of an operation over the API.
func (m *month) ask(who *resident, name string, in map[string]any) *http.Request {
	m.t.Helper()
	o, ok := m.registry.Find(name)
	if !ok {
		m.t.Fatalf("no operation %s", name)
	}
	in = clone(in)
	path := o.Path
	for _, f := range o.Fields() {
		if f.InPath {
			path = strings.ReplaceAll(path, "{"+f.Name+"}", url.PathEscape(fmt.Sprint(in[f.Name])))
			delete(in, f.Name)
		}
	}
	body := ""
	if o.Method == http.MethodGet || o.Method == http.MethodDelete {
		query := url.Values{}
		for key, value := range in {
			if list, ok := value.([]string); ok {
				query[key] = list
			} else {
				query.Set(key, fmt.Sprint(value))
			}
		}
		if len(query) > 0 {
			path += "?" + query.Encode()
		}
	} else {
		content, err := json.Marshal(in)
		if err != nil {
			m.t.Fatal(err)
		}
		body = string(content)
	}
	r := m.request(o.Method, "/api/v1"+path, body)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if who.token != "" {
		r.Header.Set("Authorization", "Bearer "+who.token)
	}
	return r
}

func clone(in map[string]any) map[string]any {
	out := map[string]any{}
	for key, value := range in {
		out[key] = value
	}
	return out
}

// tell calls an operation over the API that has to go well.
func (m *month) tell(who *resident, name string, in map[string]any) map[string]any {
	m.t.Helper()
	status, _, text := m.send(who, m.ask(who, name, in))
	if status/100 != 2 {
		m.t.Fatalf("day %d: %s by %s with %v: %d %s", m.day, name, who.user, in, status, text)
	}
	out := map[string]any{}
	if text != "" {
		if err := json.Unmarshal([]byte(text), &out); err != nil {
			m.t.Fatalf("%s: %v: %s", name, err, text)
		}
	}
	return out
}

// tool calls a tool of the protocol of assistants.
func (m *month) tool(who *resident, name string, in map[string]any) string {
	m.t.Helper()
	body, err := json.Marshal(map[string]any{
		"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": map[string]any{"name": name, "arguments": in},
	})
	if err != nil {
		m.t.Fatal(err)
	}
	r := m.request(http.MethodPost, "/mcp?tools=all", string(body))
	r.Header.Set("Authorization", "Bearer "+who.token)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "application/json, text/event-stream")
	status, _, text := m.send(who, r)
	if status != http.StatusOK {
		m.t.Fatalf("day %d: the tool %s by %s: %d %s", m.day, name, who.user, status, text)
	}
	return text
}

// command runs a command on the machine where Gave is: that is the owner.
func (m *month) command(args ...string) string {
	m.t.Helper()
	out, err := m.run(args...)
	if err != nil {
		m.t.Fatalf("day %d: gave %s: %v", m.day, strings.Join(args, " "), err)
	}
	return out
}

// run runs a command, which may fail.
func (m *month) run(args ...string) (string, error) {
	cmd := exec.Command(m.clock.program, append(args, "--data", m.data, "--database", m.database)...)
	cmd.Env = m.clock.environment()
	var wrong bytes.Buffer
	cmd.Stderr = &wrong
	out, err := cmd.Output()
	if err != nil {
		err = fmt.Errorf("%w: %s", err, wrong.String())
	}
	return string(out), err
}

// mark makes a word that stands nowhere else; its last two letters are left out where it is searched for.
func mark(n int) string {
	const consonants, vowels = "bdfgklmnprstvz", "aeou"
	out := "vl"
	for range 4 {
		out += string(vowels[n%4])
		n /= 4
		out += string(consonants[n%14])
		n /= 14
	}
	return out + "oqx"
}

// did writes something into the ledger and returns its mark.
func (m *month) did(owner *resident, what, table, column string, seen ...*resident) *thing {
	x := &thing{
		what: what, mark: mark(7919 * (len(m.things) + 1)), owner: owner, seen: seen, table: table, column: column,
		times: 1, day: m.day,
	}
	m.things = append(m.things, x)
	return x
}

// brings notes that something is brought to a member, who gets it by mail when they want that.
func (m *month) brings(to *resident, mark string) {
	if to.mailed {
		to.pending = append(to.pending, mark)
	}
}

// counts compares what is stored with the ledger: each thing once.
func (m *month) counts() {
	m.t.Helper()
	for _, x := range m.things {
		if x.table == "" {
			continue
		}
		n := m.count(`select count(*) from `+x.table+` where lower(`+x.column+`) like $1`, "%"+x.mark+"%")
		if n != x.times {
			m.t.Errorf("day %d: %s of %s on day %d (%s): %d times in %s, want %d", m.day, x.what, x.owner.user, x.day,
				x.mark, n, x.table, x.times)
		}
	}
}

// newMonth starts the servers and the two nodes, with nobody in them yet.
func newMonth(t *testing.T) *month {
	t.Helper()
	m := &month{t: t, root: t, keeps: map[string]string{}}
	m.database, m.data, m.front = dbtest.PostgreSQLAddress(t), t.TempDir(), front(t)
	m.clock = newMovable(t)
	now := time.Now().In(amsterdam)
	m.first = time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, amsterdam)
	by := newTrust(t)
	m.boxes, m.cloud, m.box = newMailboxes(t, by), newCloud(t, by), newLetterbox(t, m.clock)
	m.boxes.deliver("gave", time.Time{}, "")
	shelf, err := app.Open(t.Context(), app.Config{Data: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { shelf.Close() })
	m.registry = shelf.Operations
	d, err := db.Open(t.Context(), m.database)
	if err != nil {
		t.Fatal(err)
	}
	m.clock.over(d)
	d.Close() // what is opened from here on goes by the clock
	if m.db, err = db.Open(t.Context(), m.database); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { m.db.Close() })
	m.clock.db = m.db
	m.day = 1
	m.wall(7, 0)
	for range 2 {
		n := &node{
			t: t, listen: free(t), program: m.clock.program, told: &printed{},
			environment: append(m.clock.environment(), "SSL_CERT_FILE="+by.authority),
		}
		n.args = []string{
			"serve", "--listen", n.listen, "--data", m.data, "--database", m.database, "--trusted-proxies", "127.0.0.1",
			"--public-url", "http://" + m.front, "--calendar-networks", "127.0.0.0/8",
			"--mail-server", "smtp://" + m.box.listen, "--mail-from", "gave@club.example",
			"--mail-inbox", "imaps://gave:geheim@" + m.boxes.listen,
		}
		n.start()
		t.Cleanup(func() { n.end(syscall.SIGKILL, 10*time.Second) })
		m.nodes = append(m.nodes, n)
	}
	runs(t, m.front, nginx, "-c", nginxFor(t, m.front, m.nodes))
	m.olga = m.resident("Olga Oever")
	m.bram, m.carla, m.dirk = m.resident("Bram Brug"), m.resident("Carla Clavan"), m.resident("Dirk Dijkman")
	m.eva, m.frank = m.resident("Eva Eik"), m.resident("Frank Fluit")
	return m
}

// printed is what a process prints, which can be read while it does.
type printed struct {
	sync.Mutex
	bytes.Buffer
}

func (p *printed) Write(b []byte) (int, error) { p.Lock(); defer p.Unlock(); return p.Buffer.Write(b) }

func (p *printed) String() string { p.Lock(); defer p.Unlock(); return p.Buffer.String() }

func (m *month) resident(name string) *resident {
	m.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		m.t.Fatal(err)
	}
	given, _, _ := strings.Cut(name, " ")
	return &resident{name: name, user: strings.ToLower(given), web: &http.Client{
		Jar: jar, Timeout: time.Minute,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// enter comes in with a one-time link, makes a token and finds out who one is.
func (m *month) enter(r *resident, secret string) {
	m.t.Helper()
	m.form(r, "/welcome", "link", secret, "name", r.name, "email", r.address(), "password", password)
	m.settle(r)
}

// settle makes the token of who came in, by the session of their browser, and says where they live.
func (m *month) settle(r *resident) {
	m.t.Helper()
	made := m.tell(r, "tokens.new", map[string]any{"name": "month of " + r.user, "scope": "govern"})
	r.token = made["secret"].(string)
	m.tell(r, "profile.change", map[string]any{"zone": "Europe/Amsterdam"})
	profile := m.tell(r, "profile.show", nil)
	r.person = profile["person"].(string)
	for _, x := range m.tell(r, "members.list", nil)["members"].([]any) {
		if each := x.(map[string]any); each["email"] == r.address() || each["name"] == r.name {
			r.member = each["id"].(string)
		}
	}
	if r.member == "" || r.person == "" {
		m.t.Fatalf("%s is nobody: %v", r.user, profile)
	}
}

// keep lets a member keep somebody, whose name is the mark when it is to be theirs alone.
func (m *month) keep(r *resident, name string, in map[string]any) string {
	m.t.Helper()
	in = clone(in)
	in["name"] = name
	key := m.tell(r, "people.add", in)["id"].(string)
	m.keeps[r.user+" "+name] = key
	return key
}

// lettersOfTheDay looks at what came by mail since it was last asked: to each at most one, outside what is quiet, with
// all that was brought since the last.
func (m *month) lettersOfTheDay() {
	m.t.Helper()
	today := m.at(m.day, 0, 0)
	m.until("the letters of the day", func() bool {
		left := 0
		for _, r := range m.everybody() {
			if r.mailed && !slices.Contains(r.quiet, m.day) {
				left += m.count(`select count(*) from mail_choice where owner = $1 and topics <> '' and turn < $2`,
					idOf(m.t, r.member), today.UnixMicro())
			}
		}
		return left == 0
	})
	time.Sleep(300 * time.Millisecond) // what would come twice
	all := m.box.all()
	news := all[m.letters:]
	m.letters = len(all)
	for _, r := range m.everybody() {
		var mine []delivered
		for _, l := range news {
			if l.to == r.address() && strings.Contains(l.text, "/mail/stop/") {
				mine = append(mine, l)
			}
		}
		quiet := slices.Contains(r.quiet, m.day)
		switch {
		case len(mine) > 1:
			m.t.Errorf("day %d: %d letters to %s", m.day, len(mine), r.user)
		case len(mine) > 0 && (quiet || !r.mailed):
			m.t.Errorf("day %d: a letter to %s on a quiet day:\n%s", m.day, r.user, mine[0].text)
		case len(mine) == 0 && !quiet && r.mailed && len(r.pending) > 0:
			m.t.Errorf("day %d: no letter to %s, who waits for %q", m.day, r.user, r.pending)
		case len(mine) > 0 && len(r.pending) == 0 && !r.morning:
			m.t.Errorf("day %d: a letter to %s of nothing:\n%s", m.day, r.user, mine[0].text)
		}
		if len(mine) == 0 {
			continue
		}
		if hour := mine[0].at.In(amsterdam).Hour(); hour < 8 || hour >= 22 {
			m.t.Errorf("day %d: a letter to %s at %d:00", m.day, r.user, hour)
		}
		for _, x := range m.things {
			told := strings.Count(strings.ToLower(mine[0].text), x.mark)
			want := slices.Contains(r.pending, x.mark)
			if want && told != 1 {
				m.t.Errorf("day %d: the letter to %s tells %s %s %d times:\n%s", m.day, r.user, x.what, x.mark, told,
					mine[0].text)
			}
			if told > 0 && !want && !(r.morning && x.owner == r) {
				m.t.Errorf("day %d: the letter to %s tells %s %s of day %d again", m.day, r.user, x.what, x.mark, x.day)
			}
		}
		for _, part := range r.pending {
			if !strings.Contains(strings.ToLower(strings.Join(strings.Fields(mine[0].text), " ")), part) {
				m.t.Errorf("day %d: the letter to %s does not tell %q:\n%s", m.day, r.user, part, mine[0].text)
			}
		}
		r.pending = nil
	}
}

// killedAtALetter kills the node that sends a member their letter, before or after the mail server took it. On this day
// no other one comes; on the next it is told (again, where the server has it: nobody can know).
func (m *month) killedAtALetter(r *resident, before bool) {
	m.t.Helper()
	if len(r.pending) == 0 {
		m.t.Fatalf("day %d: nothing waits for %s", m.day, r.user)
	}
	waits := slices.Clone(r.pending)
	held := m.box.hold(r.address(), before)
	m.wall(9, 5)
	var killed *node
	select {
	case port := <-held:
		killed = m.peer(port)
	case <-time.After(time.Minute):
		m.t.Fatal("no letter is sent")
	}
	resume := m.kill(killed)
	m.box.release()
	resume()
	if before {
		r.pending = nil
	}
	m.lettersOfTheDay()
	m.wall(11, 0) // a later hour changes nothing
	time.Sleep(3 * time.Second)
	for _, l := range m.box.all()[m.letters:] {
		if l.to == r.address() {
			m.t.Errorf("day %d: a second letter to %s:\n%s", m.day, r.user, l.text)
		}
	}
	r.pending = append(waits, r.pending...)
	m.noted("killed a node while it sent a letter to %s, before the server took it: %v", r.user, before)
}

func idOf(t *testing.T, text string) id.ID {
	t.Helper()
	key, err := id.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// kill kills a node as a power cut does, and starts it again when resume is called.
func (m *month) kill(n *node) (resume func()) {
	m.t.Helper()
	n.end(syscall.SIGKILL, 10*time.Second)
	return n.start
}

// peer is the node whose connection comes from an address, as the machine knows it.
func (m *month) peer(port int) *node {
	m.t.Helper()
	table, err := os.ReadFile("/proc/net/tcp")
	if err != nil {
		m.t.Fatal(err)
	}
	inode := ""
	for line := range strings.Lines(string(table)) {
		if f := strings.Fields(line); len(f) > 9 && strings.HasSuffix(f[1], fmt.Sprintf(":%04X", port)) {
			inode = f[9]
		}
	}
	for _, n := range m.nodes {
		files, _ := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", n.cmd.Process.Pid))
		for _, file := range files {
			if to, err := os.Readlink(file); err == nil && to == "socket:["+inode+"]" {
				return n
			}
		}
	}
	m.t.Fatalf("no node has the connection of port %d", port)
	return nil
}

// The campaign of issue 16: thirty days of a space of six. See docs/month.md.
func TestAMonth(t *testing.T) {
	last, err := strconv.Atoi(os.Getenv("GAVE_MONTH")) // how many days
	if err != nil {
		t.Skip("a campaign of some minutes: make month")
	}
	m := newMonth(t)
	begun, failed := time.Now(), 0
	for day := 1; day <= last; day++ {
		well := t.Run(fmt.Sprintf("day %02d", day), func(t *testing.T) {
			m.t, m.day = t, day
			m.wall(7, 0)
			m.morning()
			switch day {
			case 21:
				m.killedAtALetter(m.carla, false)
			case 25:
				m.killedAtALetter(m.carla, true)
			default:
				m.wall(9, 5)
				m.lettersOfTheDay()
			}
			m.wall(13, 0)
			m.routine()
			if do := days[day]; do != nil {
				do(m)
			}
			m.wall(22, 30)
			m.counts()
			m.evening()
		})
		m.t = t
		if !well {
			if failed++; failed > 2 {
				t.Fatalf("day %d is the third that does not end well", day)
			}
		}
	}
	t.Logf("%d days in %v; %d things, %d letters", last, time.Since(begun).Round(time.Second), len(m.things),
		len(m.box.all()))
	m.matrix()
	for _, n := range m.notes {
		t.Log(n)
	}
	for _, n := range m.nodes {
		if text := n.said.String(); regexp.MustCompile(`panic|goroutine \d`).MatchString(text) {
			t.Errorf("%s said: %s", n.listen, text)
		}
	}
}
