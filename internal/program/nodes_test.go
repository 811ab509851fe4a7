//go:build linux

package program_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"gave.network/internal/account"
	"gave.network/internal/app"
	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/page"
)

const nodesSecret = "a long secret that nobody guesses"

// free returns an address on which nobody listens.
func free(t testing.TB) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

// node is one gave serve of several on a database.
type node struct {
	t           testing.TB
	listen      string
	args        []string
	program     string    // another than this one
	environment []string  // of that other program, where it is not ours
	told        io.Writer // what it prints; nowhere when nil
	cmd         *exec.Cmd
	said        bytes.Buffer
	ended       chan struct{}
}

// start runs the node and waits until it is ready.
func (n *node) start() {
	n.t.Helper()
	n.cmd, n.ended = command(context.Background(), n.args...), make(chan struct{})
	if n.program != "" {
		n.cmd = exec.Command(n.program, n.args...)
		n.cmd.Env = n.environment
	}
	n.cmd.Stdout, n.cmd.Stderr = io.Discard, &n.said
	if n.told != nil {
		n.cmd.Stdout = n.told
	}
	if err := n.cmd.Start(); err != nil {
		n.t.Fatal(err)
	}
	cmd, ended := n.cmd, n.ended
	go func() { _ = cmd.Wait(); close(ended) }()
	for begun := time.Now(); n.ready() != http.StatusOK; time.Sleep(10 * time.Millisecond) {
		if time.Since(begun) > time.Minute {
			n.t.Fatalf("%s is not ready: %s", n.listen, n.said.String())
		}
	}
}

// ready asks the node whether it is; 0 when it does not answer.
func (n *node) ready() int {
	answer, err := http.Get("http://" + n.listen + "/readyz")
	if err != nil {
		return 0
	}
	answer.Body.Close()
	return answer.StatusCode
}

// end sends the node a signal and waits until it is gone.
func (n *node) end(signal os.Signal, most time.Duration) {
	n.t.Helper()
	_ = n.cmd.Process.Signal(signal)
	n.wait(most)
}

// wait waits until the node is gone.
func (n *node) wait(most time.Duration) {
	n.t.Helper()
	select {
	case <-n.ended:
	case <-time.After(most):
		n.t.Errorf("%s did not end within %v", n.listen, most)
		_ = n.cmd.Process.Kill()
		<-n.ended
	}
}

// cluster is three nodes behind a proxy, and somebody on them.
type cluster struct {
	t       testing.TB
	nodes   []*node
	front   string // of the proxy
	address string // of the database
	data    string
	owner   op.Viewer
	token   string
}

// newCluster starts three nodes on a fresh database, with an owner who signs in when asked, and a proxy before them
// when asked.
func newCluster(t *testing.T, owned, proxied bool) *cluster {
	t.Helper()
	c := &cluster{t: t, address: dbtest.PostgreSQLAddress(t), data: t.TempDir()}
	if proxied {
		c.front = front(t)
	}
	if owned {
		c.own()
	}
	c.start()
	return c
}

// front returns the address for a proxy, or skips the test where there is none.
func front(t testing.TB) string {
	t.Helper()
	if _, err := exec.LookPath(nginx); err != nil {
		t.Skip("no nginx to stand before the nodes: scripts/setup installs it")
	}
	return free(t)
}

// start starts the nodes, and the proxy when it has an address.
func (c *cluster) start() {
	t := c.t
	t.Helper()
	for range 3 {
		n := &node{t: t, listen: free(t)}
		n.args = []string{
			"serve", "--listen", n.listen, "--data", c.data, "--database", c.address, "--trusted-proxies", "127.0.0.1",
			"--drain", "1s",
		}
		if c.front != "" {
			n.args = append(n.args, "--public-url", "http://"+c.front)
		}
		n.start()
		t.Cleanup(func() { n.end(syscall.SIGKILL, 10*time.Second) })
		c.nodes = append(c.nodes, n)
	}
	if c.front == "" {
		return
	}
	proxy := exec.Command(nginx, "-c", nginxFor(t, c.front, c.nodes))
	var said bytes.Buffer
	proxy.Stderr = &said
	if err := proxy.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = proxy.Process.Signal(syscall.SIGTERM)
		_ = proxy.Wait()
		if t.Failed() {
			t.Logf("nginx: %s", said.String())
		}
	})
	for begun := time.Now(); ; time.Sleep(10 * time.Millisecond) {
		answer, err := http.Get("http://" + c.front + "/readyz")
		if err == nil {
			answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				return
			}
		}
		if time.Since(begun) > 10*time.Second {
			t.Fatalf("nginx does not answer: %v: %s", err, said.String())
		}
	}
}

