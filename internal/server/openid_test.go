package server_test

import (
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"
	zitadel "github.com/zitadel/oidc/v3/pkg/op"

	"gave.network/internal/account"
)

// The pages lead to a real provider and back, to where somebody was going.
func TestSigningInElsewhere(t *testing.T) {
	d := openDoor(t, nil)
	var handler http.Handler
	at := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		handler.ServeHTTP(w, r)
	}))
	defer at.Close()
	handler = exampleop.SetupServer(at.URL, storage.NewStorageWithClients(storage.NewUserStore(at.URL),
		map[string]*storage.Client{"gave": storage.WebClient("gave", "two", d.url+"/signin/openid/back")}), nil, false,
		zitadel.WithAllowInsecure())
	d.app.Account.ProvideBy(account.Provider{
		Issuer: at.URL, Client: "gave", Secret: "two", Name: "Zitadel", Domains: []string{"zitadel.ch"},
	})
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	browser := &http.Client{Jar: jar}
	answer, err := browser.Get(d.url + "/signin/openid?next=%2Fpeople")
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	request := answer.Request.URL.Query().Get("authRequestID")
	if request == "" {
		t.Fatalf("not at the provider: %s", answer.Request.URL)
	}
	answer, err = browser.PostForm(at.URL+"/login/username",
		url.Values{"id": {request}, "username": {"test-user2"}, "password": {"verysecure"}})
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if !strings.HasPrefix(answer.Request.URL.String(), d.url+"/people") || answer.StatusCode != http.StatusOK {
		t.Errorf("%d at %s", answer.StatusCode, answer.Request.URL)
	}
	// Away, it is said where the password is asked for.
	at.Close()
	d.app.Account.ProvideBy(account.Provider{Issuer: at.URL, Client: "gave", Name: "Zitadel"})
	status, body := d.visitor("").get(t, "/signin/openid")
	if status != http.StatusServiceUnavailable || !strings.Contains(body, "Zitadel does not answer now.") ||
		!strings.Contains(body, `name="password"`) {
		t.Errorf("%d %s", status, body)
	}
}
