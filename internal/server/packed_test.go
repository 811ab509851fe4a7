package server_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"strings"
	"testing"
)

// Pages come compressed to those who take it, and plain to others; both say the same.
func TestPagesComeCompressed(t *testing.T) {
	h := open(t, 20)
	client := http.Client{Transport: &http.Transport{DisableCompression: true}}
	ask := func(encoding string) (http.Header, []byte) {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, h.url+"/signin", nil)
		if err != nil {
			t.Fatal(err)
		}
		if encoding != "" {
			r.Header.Set("Accept-Encoding", encoding)
		}
		answer, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		text, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		return answer.Header, text
	}
	plainHead, plain := ask("")
	packedHead, packed := ask("gzip")
	if plainHead.Get("Content-Encoding") != "" || packedHead.Get("Content-Encoding") != "gzip" {
		t.Fatalf("the encodings are %q and %q", plainHead.Get("Content-Encoding"), packedHead.Get("Content-Encoding"))
	}
	if !strings.Contains(packedHead.Get("Vary"), "Accept-Encoding") {
		t.Error("what is kept on the way may be given to those who cannot read it")
	}
	if len(packed) > len(plain)*2/3 {
		t.Errorf("%d bytes are %d when packed", len(plain), len(packed))
	}
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(z)
	if err != nil || !strings.Contains(string(text), "f-password") {
		t.Errorf("the packed page holds %d bytes without the field of the password, %v", len(text), err)
	}
}
