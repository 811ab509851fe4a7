// Package reply reads mails that come in as answers to letters of Gave, or passed on by members: to which letter one
// belongs, whether a person wrote it, and what that person says, without what is quoted and without signatures. All of
// it is somebody else's bytes: it is read within bounds, and nothing in it is an error.
package reply

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"io"
	"mime"
	"net/mail"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/emersion/go-message"
	"github.com/emersion/go-message/charset"

	"gave.network/internal/lang"
	"gave.network/internal/text"
)

// MostBytes is how much of a mail is read for what somebody wrote, in bytes: words stand before what is attached.
const MostBytes = 256 << 10

const (
	// mostHeader is how long a header may be, in bytes, mostParts how many parts of a mail are looked at, and mostDepth
	// how deep they may lie in each other.
	mostHeader, mostParts, mostDepth = 256 << 10, 50, 8
	// mostWords is how much of what somebody wrote is kept, in characters.
	mostWords = 4000
	// mostTokens is how many tokens of one mail are looked at.
	mostTokens = 10
)

// Kind says what a mail is.
type Kind string

// The kinds of mails.
const (
	Written   Kind = "written"   // by a person
	Automatic Kind = "automatic" // by a program: who is away, a list, a receipt; or our own letter that came around
	Returned  Kind = "returned"  // a server says for good that a mail did not arrive
)

// Mail is a mail as far as it is looked at.
type Mail struct {
	Kind   Kind
	Tokens []string // by which it belongs to letters, each once, those of its addresses first
	From   string   // the address of who wrote it, in small letters; empty when there is none
	// Words are what they wrote; empty when there is nothing to read.
	Words string
	// Same is the same for the same mail, wherever it came in: a digest.
	Same []byte
}

// encoding is that of tokens: small letters and digits, as servers may change the case of addresses.
var encoding = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// NewToken returns 160 random bits as text that can stand in a mail address.
func NewToken() string {
	b := make([]byte, 20)
	rand.Read(b) // never fails: see its documentation
	return encoding.EncodeToString(b)
}

// Answers stands before the token of an address at which a letter is answered, Forwards before that of a member's
// address for what they pass on.
const (
	Answers  = "re-"
	Forwards = "in-"
)

var token = regexp.MustCompile(`(?i)(?:^|[^a-z0-9])re-([a-z2-7]{32})(?:[^a-z0-9]|$)`)

// Wanted are the names of the fields of a header by which Tokens and Notice decide.
func Wanted() []string {
	return []string{
		"to", "cc", "delivered-to", "x-original-to", "envelope-to", "in-reply-to", "references", "content-type",
		"message-id",
	}
}

// places are the fields in which a token may stand, those that say where a mail went first.
var places = []string{
	"To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To", "In-Reply-To", "References",
}

// Head is the header of a mail.
type Head struct{ header message.Header }

// ReadHead reads a header; what cannot be read of it is left out.
func ReadHead(raw string) Head {
	e, err := message.ReadWithOptions(strings.NewReader(strings.TrimRight(raw, "\r\n")+"\r\n\r\n"),
		&message.ReadOptions{MaxHeaderBytes: mostHeader})
	if err != nil && e == nil {
		return Head{}
	}
	return Head{e.Header}
}

// Tokens returns the tokens of answers in a header.
func (h Head) Tokens() []string {
	var out []string
	for _, name := range places {
		for fields := h.header.FieldsByKey(name); fields.Next(); {
			out = tokensIn(out, fields.Value())
		}
	}
	return out
}

func tokensIn(out []string, value string) []string {
	for len(out) < mostTokens {
		found := token.FindStringSubmatchIndex(value)
		if found == nil {
			break
		}
		one := strings.ToLower(value[found[2]:found[3]])
		if !contains(out, one) {
			out = append(out, one)
		}
		value = value[found[3]:]
	}
	return out
}

func contains(list []string, one string) bool {
	for _, x := range list {
		if x == one {
			return true
		}
	}
	return false
}

// Notice says whether it is a notice of a server about a mail, in which that mail is quoted.
func (h Head) Notice() bool {
	kind, _, _ := mime.ParseMediaType(h.header.Get("Content-Type"))
	return kind == "multipart/report"
}

// away are the beginnings of subjects of who is away, folded.
var away = folded("away")

func folded(section string) []string {
	var out []string
	for _, entry := range lang.Words("replies", section) {
		out = append(out, text.Fold(entry))
	}
	return out
}

