package mail

import (
	"bytes"
	"encoding/base64"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"regexp"
	"strings"

	"golang.org/x/net/html"

	"gave.network/internal/intake/read"
)

// maxLetter is how many bytes of a body are read; what people write themselves is hardly ever longer.
const maxLetter = 64 << 10

const (
	maxParts     = 20 // of one multipart body
	maxPartDepth = 4
)

// letterOf makes a letter of a message whose header was understood.
func letterOf(h *header, i read.Interaction, body []byte) read.Letter {
	l := read.Letter{ID: i.External, ReplyTo: i.ReplyTo, Time: i.Time, Author: i.Parties[0], Subject: i.Title}
	for _, p := range i.Parties[1:] {
		if p.Bulk && p.Address != "" {
			l.List = p.Address
			break
		}
	}
	// All ids, not only the last ones: the first is the beginning of the conversation.
	if ids := messageIDs(h.Get(fieldReferences), maxField); len(ids) > 0 {
		l.Root = ids[0]
	}
	l.Text = ownWords(bodyText(h.Get(fieldContentType), h.Get(fieldContentEncoding), body, 0))
	return l
}

// bodyText returns the text of a body: of several parts the first plain one, else the words of the first page in HTML.
func bodyText(contentType, transfer string, body []byte, depth int) string {
	kind, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		kind = "text/plain"
	}
	if strings.HasPrefix(kind, "multipart/") && params["boundary"] != "" {
		if depth >= maxPartDepth {
			return ""
		}
		parts := multipart.NewReader(bytes.NewReader(body), params["boundary"])
		fallback := ""
		for range maxParts {
			part, err := parts.NextRawPart()
			if err != nil {
				break
			}
			// What was cut off or is damaged still gives its beginning.
			content, _ := io.ReadAll(part)
			partType := part.Header.Get("Content-Type")
			text := bodyText(partType, part.Header.Get("Content-Transfer-Encoding"), content, depth+1)
			if strings.TrimSpace(text) == "" {
				continue
			}
			if !strings.HasPrefix(strings.ToLower(partType), "text/html") {
				return text
			}
			if fallback == "" {
				fallback = text
			}
		}
		return fallback
	}
	if !strings.HasPrefix(kind, "text/") {
		return ""
	}
	switch strings.ToLower(strings.TrimSpace(transfer)) {
	case "quoted-printable":
		body, _ = io.ReadAll(quotedprintable.NewReader(bytes.NewReader(body)))
	case "base64":
		body, _ = io.ReadAll(base64.NewDecoder(base64.StdEncoding, bytes.NewReader(body)))
	}
	text := read.CharsetText(params["charset"], body)
	if kind == "text/html" {
		return htmlText(text)
	}
	return text
}

// htmlText returns the words of a page, a line for each block.
func htmlText(page string) string {
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(page))
	hidden := 0
	for {
		switch z.Next() {
		case html.ErrorToken:
			return b.String()
		case html.TextToken:
			if hidden == 0 {
				b.Write(z.Text())
				b.WriteByte(' ')
			}
		case html.StartTagToken:
			switch name, _ := z.TagName(); string(name) {
			case "script", "style", "blockquote", "head":
				hidden++
			case "p", "div", "br", "li", "tr":
				b.WriteByte('\n')
			}
		case html.EndTagToken:
			switch name, _ := z.TagName(); string(name) {
			case "script", "style", "blockquote", "head":
				hidden = max(hidden-1, 0)
			}
		}
	}
}

var (
	// quotedLine begins with the mark of a quote: ">", "|", or initials such as "AB>".
	quotedLine = regexp.MustCompile(`^\s{0,3}([A-Za-z]{0,4}>|\|)`)
	// quoteAhead is the line that programs write before a quote, in the languages that the readers meet most.
	quoteAhead = regexp.MustCompile(`(?i)(` + read.Pattern("quote.ahead") + `)\s*:?\s*$`)
	// quoteBelow is the line under which the whole answered mail follows.
	quoteBelow = regexp.MustCompile(`(?i)^\s*(-{3,}\s*(` +
		read.Pattern("quote.below") + `)|_{20,}|-{40,}\s*$)`)
)

// ownWords leaves out what others wrote: quotes, the answered mail below, signature, footer of a list.
func ownWords(body string) string {
	var kept []string
	for line := range strings.SplitSeq(body, "\n") {
		line = strings.TrimRight(line, " \r\t")
		// "-- " alone begins a signature.
		if line == "--" || quoteBelow.MatchString(line) {
			if line == "--" || len(kept) > 0 {
				break
			}
			continue
		}
		if quotedLine.MatchString(line) {
			if n := len(kept); n > 0 && quoteAhead.MatchString(kept[n-1]) {
				kept = kept[:n-1]
			}
			continue
		}
		kept = append(kept, line)
	}
	return strings.TrimSpace(strings.Join(kept, "\n"))
}
