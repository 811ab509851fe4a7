package server_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"gave.network/internal/locale"
	"gave.network/internal/people"
)

// What is kept of a person is taken along as a card and as a file of all of it, as often as one likes; what else is
// asked for is not there.
func TestAPersonIsTakenAlong(t *testing.T) {
	h := open(t, 0)
	owner, err := h.app.Account.Local(t.Context(), locale.English)
	if err != nil {
		t.Fatal(err)
	}
	client := signedIn(t, h, h.url)
	if _, err := h.app.Operations.Call(t.Context(), owner, "people.add", people.NewPersonInput{
		Name: "Anna \"de Wit\"", Email: []string{"anna@example.org"},
	}); err != nil {
		t.Fatal(err)
	}
	anna, err := h.app.Network.Resolve(t.Context(), owner, "anna@example.org")
	if err != nil {
		t.Fatal(err)
	}
	take := func(as string) (*http.Response, string) {
		t.Helper()
		answer, err := client.PostForm(h.url+"/people/"+anna.ID.String()+"/sources", url.Values{"as": {as}})
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		text, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		return answer, string(text)
	}
	for range 2 {
		answer, text := take("card")
		if !strings.HasPrefix(answer.Header.Get("Content-Type"), "text/vcard") ||
			!strings.Contains(answer.Header.Get("Content-Disposition"), ".vcf") ||
			!strings.Contains(text, "EMAIL;TYPE=INTERNET:anna@example.org") {
			t.Errorf("the card is %v %s", answer.Header, text)
		}
		answer, text = take("all")
		var all struct{ People []json.RawMessage }
		if err := json.Unmarshal([]byte(text), &all); err != nil || len(all.People) != 1 ||
			!strings.Contains(answer.Header.Get("Content-Disposition"), ".json") {
			t.Errorf("all is %v %v %.200s", err, answer.Header, text)
		}
	}
	if answer, _ := take("picture"); answer.StatusCode != http.StatusNotFound {
		t.Errorf("something else answers %d", answer.StatusCode)
	}
}
