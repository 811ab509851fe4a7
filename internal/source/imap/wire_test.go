package imap

import (
	"net/url"
	"slices"
	"strings"
	"testing"
)

// What servers write is taken apart as they mean it.
func TestValues(t *testing.T) {
	for _, c := range []struct {
		in, want string
		words    int
	}{
		{"* LIST (\\HasNoChildren \\Sent) \"/\" \"a \\\"b\\\\\"\r\n", `* LIST (\HasNoChildren \Sent) / a "b\`, 0},
		{
			"* 1 FETCH (UID 3 FLAGS () BODY[HEADER.FIELDS (FROM TO)]<0> {5}\r\nA: b\n)\r\n",
			"* 1 FETCH (UID 3 FLAGS () BODY[HEADER.FIELDS (FROM TO)]<0> A: b\n)", 0,
		},
		{"g1 NO [AUTHENTICATIONFAILED] (no \"way\r\n", `g1 NO [AUTHENTICATIONFAILED] (no "way`, 2},
		{"* SEARCH 1 2\n", "* SEARCH 1 2", 0},
	} {
		r := newReader(strings.NewReader(c.in))
		r.all = mostAnswer
		got, err := r.values(c.words)
		if said := spell(got); err != nil || said != c.want {
			t.Errorf("%q is read as %q, %v; want %q", c.in, said, err, c.want)
		}
	}
}

func spell(list []value) string {
	var out []string
	for _, v := range list {
		if v.is == kind(2) {
			out = append(out, "("+spell(v.list)+")")
		} else {
			out = append(out, v.text)
		}
	}
	return strings.Join(out, " ")
}

func TestAddress(t *testing.T) {
	for typed, want := range map[string]string{
		"imap.example.org":              "imaps://imap.example.org",
		"imap.example.org:143":          "imap://imap.example.org:143",
		"imaps://mail.example:1993":     "imaps://mail.example:1993",
		"imap://anna:x@mail.example":    "",
		"https://mail.example":          "",
		"imaps://mail.example/x":        "",
		"nowhere":                       "",
		"":                              "",
		"imap.example.org\r\na LOGIN x": "",
	} {
		got, err := Address(t.Context(), typed)
		if said := strings.Join(texts(got), " "); said != want || (err == nil) != (want != "") {
			t.Errorf("%q is taken for %q, %v; want %q", typed, said, err, want)
		}
	}
}

func texts(list []*url.URL) []string {
	var out []string
	for _, u := range list {
		out = append(out, u.String())
	}
	return out
}

func TestRanges(t *testing.T) {
	for want, numbers := range map[string][]uint32{
		"7": {7}, "1:3,7,9:10": {1, 2, 3, 7, 9, 10}, "4294967294:4294967295": {4294967294, 4294967295},
	} {
		if got := ranges(numbers); got != want {
			t.Errorf("%v is written %s, want %s", numbers, got, want)
		}
	}
}

// Whatever comes, it is read within bounds or said to be unclear, and never more than once.
func FuzzValues(f *testing.F) {
	f.Add("* 1 FETCH (UID 3 FLAGS (\\Seen) BODY[HEADER.FIELDS (FROM)]<0> {4}\r\nabcd)\r\n")
	f.Add("((((((((((((((((((\r\n")
	f.Add("{99999999999}\r\n")
	f.Add("\"a\\")
	f.Fuzz(func(t *testing.T, in string) {
		r := newReader(strings.NewReader(in))
		r.all = mostAnswer
		for range len(in) + 1 {
			got, err := r.values(0)
			if err != nil {
				return
			}
			if slices.ContainsFunc(got, func(v value) bool { return len(v.text) > len(in) }) {
				t.Error("there is more than came")
			}
		}
		t.Error("it comes to no end")
	})
}
