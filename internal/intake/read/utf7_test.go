package read_test

import (
	"strings"
	"testing"

	"gave.network/internal/intake/read"
)

func FuzzUTF7(f *testing.F) {
	f.Add("Entw&APw-rfe")
	f.Add("+-&-+2D3YAA-")
	f.Fuzz(func(t *testing.T, s string) {
		_ = read.MailText(s)
		if got := read.IMAPText(s); !strings.Contains(s, "&") && got != s {
			t.Fatalf("%q became %q", s, got)
		}
	})
}

func TestUTF7Words(t *testing.T) {
	for in, want := range map[string]string{
		"=?UTF-7?Q?J+APw-rgen_B+AOQ-r?=": "Jürgen Bär", "=?utf-7?B?K0FNQUEtIDErLTE=?=": "À 1+1",
		"=?UTF-8?Q?1+1-2?=": "1+1-2", "=?unicode-1-1-utf-7?Q?Ren+AOk?=": "René",
	} {
		got := strings.ReplaceAll(read.DecodeWords(in), "\x00", "")
		if got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}