// own makes the owner, who has a password and a token.
func (c *cluster) own() {
	t := c.t
	t.Helper()
	ctx := t.Context()
	a, err := app.Open(ctx, app.Config{Database: c.address, Data: c.data})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	if c.owner, err = a.Account.Local(ctx, locale.English); err != nil {
		t.Fatal(err)
	}
	link, err := a.Account.SetupLink(ctx, c.owner)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Account.Accept(ctx, link, "Olga Owner", "olga@example.org", nodesSecret, ""); err != nil {
		t.Fatal(err)
	}
	token, err := a.Account.MakeToken(ctx, c.owner, account.TokenInput{Name: "nodes", Scope: "govern"})
	if err != nil {
		t.Fatal(err)
	}
	c.token = token.Secret
}

const nginx = "/usr/sbin/nginx"

// nginxFor writes the settings that the manual gives, with the addresses of the test and without TLS.
func nginxFor(t testing.TB, front string, nodes []*node) string {
	t.Helper()
	manual, err := os.ReadFile("../../docs/manual/en/nodes.md")
	if err != nil {
		t.Fatal(err)
	}
	_, text, ok := strings.Cut(string(manual), "## nginx\n")
	text, _, also := strings.Cut(text, "\n## Caddy")
	if !ok || !also {
		t.Fatal("the manual does not say how nginx is set up")
	}
	var lines []string
	for line := range strings.Lines(text) {
		switch line = strings.TrimRight(line, "\n"); {
		case !strings.HasPrefix(line, "    "), strings.Contains(line, "ssl_certificate"),
			strings.Contains(line, "server_name"):
		case strings.Contains(line, "listen 443 ssl"):
			lines = append(lines, "listen "+front+";")
		default:
			lines = append(lines, line)
		}
	}
	text = strings.ReplaceAll(strings.Join(lines, "\n"), "Host $host", "Host $http_host") // there is a port
	for i, n := range nodes {
		named := fmt.Sprintf("10.0.0.%d:8086", 11+i)
		if !strings.Contains(text, named) {
			t.Fatalf("the manual does not name %s", named)
		}
		text = strings.ReplaceAll(text, named, n.listen)
	}
	text = regexp.MustCompile(`(?m)^\s*server 10\.0\.0\..*\n`).ReplaceAllString(text, "") // fewer than the manual has
	home := t.TempDir()
	head := "daemon off;\nworker_processes 1;\nerror_log stderr crit;\npid " + home + "/pid;\n"
	if os.Getuid() == 0 {
		head += "user root;\n"
	}
	head += "worker_rlimit_nofile 16000;\nevents { worker_connections 8000; }\nhttp {\naccess_log off;\n"
	for _, folder := range []string{"client_body", "proxy", "fastcgi", "uwsgi", "scgi"} {
		head += folder + "_temp_path " + home + "/" + folder + ";\n"
	}
	file := filepath.Join(home, "nginx.conf")
	if err := os.WriteFile(file, []byte(head+text+"\n}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// visitor is a browser, which keeps cookies and follows nothing.
func visitor(t testing.TB) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &http.Client{
		Jar: jar, Timeout: 30 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// ask sends a request to a node or the proxy and returns its status and body.
func (c *cluster) ask(
	ctx context.Context, client *http.Client, method, at, path, body string,
) (status int, text string, err error) {
	r, err := http.NewRequestWithContext(ctx, method, "http://"+at+path, strings.NewReader(body))
	if err != nil {
		return 0, "", err
	}
	if strings.HasPrefix(path, "/api/") {
		r.Header.Set("Authorization", "Bearer "+c.token)
		r.Header.Set("Content-Type", "application/json")
	} else {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	answer, err := client.Do(r)
	if err != nil {
		return 0, "", err
	}
	defer answer.Body.Close()
	content, err := io.ReadAll(answer.Body)
	return answer.StatusCode, string(content), err
}

// must is ask for an answer that has to be well.
func (c *cluster) must(client *http.Client, method, at, path, body string) string {
	c.t.Helper()
	status, text, err := c.ask(c.t.Context(), client, method, at, path, body)
	if err != nil || status != http.StatusOK && status != http.StatusSeeOther {
		c.t.Fatalf("%s %s: %d, %v: %.300s", method, path, status, err, text)
	}
	return text
}

// signIn signs the owner in at a node or the proxy.
func (c *cluster) signIn(client *http.Client, at, password string) int {
	c.t.Helper()
	form := url.Values{"email": {"olga@example.org"}, "password": {password}}
	status, text, err := c.ask(c.t.Context(), client, http.MethodPost, at, "/signin", form.Encode())
	if err != nil {
		c.t.Fatal(err, text)
	}
	return status
}

// soon waits until something holds, at most for a second.
func soon(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for begun := time.Now(); !holds(); time.Sleep(20 * time.Millisecond) {
		if time.Since(begun) > time.Second {
			t.Errorf("not within a second: %s", what)
			return
		}
	}
}

// What one node writes is seen on the others within a second, also on ways to people, which are worked out on what is
// kept in memory; a session, wrong passwords and a confirmed export count everywhere.
func TestNodesAreOne(t *testing.T) {
	c := newCluster(t, true, false)
	at := func(i int) string { return c.nodes[i%3].listen }
	web := visitor(t)
	// A session holds on all nodes: cookies go by the name of the host, which they share.
	if got := c.signIn(web, at(0), nodesSecret); got != http.StatusSeeOther {
		t.Fatalf("signing in: %d", got)
	}
	for i := range 3 {
		if text := c.must(web, http.MethodGet, at(i), "/people", ""); !strings.Contains(text, "<h1") {
			t.Errorf("node %d: %.200s", i, text)
		}
	}
	path := func(i int, to string) string {
		address := "/api/v1/horizon/path?to=" + url.QueryEscape(to)
		_, text, err := c.ask(t.Context(), web, http.MethodGet, at(i), address, "")
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	listed := func(i int, name string) bool {
		text := c.must(web, http.MethodGet, at(i), "/people?query="+url.QueryEscape(name), "")
		return strings.Contains(text, name+"<")
	}
	for round := range soak(3, 60) {
		name := "Piet Pad" + string(rune('a'+round%26)) + string(rune('a'+round/26))
		c.must(web, http.MethodPost, at(round), "/api/v1/people", fmt.Sprintf(`{"name":%q}`, name))
		for i := range 3 {
			soon(t, "a person on the others", func() bool { return listed(i, name) })
			path(i, name) // makes the view, on which there is no way yet
		}
		begun := time.Now()
		c.must(web, http.MethodPost, at(round), "/api/v1/interactions",
			fmt.Sprintf(`{"with":[%q],"medium":"face"}`, name))
		for i := range 3 {
			soon(t, fmt.Sprintf("a way on node %d", i), func() bool {
				return strings.Contains(path(i, name), `"hops":[`)
			})
		}
		t.Logf("round %d: a way on all nodes after %v", round, time.Since(begun).Round(time.Millisecond))
		c.must(web, http.MethodDelete, at(round), "/api/v1/people/"+url.PathEscape(name), `{"confirm":true}`)
		for i := range 3 {
			soon(t, "an erasure on the others", func() bool {
				return !listed(i, name) && !strings.Contains(path(i, name), `"hops":[`)
			})
		}
	}
	// What a page of the map asks about it may be asked of another node.
	c.must(web, http.MethodPost, at(0), "/api/v1/people", `{"name":"Kaart Kees"}`)
	c.must(web, http.MethodPost, at(0), "/api/v1/interactions", `{"with":["Kaart Kees"],"medium":"face"}`)
	soon(t, "a map on all nodes", func() bool {
		said := regexp.MustCompile(`"edition":"(\w+)"`).
			FindStringSubmatch(c.must(web, http.MethodGet, at(0), "/net/data/any", ""))
		if said == nil {
			t.Fatal("the map says no edition")
		}
		for i := range 3 {
			status, text, err := c.ask(t.Context(), web, http.MethodGet, at(i), "/net/names/"+said[1]+"?of=0,1", "")
			if err != nil || status != http.StatusOK || !strings.Contains(text, "Kaart Kees") {
				return false
			}
		}
		return true
	})
	// An export is confirmed at one and fetched at another, once.
	r, err := http.NewRequest(http.MethodPost, "http://"+at(0)+"/export", strings.NewReader(""))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := web.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	ticket := answer.Header.Get("Location")
	if text := c.must(web, http.MethodGet, at(1), ticket, ""); !strings.Contains(text, `"gave-export-`) {
		t.Errorf("the export of %q: %.200s", ticket, text)
	}
	if status, text, err := c.ask(t.Context(), web, http.MethodGet, at(2), ticket, ""); err != nil ||
		status == http.StatusOK || strings.Contains(text, `"gave-export-`) {
		t.Errorf("fetched twice: %d, %v", status, err)
	}
	// Nobody guesses more often for there being more nodes.
	var got []int
	stranger := visitor(t)
	for i := range 8 {
		form := url.Values{"email": {"nobody@example.org"}, "password": {"a wrong guess"}}
		status, _, err := c.ask(t.Context(), stranger, http.MethodPost, at(i), "/signin", form.Encode())
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, status)
	}
	if want := slices.Concat(slices.Repeat([]int{401}, 5), slices.Repeat([]int{429}, 3)); !slices.Equal(got, want) {
		t.Errorf("guesses at three nodes: %v, want %v", got, want)
	}
}

// An import that was broken off is gone on with by one of the nodes, at once and once.
func TestNodesClaimAnImportOnce(t *testing.T) {
	files, me := worldFiles(t)
	c := newCluster(t, false, false)
	d, err := db.Open(t.Context(), c.address)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	ctx := t.Context()
	for _, statement := range []string{
		`create table claims (worker text not null, at bigint not null)`,
		`create function claimed() returns trigger language plpgsql as $f$ begin
			insert into claims values (new.worker, 0); return new; end $f$`,
		`create trigger claimed after update on import for each row
			when (old.worker is distinct from new.worker) execute function claimed()`,
	} {
		if _, err := d.ExecContext(ctx, statement); err != nil {
			t.Fatal(err)
		}
	}
	count := func(query string) int {
		t.Helper()
		n, err := db.Value[int](ctx, d, query)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	cmd := command(ctx, append(append([]string{"--data", c.data, "--database", c.address, "import"}, me...), files)...)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for count(`select count(*) from interaction`) == 0 {
		time.Sleep(5 * time.Millisecond)
	}
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
	if n := count(`select count(*) from import where state = 'running'`); n != 1 {
		t.Fatalf("%d imports are running", n)
	}
	if err := d.Tell(ctx, db.Notice{Work: true}); err != nil { // all three look at this moment
		t.Fatal(err)
	}
	for begun := time.Now(); count(`select count(*) from import where state = 'done'`) == 0; time.Sleep(20 * time.Millisecond) {
		if time.Since(begun) > 5*time.Minute { // the import itself takes a minute on a machine that does much else
			t.Fatal("no node goes on with it")
		}
	}
	if n := count(`select count(*) from claims`); n != 2 { // the command, and one node
		t.Errorf("it was claimed %d times", n)
	}
	if want, got := wanted(t), contents(t, c.address); want != got {
		t.Errorf("it is not as in peace: %s", firstDifference(want, got))
	}
}

// Three nodes behind nginx, as the manual sets it up, while people read and write: one is killed and started again, a
// newer program adds to the tables of the others, and each is replaced. Nobody notices; nothing is lost or doubled.
func TestNodesAreReplacedBehindAProxy(t *testing.T) {
	c := newCluster(t, true, true)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	d, err := db.Open(ctx, c.address)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	owner := visitor(t)
	if got := c.signIn(owner, c.front, nodesSecret); got != http.StatusSeeOther {
		t.Fatalf("signing in: %d", got)
	}
	for i := range 30 {
		c.must(owner, http.MethodPost, c.front, "/api/v1/people",
			fmt.Sprintf(`{"name":"First %c%c","email":["first%d@example.org"]}`, 'A'+i%26, 'a'+i/26, i))
		c.must(owner, http.MethodPost, c.front, "/api/v1/interactions",
			fmt.Sprintf(`{"with":["first%d@example.org"],"medium":"face"}`, i))
	}
	reading := []string{
		"/", "/people", "/people?query=first", "/give", "/horizon", "/settings", "/more", "/readyz",
		"/api/v1/people?limit=20", "/api/v1/horizon/path?to=first0@example.org", "/api/v1/today", "/assets/app.css",
	}
	var (
		all       sync.WaitGroup
		cut       atomic.Int64 // pages half sent when their node was killed: no proxy can take that back
		lock      sync.Mutex
		took      []time.Duration
		confirmed []string
	)
	failed := func(what string, status int, text string, err error) {
		if ctx.Err() == nil {
			t.Errorf("%s: %d, %v: %.200s", what, status, err, text)
		}
	}
	for range 6 {
		all.Go(func() {
			for ctx.Err() == nil {
				path := reading[rand.IntN(len(reading))]
				begun := time.Now()
				status, text, err := c.ask(ctx, owner, http.MethodGet, c.front, path, "")
				if ctx.Err() != nil {
					return
				}
				if status == http.StatusOK && errors.Is(err, io.ErrUnexpectedEOF) {
					cut.Add(1)
				} else if err != nil || status != http.StatusOK {
					failed("GET "+path, status, text, err)
				}
				lock.Lock()
				took = append(took, time.Since(begun))
				lock.Unlock()
				time.Sleep(5 * time.Millisecond)
			}
		})
	}
	for i := range 3 {
		all.Go(func() {
			for k := 0; ctx.Err() == nil; k++ {
				name := fmt.Sprintf("Writer %s", strings.ReplaceAll(id.New().String(), "-", ""))
				method, path, body := http.MethodPost, "/api/v1/people", fmt.Sprintf(`{"name":%q}`, name)
				if i == 0 { // a form, with the key that the page gives it
					form := url.Values{"name": {name}, page.OnceField: {id.New().String()}}
					path, body = "/people/new", form.Encode()
				}
				status, text, err := c.ask(context.WithoutCancel(ctx), owner, method, c.front, path, body)
				if err != nil || status != http.StatusOK && status != http.StatusSeeOther {
					failed("POST "+path, status, text, err)
				} else {
					lock.Lock()
					confirmed = append(confirmed, name)
					lock.Unlock()
				}
				time.Sleep(30 * time.Millisecond)
			}
		})
	}
	pause := time.Duration(soak(1, 3)) * time.Second
	for round := range soak(1, 12) {
		time.Sleep(pause)
		killed := c.nodes[round%3]
		killed.end(syscall.SIGKILL, 5*time.Second)
		time.Sleep(pause)
		killed.start()
		// A newer program adds to a table that all write to, while they do.
		version := db.Newest() + 1 + int64(round)
		if version%100 == 0 {
			t.Fatal("write this test another way")
		}
		if err := d.Write(ctx, func(tx *db.Tx) error {
			if _, err := tx.ExecContext(ctx, fmt.Sprintf(`alter table person add column newer%d bigint not null default 0`,
				round)); err != nil {
				return err
			}
			_, err := tx.ExecContext(ctx, `insert into goose_db_version (version_id, is_applied) values ($1, true)`, version)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if err := d.Tell(ctx, db.Notice{Migrated: true}); err != nil {
			t.Fatal(err)
		}
		for i := range 2 {
			// nginx passes a server by for fail_timeout after it was gone, so that long lies between any two.
			time.Sleep(5 * time.Second / 2)
			n := c.nodes[(round+1+i)%3]
			_ = n.cmd.Process.Signal(syscall.SIGTERM)
			soon(t, "it says that it is not ready", func() bool { return n.ready() == http.StatusServiceUnavailable })
			n.wait(20 * time.Second)
			if code := n.cmd.ProcessState.ExitCode(); code != 0 {
				t.Errorf("a node that was told to stop ended with %d: %s", code, n.said.String())
			}
			n.start()
		}
		time.Sleep(pause)
	}
	stop()
	all.Wait()
	if n := cut.Load(); n > int64(soak(1, 12)) {
		t.Errorf("%d pages broke off, and %d nodes were killed", n, soak(1, 12))
	}
	slices.Sort(took)
	if len(took) < 100 || len(confirmed) < 20 {
		t.Fatalf("%d reads and %d writes show nothing", len(took), len(confirmed))
	}
	t.Logf("%d reads, median %v, p99 %v, longest %v, %d cut off; %d writes confirmed", len(took), took[len(took)/2],
		took[len(took)*99/100], took[len(took)-1], cut.Load(), len(confirmed))
	stored, err := db.Values[string](t.Context(), d, `select name from person where name like 'Writer %' order by name`)
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(confirmed)
	if !slices.Equal(stored, confirmed) {
		t.Errorf("%d were confirmed, and %d are stored", len(confirmed), len(stored))
	}
	for _, n := range c.nodes {
		if text := n.said.String(); regexp.MustCompile(`panic|does not hear`).MatchString(text) {
			t.Errorf("%s said: %s", n.listen, text)
		}
	}
}
