package read

import (
	"encoding/base64"
	"strings"
	"unicode/utf16"
)

// IMAPText decodes the UTF-7 in which IMAP and its backups write names of folders (RFC 3501, 5.1.3): Entw&APw-rfe.
func IMAPText(s string) string {
	return utf7(s, '&', ',')
}

// mailText decodes UTF-7 (RFC 2152): J+APw-rgen.
func mailText(s string) string {
	return utf7(s, '+', '/')
}

// utf7 decodes text in which shift begins the base64 of UTF-16, with slash as its 63rd digit. What is no such thing
// stays.
func utf7(s string, shift, slash byte) string {
	var out strings.Builder
	for {
		at := strings.IndexByte(s, shift)
		if at < 0 {
			out.WriteString(s)
			return out.String()
		}
		out.WriteString(s[:at])
		s = s[at+1:]
		n := 0
		for n < len(s) &&
			(s[n] >= '0' && s[n] <= '9' || s[n]|0x20 >= 'a' && s[n]|0x20 <= 'z' || s[n] == '+' || s[n] == slash) {
			n++
		}
		code := s[:n]
		closed := n < len(s) && s[n] == '-'
		b, err := base64.RawStdEncoding.DecodeString(
			strings.TrimRight(strings.ReplaceAll(code, string(slash), "/"), "="))
		switch {
		case n == 0 && closed: // "+-" is a plus
			out.WriteByte(shift)
			s = s[1:]
			continue
		case n == 0 || err != nil && len(b) < 2 || slash == ',' && !closed:
			out.WriteByte(shift)
			continue
		}
		units := make([]uint16, len(b)/2)
		for i := range units {
			units[i] = uint16(b[2*i])<<8 | uint16(b[2*i+1])
		}
		out.WriteString(string(utf16.Decode(units)))
		s = s[n:]
		if closed {
			s = s[1:]
		}
	}
}
