package read

import (
	"bytes"
	"encoding/base64"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/emersion/go-message/charset"
	"golang.org/x/text/encoding/charmap"
)

// UTF8Text returns bytes of unknown encoding as text: UTF-8 when they are valid UTF-8, and else Windows-1252, which
// contains Latin-1 and is what nearly all such bytes in western files are.
func UTF8Text(b []byte) string {
	if utf8.Valid(b) {
		return string(b)
	}
	text, err := charmap.Windows1252.NewDecoder().Bytes(b)
	if err != nil {
		return strings.ToValidUTF8(string(b), "\uFFFD")
	}
	return string(text)
}

// CharsetText returns bytes in a named encoding as text. Unknown names and bytes that contradict the name fall back
// to UTF8Text.
func CharsetText(name string, b []byte) string {
	name = strings.ToLower(strings.Trim(strings.TrimSpace(name), `"'`))
	// Language suffix of RFC 2231: iso-8859-1*en.
	name, _, _ = strings.Cut(name, "*")
	switch name {
	case "", "utf-8", "utf8", "us-ascii", "ascii", "unknown-8bit", "x-unknown", "unknown", "8bit", "default":
		return UTF8Text(b)
	case "utf-7", "unicode-1-1-utf-7", "x-unicode-2-0-utf-7":
		return mailText(UTF8Text(b))
	}
	if utf8.Valid(b) && !IsASCII(b) && strings.HasPrefix(name, "iso-8859-1") {
		// Valid UTF-8 beyond ASCII is practically never Latin-1: the label is wrong.
		return string(b)
	}
	r, err := charset.Reader(name, bytes.NewReader(b))
	if err != nil {
		return UTF8Text(b)
	}
	text, err := io.ReadAll(r)
	if err != nil {
		return UTF8Text(b)
	}
	return strings.ToValidUTF8(string(text), "\uFFFD")
}

// IsASCII says that a text has only characters of ASCII.
func IsASCII[T string | []byte](b T) bool {
	for i := 0; i < len(b); i++ {
		if b[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// maxEncodedWord is how far the end of an encoded word is looked for; RFC 2047 allows 75.
const maxEncodedWord = 8 << 10

// encodedWord is one =?charset?encoding?text?= of RFC 2047.
type encodedWord struct {
	charset  string
	encoding byte // 'q' or 'b'
	text     string
	length   int // of the whole
}

// parseEncodedWord reads an encoded word at the start of s. It allows spaces in the text, which real mailers write.
func parseEncodedWord(s string) (encodedWord, bool) {
	if !strings.HasPrefix(s, "=?") {
		return encodedWord{}, false
	}
	charsetEnd := strings.IndexByte(s[2:], '?')
	if charsetEnd < 1 || charsetEnd > 40 {
		return encodedWord{}, false
	}
	charsetEnd += 2
	if len(s) < charsetEnd+3 || s[charsetEnd+2] != '?' || strings.ContainsAny(s[2:charsetEnd], " \t()<>@,;:\"") {
		return encodedWord{}, false
	}
	kind := s[charsetEnd+1] | 0x20
	if kind != 'q' && kind != 'b' {
		return encodedWord{}, false
	}
	begin := charsetEnd + 3
	end := strings.Index(s[begin:min(len(s), begin+maxEncodedWord)], "?=")
	if end < 0 {
		return encodedWord{}, false
	}
	end += begin
	return encodedWord{charset: s[2:charsetEnd], encoding: kind, text: s[begin:end], length: end + 2}, true
}

func (w encodedWord) bytes() []byte {
	if w.encoding == 'b' {
		text := strings.Map(func(r rune) rune {
			if r == ' ' || r == '\t' || r == '\r' || r == '\n' || r == '=' {
				return -1
			}
			return r
		}, w.text)
		// A word cut off in the middle gives what comes before the cut.
		if len(text)%4 == 1 {
			text = text[:len(text)-1]
		}
		b, _ := base64.RawStdEncoding.DecodeString(text)
		return b
	}
	out := make([]byte, 0, len(w.text))
	for i := 0; i < len(w.text); i++ {
		c := w.text[i]
		switch {
		case c == '_':
			out = append(out, ' ')
		case c == '=' && i+2 < len(w.text) && Unhex(w.text[i+1]) >= 0 && Unhex(w.text[i+2]) >= 0:
			out = append(out, byte(Unhex(w.text[i+1])<<4|Unhex(w.text[i+2])))
			i += 2
		default:
			out = append(out, c)
		}
	}
	return out
}

// Unhex returns the value of a hexadecimal digit, -1 for what is none.
func Unhex(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

// DecodeWords decodes the encoded words in a header text. Neighbouring words of one charset are joined before they are
// decoded, because mailers split letters over two of them. Raw bytes beyond ASCII are taken as UTF8Text does.
func DecodeWords(s string) string {
	if !strings.Contains(s, "=?") {
		if IsASCII(s) {
			return s
		}
		return UTF8Text([]byte(s))
	}
	var out strings.Builder
	var pending []byte // bytes of the encoded words not yet decoded
	var pendingCharset string
	flush := func() {
		if len(pending) > 0 {
			out.WriteString(CharsetText(pendingCharset, pending))
			pending = pending[:0]
		}
	}
	for s != "" {
		at := strings.Index(s, "=?")
		if at < 0 {
			break
		}
		word, ok := parseEncodedWord(s[at:])
		if !ok {
			flush()
			pending = nil
			out.WriteString(UTF8Text([]byte(s[:at+2])))
			s = s[at+2:]
			continue
		}
		between := s[:at]
		if pending == nil || strings.TrimSpace(between) != "" {
			flush()
			out.WriteString(UTF8Text([]byte(between)))
		}
		if len(pending) > 0 && !strings.EqualFold(pendingCharset, word.charset) {
			flush()
		}
		if pending == nil {
			pending = []byte{}
		}
		pendingCharset = word.charset
		pending = append(pending, word.bytes()...)
		s = s[at+word.length:]
	}
	flush()
	out.WriteString(UTF8Text([]byte(s)))
	return out.String()
}

// CleanText makes one line of a text: control characters gone, white space single, ends trimmed, at most limit runes.
func CleanText(s string, limit int) string {
	plain := len(s) <= limit
	for i := 0; plain && i < len(s); i++ {
		c := s[i]
		if c < ' ' || c >= 0x7f || (c == ' ' && (i == 0 || i == len(s)-1 || s[i+1] == ' ')) {
			plain = false
		}
	}
	if plain {
		return s
	}
	var out strings.Builder
	space, count := false, 0
	for _, r := range s {
		if unicode.IsSpace(r) || unicode.IsControl(r) {
			space = out.Len() > 0
			continue
		}
		// Marks of direction and other unseen characters say nothing.
		if r == '\uFEFF' || (r >= '\u200B' && r <= '\u200F') || (r >= '\u202A' && r <= '\u202E') ||
			(r >= '\u2066' && r <= '\u2069') {
			continue
		}
		if space {
			if count+1 >= limit {
				break
			}
			out.WriteByte(' ')
			count++
			space = false
		}
		if count >= limit {
			break
		}
		out.WriteRune(r)
		count++
	}
	return out.String()
}
