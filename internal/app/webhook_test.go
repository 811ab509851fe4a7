package app_test

import (
	"bufio"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/fault"
	"gave.network/internal/op"
	"gave.network/internal/webhook"
)

// receiver is a program that is told things.
type receiver struct {
	sync.Mutex
	status int
	heads  []http.Header
	bodies []string
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	r.Lock()
	defer r.Unlock()
	body, _ := io.ReadAll(q.Body)
	r.heads, r.bodies = append(r.heads, q.Header), append(r.bodies, string(body))
	if r.status == http.StatusFound {
		w.Header().Set("Location", "/elsewhere")
	}
	w.WriteHeader(r.status)
}

// A program is told what is brought to a member: signed, in order, again until it took it and then no more, and never
// a word of it. What is elsewhere than on public addresses is not told, unless that is trusted; nobody is followed who
// passes a message on; and who fails for days is given up.
func TestWebhooks(t *testing.T) {
	dbtest.Addresses(t, func(t *testing.T, address string) {
		ctx := context.Background()
		s := newAssociation(t, address)
		bea := s.join("Bea Bos", "bea@club.example", op.Member)
		anna := s.join("Anna Aal", "anna@club.example", op.Member)
		r := &receiver{status: http.StatusInternalServerError}
		server := httptest.NewServer(r)
		t.Cleanup(server.Close)
		hook := map[string]string{"name": "dashboard", "address": server.URL}
		if _, err := s.call(bea, "webhooks.add", hook); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("an address without https is taken: %v", err)
		}
		s.Webhook.Trust([]netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")})
		added := answerTo[webhook.Added](s, bea, "webhooks.add", hook)
		key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(added.Secret, "whsec_"))
		if err != nil || len(key) != 32 {
			t.Fatalf("the secret is %q: %v", added.Secret, err)
		}
		tell := func(again bool) {
			t.Helper()
			if again {
				if _, err := db.Exec(ctx, s.DB, `update webhook set due = 0`); err != nil {
					t.Fatal(err)
				}
			}
			if err := s.Webhook.TellDue(ctx); err != nil {
				t.Fatal(err)
			}
		}
		const words = "Zonneklaar uitgelegd"
		for range 2 {
			s.must(s.owner, "praise.write", map[string]string{"person": "bea@club.example", "text": words})
			s.must(s.owner, "praise.write", map[string]string{"person": "anna@club.example", "text": words})
		}
		tell(false)
		tell(false) // not before the pause is over
		if len(r.bodies) != 1 {
			t.Fatalf("told %d times: %v", len(r.bodies), r.bodies)
		}
		if list := s.must(bea, "webhooks.list", nil); !strings.Contains(list, "500") {
			t.Errorf("the owner is not told of the failure: %s", list)
		}
		s.nowhere(anna, server.URL)
		s.nowhere(s.owner, server.URL)
		r.status = http.StatusFound
		tell(true)
		r.status = http.StatusNoContent
		tell(true)
		tell(true)
		if len(r.bodies) != 4 {
			t.Fatalf("told %d times: %v", len(r.bodies), r.bodies)
		}
		ids := map[string]int{}
		for i, body := range r.bodies {
			head := r.heads[i]
			ids[head.Get("webhook-id")]++
			mac := hmac.New(sha256.New, key)
			io.WriteString(mac, head.Get("webhook-id")+"."+head.Get("webhook-timestamp")+"."+body)
			if want := "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil)); head.Get("webhook-signature") != want {
				t.Errorf("signed %s, not %s", head.Get("webhook-signature"), want)
			}
			var said webhook.Body
			if err := json.Unmarshal([]byte(body), &said); err != nil || said.Type != "inbox.praise" ||
				said.Data.Path != "/inbox" || said.Data.Item.IsZero() {
				t.Errorf("%s: %v", body, err)
			}
			if strings.Contains(body, "Zonneklaar") || strings.Contains(body, "Olga") {
				t.Errorf("a word is told: %s", body)
			}
		}
		if len(ids) != 2 || ids[r.heads[0].Get("webhook-id")] != 3 {
			t.Errorf("the ids are %v", ids)
		}

		s.Webhook.Trust(nil)
		s.must(bea, "webhooks.try", map[string]string{"webhook": added.ID.String()})
		if len(r.bodies) != 4 {
			t.Error("a loopback address is told")
		}
		if _, err := db.Exec(ctx, s.DB, `update webhook set failing = 1`); err != nil {
			t.Fatal(err)
		}
		tell(true)
		list := answerTo[webhook.ListOutput](s, bea, "webhooks.list", nil)
		if len(list.Webhooks) != 1 || !list.Webhooks[0].Ended || list.Webhooks[0].Next != nil {
			t.Errorf("not given up: %+v", list.Webhooks)
		}
		s.Webhook.Trust([]netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")})
		s.must(bea, "webhooks.try", map[string]string{"webhook": added.ID.String()})
		if list = answerTo[webhook.ListOutput](s, bea, "webhooks.list", nil); list.Webhooks[0].Ended ||
			len(r.bodies) != 6 || !strings.Contains(r.bodies[5], `"trial"`) {
			t.Errorf("not told again: %+v, %v", list.Webhooks, r.bodies)
		}
		one := map[string]string{"webhook": added.ID.String()}
		if _, err := s.call(anna, "webhooks.remove", one); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("another's webhook is removed: %v", err)
		}
		s.must(s.owner, "members.remove", map[string]string{"member": bea.Member.String()})
		left, err := db.Value[int](ctx, s.DB, `select count(*) from webhook`)
		if err != nil || left != 0 {
			t.Errorf("%d webhooks are left of who left: %v", left, err)
		}
	})
}

