package app_test

import (
	"bufio"
	"context"
	"fmt"
	"maps"
	"net"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"gave.network/internal/db/dbtest"
)

// dovecot is a mail server on this machine, with mail of anna, whose password is geheim.
type dovecot struct {
	t        *testing.T
	folder   string
	port     int
	uid, gid int
	n        int
	start    func() (stop func())
}

func newDovecot(t *testing.T, ca *authority, more ...string) *dovecot {
	t.Helper()
	name := program(t, "dovecot")
	folder, err := os.MkdirTemp("", "gave-dovecot") // the paths of its sockets must be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	d := &dovecot{t: t, folder: folder, port: free(t), uid: os.Getuid(), gid: os.Getgid()}
	inner := ""
	if d.uid == 0 { // mail of root is not given
		d.uid, d.gid = 65534, 65534
	} else if me, err := user.Current(); err == nil {
		group, _ := user.LookupGroupId(me.Gid)
		inner = fmt.Sprintf("default_internal_user = %s\ndefault_login_user = %s\ndefault_internal_group = %s\n",
			me.Username, me.Username, group.Name)
	}
	cert, key := ca.certificate(folder)
	write(t, filepath.Join(folder, "conf"), fmt.Sprintf(`base_dir = %[1]s/run
state_dir = %[1]s/state
log_path = %[1]s/log
protocols = imap
auth_failure_delay = 0
listen = 127.0.0.1
ssl = required
ssl_cert = <%[2]s
ssl_key = <%[3]s
mail_location = maildir:%[1]s/mail
%[6]spassdb {
  driver = static
  mechanisms = plain login
  args = password=geheim
}
%[8]s
userdb {
  driver = static
  args = uid=%[4]d gid=%[5]d home=%[1]s/home
}
namespace inbox {
  inbox = yes
  mailbox Sent {
    special_use = \Sent
    auto = create
  }
  mailbox Rommel {
    special_use = \Junk
    auto = create
  }
}
service imap-login {
  chroot =
  inet_listener imap {
    port = 0
  }
  inet_listener imaps {
    port = %[7]d
    ssl = yes
  }
}
service anvil {
  chroot =
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
`, folder, cert, key, d.uid, d.gid, inner, d.port, strings.Join(more, "\n")))
	if err := os.Chmod(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, sub := range []string{"mail", "home", "run", "state"} {
		d.mkdir(sub)
	}
	for _, box := range []string{"", ".Sent", ".Rommel", ".Trash", ".Archief.Club &AOk-n"} {
		d.mkdir(filepath.Join("mail", box))
		for _, sub := range []string{"cur", "new", "tmp"} {
			d.mkdir(filepath.Join("mail", box, sub))
		}
	}
	d.start = func() func() { return serving(t, d.port, name, "-F", "-c", filepath.Join(folder, "conf")) }
	return d
}

func (d *dovecot) mkdir(sub string) {
	d.t.Helper()
	path := filepath.Join(d.folder, sub)
	if err := os.MkdirAll(path, 0o755); err != nil {
		d.t.Fatal(err)
	}
	if strings.HasPrefix(sub, "mail") || sub == "home" {
		if err := os.Chown(path, d.uid, d.gid); err != nil {
			d.t.Fatal(err)
		}
	}
}

// put delivers a mail to a mailbox.
func (d *dovecot) put(box, from, to, subject string) {
	d.t.Helper()
	d.n++
	path := filepath.Join(d.folder, "mail", box, "new", fmt.Sprintf("%d.M%dP1.host", time.Now().Unix(), d.n))
	write(d.t, path, fmt.Sprintf("From: %s\r\nTo: %s\r\nSubject: %s\r\nMessage-ID: <%d@example.org>\r\n"+
		"Date: %s\r\n\r\nThe secret of the body.\r\nFrom nobody\r\n", from, to, subject, d.n,
		time.Now().Add(-time.Duration(100-d.n)*time.Hour).Format(time.RFC1123Z)))
	if err := os.Chown(path, d.uid, d.gid); err != nil {
		d.t.Fatal(err)
	}
}

const me = "Anna Jansen <anna@example.org>"

func TestMailComesInByItself(t *testing.T) {
	ca := newAuthority(t)
	dbtest.Addresses(t, func(t *testing.T, address string) {
		d := newDovecot(t, ca)
		d.put("", "Bert Bakker <bert@example.org>", me, "Lunch?")
		d.put("", "Carla Cuypers <carla@example.org>", me, "=?utf-8?q?Vrijdag_=C3=A9?=")
		d.put(".Sent", me, "Dirk Dekker <dirk@example.org>", "Thanks")
		d.put(".Archief.Club &AOk-n", "Eva Evers <eva@example.org>", me, "Long ago")
		d.put(".Rommel", "Prince <prince@spam.example>", me, "Your money")
		d.put(".Trash", "Tom Tas <tom@example.org>", me, "Gone")
		stop := d.start()
		a, v := opened(t, address)
		a.Source.Trust(loopback)
		a.Source.Roots, a.Source.Rest = ca.pool, 0
		b := books{t: t, app: a, v: v}
		add := map[string]string{
			"kind": "mail", "address": fmt.Sprintf("imaps://127.0.0.1:%d", d.port), "user": "anna@example.org",
			"password": "guessed",
		}
		if _, err := b.call("source.add", add); err == nil || !strings.Contains(err.Error(), "name and password") {
			t.Errorf("a wrong password: %v", err)
		}
		add["password"] = "geheim"
		if _, err := b.call("source.add", add); err != nil {
			t.Fatal(err)
		}
		list, err := a.Source.List(context.Background(), v)
		if err != nil || len(list) != 1 {
			t.Fatal(list, err)
		}
		b.key = list[0].ID
		x := b.run()
		if got := b.people(); x.Trouble != "" ||
			got != "Anna, Bert Bakker, Carla Cuypers, Dirk Dekker, Eva Evers" {
			t.Fatalf("%s %s", x.Trouble, got)
		}
		names := ""
		for _, box := range x.Boxes {
			names += fmt.Sprintf(" %s:%v", box.Name, box.Read)
		}
		if !strings.Contains(names, "Archief/Club én:true") || !strings.Contains(names, "Rommel:false") ||
			!strings.Contains(names, "Trash:false") {
			t.Errorf("mailboxes%s", names)
		}
		mails := func() int { return rows(t, a.DB, `select count(*) from interaction`) }
		if n := mails(); n != 4 {
			t.Errorf("%d mails, want 4", n)
		}
		if n := rows(t, a.DB, `select count(*) from interaction where title = 'Vrijdag é'`); n != 1 {
			t.Error("a subject is not read as it was written")
		}
		// Nothing was changed there, not even what is unread.
		unread, _ := filepath.Glob(filepath.Join(d.folder, "mail", "new", "*"))
		if len(unread) != 2 {
			t.Errorf("%d mails are unread, want 2", len(unread))
		}

		// Only what is new is read.
		d.put("", "Fenna Fokker <fenna@example.org>", me, "Hello")
		if x = b.run(); x.Contacts != 1 || x.People != 1 || mails() != 5 {
			t.Errorf("after one more mail: %+v, %d mails", x, mails())
		}
		// A mail that is read, moved or deleted there stays as it is here: it was written. The numbers hold though
		// mails vanished, and with nothing new none is asked for again.
		if vanished, _ := filepath.Glob(filepath.Join(d.folder, "mail", "cur", "*")); len(vanished) > 0 {
			t.Errorf("mails lie among those that were looked at: %v", vanished)
		}
		there, _ := filepath.Glob(filepath.Join(d.folder, "mail", "new", "*"))
		if len(there) != 3 || os.Remove(there[0]) != nil || os.Rename(there[1], filepath.Join(d.folder, "mail", "cur",
			filepath.Base(there[1])+":2,S")) != nil {
			t.Fatalf("%d mails are there", len(there))
		}
		if x = b.run(); x.Trouble != "" || x.Contacts != 1 || mails() != 5 {
			t.Errorf("after a mail vanished: %+v, %d mails", x, mails())
		}
		d.put("", "Bert Bakker <bert@example.org>", me, "Once more")
		if x = b.run(); x.Contacts != 1 || mails() != 6 {
			t.Errorf("what comes after a mail vanished: %+v, %d mails, want 6", x, mails())
		}
		// The server counts its mails anew: all is looked at again, and nothing is doubled.
		stop()
		indexes, _ := filepath.Glob(filepath.Join(d.folder, "mail", "dovecot*"))
		for _, path := range indexes {
			os.Remove(path)
		}
		if len(indexes) == 0 {
			t.Error("there are no indexes to remove")
		}
		if err := a.Source.Run(context.Background(), v, b.key); err != nil {
			t.Fatal(err)
		}
		if x, err = a.Source.Show(context.Background(), v, b.key); err != nil ||
			!strings.Contains(x.Trouble, "cannot be reached") {
			t.Errorf("a server that is away: %q %v", x.Trouble, err)
		}
		d.start()
		if x = b.run(); x.Trouble != "" || mails() != 6 {
			t.Errorf("after new numbers: %s %d mails, want 6", x.Trouble, mails())
		}

		// What comes in while a server of Gave runs is read at once.
		ctx, end := context.WithCancel(context.Background())
		ended := make(chan struct{})
		if err := a.Source.Hurry(ctx, v, b.key); err != nil {
			t.Fatal(err)
		}
		go func() {
			a.Source.Work(ctx)
			close(ended)
		}()
		time.Sleep(time.Second)
		d.put("", "Gijs Groen <gijs@example.org>", me, "Now")
		for until := time.Now().Add(15 * time.Second); mails() != 7 && time.Now().Before(until); {
			time.Sleep(50 * time.Millisecond)
		}
		if n := mails(); n != 7 {
			t.Errorf("%d mails, want 7: what comes in is not heard", n)
		}
		end()
		<-ended
		if _, err := b.call("source.remove", map[string]string{"source": b.key.String(), "along": "true"}); err != nil {
			t.Fatal(err)
		}
		if mails() != 0 || b.people() != "Anna" {
			t.Errorf("%d mails and %s stay", mails(), b.people())
		}
	})
}

// says plays a mail server by a script: to each command that begins with a word it says some lines, in which %s is the
// tag of the command.
func says(t *testing.T, script map[string]string) (address string) {
	t.Helper()
	return saysInTurn(t, script)
}

// saysInTurn does so by another script for each connection, and by the last for all after that.
func saysInTurn(t *testing.T, scripts ...map[string]string) (address string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	usual := map[string]string{
		"": "* OK ready\r\n", "CAPABILITY": "* CAPABILITY IMAP4rev1\r\n%s OK\r\n", "LOGIN": "%s OK in\r\n",
		"LIST": "* LIST (\\HasNoChildren) \"/\" INBOX\r\n%s OK\r\n", "EXAMINE": "* 1 EXISTS\r\n%s OK\r\n",
		"STATUS": "* STATUS INBOX (UIDVALIDITY 1 UIDNEXT 9)\r\n%s OK\r\n", "UID SEARCH": "* SEARCH 1 2\r\n%s OK\r\n",
		"UID FETCH": "* 1 FETCH (UID 1 FLAGS () BODY[HEADER.FIELDS (FROM)]<0> {" + strconv.Itoa(len(honest)) + "}\r\n" +
			honest + ")\r\n%s OK\r\n",
	}
	go func() {
		for i := 0; ; i++ {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			script := maps.Clone(usual)
			maps.Copy(script, scripts[min(i, len(scripts)-1)])
			go answer(conn, script)
		}
	}()
	return "imap://" + l.Addr().String()
}

const honest = "From: Bert Bakker <bert@example.org>\r\nTo: anna@example.org\r\nSubject: Hi\r\n" +
	"Message-ID: <h1@x.example>\r\nDate: Mon, 02 Nov 2026 10:00:00 +0000\r\n\r\n"

func answer(conn net.Conn, script map[string]string) {
	defer conn.Close()
	say := func(lines, tag string) bool {
		if lines == "HANG" {
			time.Sleep(3 * time.Second)
			return false
		}
		if flood, ok := strings.CutPrefix(lines, "FLOOD "); ok {
			for range 1 << 20 {
				if _, err := conn.Write([]byte(strings.Repeat(flood, 500))); err != nil {
					return false
				}
			}
			return false
		}
		_, err := conn.Write([]byte(strings.ReplaceAll(lines, "%s", tag)))
		return err == nil
	}
	if !say(script[""], "") {
		return
	}
	in := bufio.NewScanner(conn)
	for before := ""; in.Scan(); {
		tag, command, _ := strings.Cut(in.Text(), " ")
		if command == "" && script["SASL"] != "" { // what a mechanism of SASL says belongs to the command before
			tag, command = before, "SASL"
		}
		before = tag
		best := ""
		for word := range script {
			if strings.HasPrefix(command, word) && len(word) > len(best) {
				best = word
			}
		}
		lines := script[best]
		if best == "" {
			lines = "%s BAD what\r\n"
		}
		if !say(lines, tag) {
			return
		}
	}
}

// Whatever a mail server does, it is said in words, comes to an end, and loses and doubles nothing.
func TestMailServersThatMisbehave(t *testing.T) {
	for _, c := range []struct {
		name, want string
		script     map[string]string
		mails      int
	}{
		{"is honest", "", nil, 1},
		{"hangs at once", "took too long", map[string]string{"": "HANG"}, 0},
		{"hangs in the middle", "took too long", map[string]string{"UID FETCH": "HANG"}, 0},
		{"hangs up", "broke off", map[string]string{"STATUS": "* BYE tired\r\n"}, 0},
		{"announces a header of 200 MB", "more than can be read", map[string]string{
			"UID FETCH": "* 1 FETCH (UID 1 BODY[HEADER.FIELDS (FROM)]<0> {209715200}\r\nFrom: ",
		}, 0},
		{"sends a line without end", "more than can be read", map[string]string{"UID SEARCH": "FLOOD 12345678"}, 0},
		{"sends lines without end", "more than can be read", map[string]string{"LIST": "FLOOD * 1 EXISTS\r\n"}, 0},
		{"nests lists", "cannot be understood", map[string]string{
			"STATUS": "* STATUS X " + strings.Repeat("(", 99),
		}, 0},
		{"speaks something else", "cannot be understood", map[string]string{"LIST": "(((\r\n)))\r\n"}, 0},
		{"does not let us in", "name and password", map[string]string{
			"LOGIN": "%s NO [AUTHENTICATIONFAILED] no\r\n",
		}, 0},
		{"is busy", "too busy", map[string]string{"LOGIN": "%s NO [UNAVAILABLE] later\r\n"}, 0},
		{"does not open one mailbox", "", map[string]string{"EXAMINE": "%s NO forbidden\r\n"}, 0},
		{"refuses all mails", "refuses", map[string]string{"UID FETCH": "%s NO no\r\n"}, 0},
		{"refuses one mail", "", map[string]string{
			"UID FETCH 1:2": "%s NO damaged\r\n", "UID FETCH 2": "%s NO damaged\r\n",
		}, 1},
		{"lies about numbers", "", map[string]string{
			"STATUS":     "* STATUS INBOX (UIDVALIDITY 1 UIDNEXT 4294967295)\r\n%s OK\r\n",
			"UID SEARCH": "* SEARCH 4294967295 0 1 1 1 -5 99999999999 x\r\n%s OK\r\n",
			"UID FETCH": strings.Repeat("* 7 FETCH (UID 1 BODY[HEADER.FIELDS (FROM)]<0> {"+strconv.Itoa(len(honest))+
				"}\r\n"+honest+")\r\n", 3) +
				"* 8 FETCH (UID 77 BODY[HEADER.FIELDS (FROM)]<0> \"From: x@y.example\")\r\n" +
				"* 9 FETCH (UID x FLAGS)\r\n%s OK\r\n",
		}, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			a, v := opened(t, "")
			a.Source.Trust(loopback)
			b := books{t: t, app: a, v: v}
			if _, err := b.call("source.add", map[string]string{
				"kind": "mail", "address": says(t, nil), "user": "anna@example.org", "password": "geheim",
			}); err != nil {
				t.Fatal(err)
			}
			list, err := a.Source.List(context.Background(), v)
			if err != nil || len(list) != 1 {
				t.Fatal(list, err)
			}
			b.key = list[0].ID
			if n := rows(t, a.DB, `select count(*) from interaction`); n != 1 {
				t.Fatalf("an honest server brings %d mails, want 1", n)
			}
			if _, err := a.DB.ExecContext(context.Background(), `delete from interaction`); err != nil {
				t.Fatal(err)
			}
			if _, err := a.DB.ExecContext(context.Background(), `update source set address = $1`,
				says(t, c.script)); err != nil {
				t.Fatal(err)
			}
			if _, err := a.DB.ExecContext(context.Background(),
				`update source_box set mark = '', reached = 0`); err != nil {
				t.Fatal(err)
			}
			a.Source.Patience = time.Second
			began := time.Now()
			for range 2 {
				if err := a.Source.Run(context.Background(), v, b.key); err != nil {
					t.Fatal(err)
				}
			}
			x, err := a.Source.Show(context.Background(), v, b.key)
			if err != nil || c.want == "" && x.Trouble != "" || !strings.Contains(x.Trouble, c.want) {
				t.Errorf("%q %v, want %q", x.Trouble, err, c.want)
			}
			if n := rows(t, a.DB, `select count(*) from interaction`); n != c.mails {
				t.Errorf("%d mails, want %d", n, c.mails)
			}
			if x.Next == nil || time.Until(*x.Next) < time.Minute {
				t.Errorf("it is asked again at once: %v", x.Next)
			}
			if took := time.Since(began); took > 30*time.Second {
				t.Errorf("it took %v", took)
			}
		})
	}
}
