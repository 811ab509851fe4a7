package world

import (
	"encoding/base64"
	"mime"
	"strings"
)

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// word writes a header text as encoded words (RFC 2047) when it has to.
func word(s string, style int) string {
	if ascii(s) {
		return s
	}
	if style%3 == 0 {
		return mime.BEncoding.Encode("UTF-8", s)
	}
	return mime.QEncoding.Encode("utf-8", s)
}

// mailbox writes a name and an address as they stand in a header.
func mailbox(name, address string, style int) string {
	switch {
	case name == "":
		return address
	case !ascii(name) && strings.ContainsAny(name, ",.@()<>|'\""):
		// Within a phrase the Q encoding must not carry these (RFC 2047, section 5).
		return mime.BEncoding.Encode("UTF-8", name) + " <" + address + ">"
	case !ascii(name):
		return word(name, style) + " <" + address + ">"
	case strings.ContainsAny(name, ",.@()<>|'\""):
		return `"` + strings.ReplaceAll(name, `"`, `\"`) + `" <` + address + ">"
	case style%5 == 0:
		return `"` + name + `" <` + address + ">"
	}
	return name + " <" + address + ">"
}

// folded joins the parts of a header with commas, a new line after a few.
func folded(name string, parts []string) string {
	var b strings.Builder
	b.WriteString(name)
	b.WriteString(": ")
	width := len(name) + 2
	for i, p := range parts {
		if i > 0 {
			b.WriteString(",")
			if width+len(p) > 74 {
				b.WriteString("\n ")
				width = 1
			} else {
				b.WriteString(" ")
				width += 2
			}
		}
		b.WriteString(p)
		width += len(p)
	}
	b.WriteString("\n")
	return b.String()
}

// base64Lines writes text in base64 with lines of 76 letters.
func base64Lines(s string) string {
	enc := base64.StdEncoding.EncodeToString([]byte(s))
	var b strings.Builder
	for len(enc) > 76 {
		b.WriteString(enc[:76])
		b.WriteByte('\n')
		enc = enc[76:]
	}
	b.WriteString(enc)
	b.WriteByte('\n')
	return b.String()
}
