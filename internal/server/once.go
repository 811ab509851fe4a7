package server

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"strings"

	"gave.network/internal/fault"
	"gave.network/internal/op"
	"gave.network/internal/page"
)

// write runs the handler of a form: as one transaction unless it takes long, and once for each form that was shown. A
// form that was gone back to and changed is another one: its content is part of its key.
func (s *Server) write(w http.ResponseWriter, r *http.Request, long bool, h page.Handler) error {
	v := page.From(r.Context()).Viewer
	if v.Member.IsZero() { // signing in, and links with secrets: each works once by itself
		return h(w, r)
	}
	key, content := r.URL.Query().Get(page.OnceField), []byte(nil)
	if strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/form-data") {
		long = true // the files come in meanwhile
	} else {
		if err := r.ParseForm(); err != nil {
			return unreadable(err)
		}
		form := maps.Clone(r.PostForm)
		key = form.Get(page.OnceField)
		delete(form, page.OnceField)
		content = []byte(form.Encode()) // in the order of the names
	}
	request := op.Request{Face: "page", Parts: long}
	if key != "" {
		if err := op.CheckKey(key); err != nil {
			return err
		}
		sum := sha256.Sum256(append([]byte(r.URL.Path+"\n"+key+"\n"), content...))
		request.Key, request.Content = hex.EncodeToString(sum[:]), content
	}
	answer, err := s.app.Operations.Write(r.Context(), v, request, func(ctx context.Context) (op.Answer, error) {
		shown := &recorded{head: http.Header{}}
		if err := h(shown, r.WithContext(ctx)); err != nil {
			return op.Answer{}, err
		}
		return shown.answer()
	})
	if err != nil {
		return err
	}
	return send(w, answer)
}

// unreadable says what is wrong with a form that cannot be read.
func unreadable(err error) error {
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return fault.New(fault.TooLarge, "The request is larger than %d bytes.", large.Limit)
	}
	return fault.Wrap(err, fault.Invalid, "The form did not come across whole.").WithHint("Send it again.")
}

// recorded is a page that is held back until what it says is stored.
type recorded struct {
	head   http.Header
	status int
	body   bytes.Buffer
}

func (p *recorded) Header() http.Header { return p.head }

func (p *recorded) WriteHeader(status int) {
	if p.status == 0 {
		p.status = status
	}
}

func (p *recorded) Write(text []byte) (int, error) {
	p.WriteHeader(http.StatusOK)
	return p.body.Write(text)
}

func (p *recorded) answer() (op.Answer, error) {
	p.WriteHeader(http.StatusOK)
	head, err := json.Marshal(p.head)
	if err != nil {
		return op.Answer{}, fault.Wrap(err, fault.Internal, "Something went wrong on our side.")
	}
	return op.Answer{Status: p.status, Head: string(head), Body: p.body.Bytes()}, nil
}

// send writes a page that was held back.
func send(w http.ResponseWriter, answer op.Answer) error {
	head := http.Header{}
	if err := json.Unmarshal([]byte(answer.Head), &head); err != nil {
		return fault.Wrap(err, fault.Internal, "Something went wrong on our side.")
	}
	maps.Copy(w.Header(), head)
	w.WriteHeader(answer.Status)
	_, _ = w.Write(answer.Body) // a reader who went away cannot be told
	return nil
}
