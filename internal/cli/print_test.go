package cli

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"gave.network/internal/id"
	"gave.network/internal/locale"
)

type move struct {
	Why    string    `json:"why"`
	People []person  `json:"people"`
	Value  float64   `json:"value"`
	At     time.Time `json:"last_contact"`
}

type person struct {
	ID   id.ID  `json:"id"`
	Name string `json:"name"`
}

func render(v any, lang locale.Lang, width int) string {
	r := &renderer{p: locale.New(lang, time.UTC), width: width}
	r.whole(reflect.ValueOf(v))
	return r.out.String()
}

func TestRender(t *testing.T) {
	day := time.Date(2026, 5, 3, 0, 0, 0, 0, time.UTC)
	anna := person{ID: id.New(), Name: "Anna\x1b[31m de\u202e Wit"}
	for name, c := range map[string]struct {
		v     any
		lang  locale.Lang
		width int
		want  string
	}{
		"a list of things that name people": {
			struct {
				Moves []move `json:"moves"`
			}{[]move{{"drifting", []person{anna, {Name: "Bob"}}, 0.5, day}, {"birthday", nil, 12.345, time.Time{}}}},
			locale.Dutch, 0,
			"Why       Mensen                Value  Last contact\n" +
				"drifting  Anna[31m de Wit, Bob  0,500  3 mei 2026\n" +
				"birthday                         12,3\n",
		},
		"too wide for the terminal": {
			[]person{{Name: "Wolfeschlegelsteinhausenbergerdorff"}, {Name: "日本語の名前"}},
			locale.English, 12,
			"Name\nWolfeschleg…\n日本語の名前\n",
		},
		"values and parts": {
			struct {
				Count int                `json:"count"`
				By    map[string]int     `json:"by_kind"`
				Ready bool               `json:"ready"`
				Best  *person            `json:"best"`
				Notes []string           `json:"notes"`
				None  *person            `json:"none"`
				All   []person           `json:"all"`
				Any   any                `json:"any"`
				Inner struct{ A, B int } `json:"inner"`
			}{3, map[string]int{
				"b": 2, "a": 1,
			}, true, &person{Name: "X"}, []string{"p", "q"}, nil, nil, 7, struct{ A, B int }{1, 2}},
			locale.English, 0,
			"Count    3\nBy kind  a 1, b 2\nReady    yes\nNotes    p, q\nAny      7\n\nBest\nName  X\n\nAll\n" +
				"Nothing to show.\n\nInner\nA  1\nB  2\n",
		},
		"nothing in any column": {[]*person{nil, {}}, locale.English, 20, "Nothing to show.\n"},
		"nothing":               {nil, locale.English, 0, ""},
		"a map":                 {map[string]any{"b": 1, "a": "x"}, locale.English, 0, "a x, b 1\n"},
	} {
		if got := render(c.v, c.lang, c.width); got != c.want {
			t.Errorf("%s: got\n%s\nwant\n%s", name, got, c.want)
		}
	}
}

func TestProgressBar(t *testing.T) {
	for _, c := range []struct {
		done, total int64
		since       time.Duration
		want        string
	}{
		{0, 0, time.Second, "0 mail.mbox"},
		{1234567, 0, time.Second, "1,234,567 mail.mbox"},
		{50, 100, 10 * time.Second, "[##########..........]  50% 10s mail.mbox"},
		{200, 100, time.Second, "[####################] 100% mail.mbox"},
		{-1, 100, time.Second, "[....................]   0% mail.mbox"},
	} {
		if got := barLine(c.done, c.total, "mail\x07.mbox", c.since, 80); got != c.want {
			t.Errorf("%d of %d: got %q, want %q", c.done, c.total, got, c.want)
		}
	}
	if got := barLine(1, 2, strings.Repeat("x", 200), 0, 40); columns(got) != 39 {
		t.Errorf("%q is %d wide", got, columns(got))
	}
	var out strings.Builder
	now := time.Unix(0, 0)
	b := &bar{w: &out, width: 80, begun: now, now: func() time.Time { return now }}
	b.report(1, 2, "too soon")
	now = now.Add(time.Second)
	b.report(1, 2, "shown")
	b.report(2, 2, "too soon after")
	b.clear()
	if got := out.String(); strings.Contains(got, "too soon") || !strings.Contains(got, "shown") ||
		!strings.HasSuffix(got, "\r\x1b[K") {
		t.Errorf("got %q", got)
	}
	var none *bar
	none.report(1, 2, "nobody looks")
	none.clear()
}

func TestLanguageOf(t *testing.T) {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		t.Setenv(name, "")
	}
	for _, c := range []struct {
		args, lang string
		want       locale.Lang
	}{
		{"today", "", locale.English},
		{"today", "nl_BE.UTF-8", locale.Dutch},
		{"today --lang en", "nl_NL", locale.English},
		{"--lang=nl today", "", locale.Dutch},
		{"capture -- --lang nl", "", locale.English},
		{"today --lang", "", locale.English},
		{"today --lang fr", "nl_NL", locale.Dutch},
	} {
		t.Setenv("LANG", c.lang)
		if got := languageOf(strings.Fields(c.args)); got != c.want {
			t.Errorf("%s with %s: got %s, want %s", c.args, c.lang, got, c.want)
		}
	}
}
