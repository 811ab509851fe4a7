package app_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"

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