// A receiver that takes the connection and stays silent, one that answers without end, one whose head has no end and
// one that passes a message on to an address at home keep nobody else waiting and are not followed; what they did not
// take is told again.
func TestWebhooksThatHang(t *testing.T) {
	ctx := context.Background()
	s := newAssociation(t, "")
	s.Webhook.Trust([]netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")})
	s.Webhook.Patience(300 * time.Millisecond)
	listen := func(address string, serve func(net.Conn)) string {
		t.Helper()
		l, err := net.Listen("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { l.Close() })
		go func() {
			for {
				c, err := l.Accept()
				if err != nil {
					return
				}
				t.Cleanup(func() { c.Close() })
				go serve(c)
			}
		}()
		return "http://" + l.Addr().String()
	}
	endless := func(begin string) func(net.Conn) {
		return func(c net.Conn) {
			bufio.NewReader(c).ReadString('\n')
			_, err := io.WriteString(c, begin)
			for err == nil {
				_, err = io.WriteString(c, strings.Repeat("x", 4096))
			}
		}
	}
	var home atomic.Int32
	private := listen("127.0.0.2:0", func(c net.Conn) {
		home.Add(1)
		c.Close()
	})
	good := &receiver{status: http.StatusNoContent}
	server := httptest.NewServer(good)
	t.Cleanup(server.Close)
	hooks := map[string]string{ // in the order of their names, as they are told
		"1 silent":  listen("127.0.0.1:0", func(net.Conn) {}),
		"2 head":    listen("127.0.0.1:0", endless("HTTP/1.1 200 OK\r\nX-Long: ")),
		"3 body":    listen("127.0.0.1:0", endless("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n")),
		"4 private": "",
		"5 good":    server.URL,
	}
	hooks["4 private"] = listen("127.0.0.1:0", func(c net.Conn) {
		defer c.Close()
		bufio.NewReader(c).ReadString('\n')
		fmt.Fprintf(c, "HTTP/1.1 307 Temporary Redirect\r\nLocation: %s/\r\nContent-Length: 0\r\n\r\n", private)
	})
	bea := s.join("Bea Bos", "bea@club.example", op.Member)
	for _, name := range slices.Sorted(maps.Keys(hooks)) {
		s.must(bea, "webhooks.add", map[string]string{"name": name, "address": hooks[name]})
	}
	s.must(s.owner, "praise.write", map[string]string{"person": "bea@club.example", "text": "Helder"})
	begun := time.Now()
	if err := s.Webhook.TellDue(ctx); err != nil {
		t.Fatal(err)
	}
	if spent := time.Since(begun); spent > 30*time.Second { // ten seconds for each of them without the bound
		t.Errorf("they kept the others waiting for %v", spent)
	}
	if len(good.bodies) != 1 || home.Load() > 0 {
		t.Errorf("the good one was told %d times, the one at home asked %d times", len(good.bodies), home.Load())
	}
	list := answerTo[webhook.ListOutput](s, bea, "webhooks.list", nil)
	took := map[string]bool{"3 body": true, "5 good": true}
	for _, h := range list.Webhooks {
		if (h.Took != nil) != took[h.Name] || (h.Trouble == "") != took[h.Name] || (h.Next == nil) != took[h.Name] {
			t.Errorf("%s: %+v", h.Name, h)
		}
	}
	if len(list.Webhooks) != len(hooks) {
		t.Errorf("%d webhooks", len(list.Webhooks))
	}
}