// automatic says whether a program wrote it (RFC 3834, and what programs did before it).
func (h Head) automatic() bool {
	get := func(name string) string { return strings.ToLower(strings.TrimSpace(h.header.Get(name))) }
	if v := get("Auto-Submitted"); v != "" && !strings.HasPrefix(v, "no") {
		return true
	}
	switch get("Precedence") {
	case "bulk", "junk", "list", "auto_reply":
		return true
	}
	for _, name := range []string{
		"X-Autoreply", "X-Autorespond", "X-Auto-Reply-From", "X-Autoresponder", "List-Id", "List-Unsubscribe",
	} {
		if h.header.Has(name) {
			return true
		}
	}
	if h.header.Has("Return-Path") && get("Return-Path") == "<>" {
		return true
	}
	subject := text.Fold(decoded(h.header.Get("Subject")))
	for _, begin := range away {
		if strings.HasPrefix(subject, begin) {
			return true
		}
	}
	// A letter of our own that came around.
	return len(tokensIn(nil, h.header.Get("Message-Id"))) > 0
}

// decoded reads encoded words of a header.
func decoded(value string) string {
	words := mime.WordDecoder{CharsetReader: charset.Reader}
	if out, err := words.DecodeHeader(value); err == nil {
		return out
	}
	return value
}

// Read reads a mail, of which the end may be missing.
func Read(raw []byte) Mail {
	sum := sha256.Sum256(raw)
	out := Mail{Kind: Written, Same: sum[:]}
	e, err := message.ReadWithOptions(bytes.NewReader(raw), &message.ReadOptions{MaxHeaderBytes: mostHeader})
	if e == nil || err != nil && !message.IsUnknownCharset(err) && !message.IsUnknownEncoding(err) {
		out.Kind = Automatic
		return out
	}
	h := Head{e.Header}
	out.Tokens = h.Tokens()
	if name := strings.TrimSpace(e.Header.Get("Message-Id")); name != "" {
		sum = sha256.Sum256([]byte(name + "\n" + e.Header.Get("Date")))
		out.Same = sum[:]
	}
	if from, err := mail.ParseAddress(e.Header.Get("From")); err == nil {
		out.From = strings.ToLower(from.Address)
	}
	if h.Notice() {
		return notice(out, e)
	}
	if h.automatic() {
		out.Kind = Automatic
		return out
	}
	s := &search{}
	s.look(e, 0)
	body := s.plain
	if body == "" {
		body = plainOf(s.html)
	}
	out.Words = Cut(body)
	return out
}

// search looks for the text of a mail.
type search struct {
	parts       int
	plain, html string
}

func (s *search) look(e *message.Entity, depth int) {
	if s.parts++; s.parts > mostParts || depth > mostDepth || s.plain != "" {
		return
	}
	kind, _, err := e.Header.ContentType()
	if err != nil {
		kind = "text/plain"
	}
	if parts := e.MultipartReader(); parts != nil {
		for s.plain == "" && s.parts <= mostParts {
			part, err := parts.NextPart()
			if part == nil || err != nil && !message.IsUnknownCharset(err) && !message.IsUnknownEncoding(err) {
				return
			}
			s.look(part, depth+1)
		}
		return
	}
	if disposition, _, err := e.Header.ContentDisposition(); err == nil && disposition == "attachment" {
		return
	}
	switch kind {
	case "text/plain", "":
		s.plain = readText(e.Body)
	case "text/html":
		if s.html == "" {
			s.html = readText(e.Body)
		}
	}
}

// readText reads a text as far as it goes.
func readText(r io.Reader) string {
	content, _ := io.ReadAll(io.LimitReader(r, MostBytes)) // what was read before it broke off counts
	out := string(content)
	if !utf8.ValidString(out) {
		out = strings.ToValidUTF8(out, "\uFFFD")
	}
	return out
}

// notice reads a notice of a server (RFC 3464): which mail it is about, and whether that failed for good.
func notice(out Mail, e *message.Entity) Mail {
	out.Kind = Automatic
	_, parameters, _ := e.Header.ContentType()
	parts := e.MultipartReader()
	if parts == nil || !strings.EqualFold(parameters["report-type"], "delivery-status") {
		return out
	}
	for range mostParts {
		part, err := parts.NextPart()
		if part == nil || err != nil && !message.IsUnknownCharset(err) && !message.IsUnknownEncoding(err) {
			break
		}
		kind, _, _ := part.Header.ContentType()
		content := readText(part.Body)
		switch kind {
		case "message/delivery-status", "message/global-delivery-status":
			for line := range strings.Lines(content) {
				name, value, _ := strings.Cut(line, ":")
				if strings.EqualFold(strings.TrimSpace(name), "action") &&
					strings.EqualFold(strings.TrimSpace(value), "failed") {
					out.Kind = Returned
				}
			}
		case "message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers":
			// The letter itself: its own name and the address for answers hold the token.
			if end := strings.Index(strings.ReplaceAll(content, "\r\n", "\n"), "\n\n"); end >= 0 {
				content = strings.ReplaceAll(content, "\r\n", "\n")[:end]
			}
			h := ReadHead(content)
			for _, name := range []string{"Message-Id", "Reply-To"} {
				out.Tokens = tokensIn(out.Tokens, h.header.Get(name))
			}
		}
	}
	return out
}
