// Package help shows the manual, which is written as Markdown in docs/manual, inside Gave itself: to everybody, in
// the reader's language.
package help

import (
	"fmt"
	"html"
	"net/http"
	"regexp"
	"strings"
	"sync"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	tables "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"gave.network/docs/manual"
	"gave.network/internal/fault"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/page"
	"gave.network/internal/room"
)

// First is the page that /help shows.
const First = "index"

// Chapter is some pages under one title.
type Chapter struct {
	Title string // English, also a translation key
	Pages []string
}

// chapters in the order in which one reads them.
var chapters = []Chapter{
	{"Begin", []string{First, "install", "first-hour", "sources", "phone"}},
	{"Seven principles, seven stories", stories()},
	{"With others", []string{"team", "privacy", "leaves", "works-council", "dpia", "assistants"}},
	{"Keeping house", []string{"settings", "reverse-proxy", "postgresql", "nodes", "backup", "upgrade"}},
}

// story is a row of the table of principles on the first page of the manual.
var story = regexp.MustCompile(`(?m)^\| \[[^\]]+\]\(([a-z-]+)\.md\)`)

// stories are the pages that the first page of the manual lists in its table, in that order.
func stories() []string {
	index, err := manual.Files.ReadFile(string(locale.English) + "/" + First + ".md")
	if err != nil {
		panic("help: " + err.Error()) // the manual is part of the program
	}
	var out []string
	for _, row := range story.FindAllSubmatch(index, -1) {
		out = append(out, string(row[1]))
	}
	return out
}

// Chapters returns the pages of the manual in their order.
func Chapters() []Chapter { return chapters }

// Page is one page of the manual in one language.
type Page struct {
	Name     string // in its address
	Title    string
	HTML     string
	Headings []Heading
	Links    []string // where it leads to
}

// Heading is a title inside a page.
type Heading struct {
	Level  int
	Text   string
	Anchor string
}

// Address is where the page is.
func (p Page) Address() string {
	if p.Name == First {
		return "/help"
	}
	return "/help/" + p.Name
}

// book holds the pages of each language, made when somebody first looks.
var book = func() map[locale.Lang]func() (map[string]Page, error) {
	all := map[locale.Lang]func() (map[string]Page, error){}
	for _, l := range locale.All {
		all[l.Lang] = sync.OnceValues(func() (map[string]Page, error) { return read(l.Lang) })
	}
	return all
}()

// Pages returns the pages in a language, by name.
func Pages(lang locale.Lang) (map[string]Page, error) {
	known, ok := book[lang]
	if !ok {
		known = book[locale.English]
	}
	return known()
}

func read(lang locale.Lang) (map[string]Page, error) {
	out := map[string]Page{}
	for _, chapter := range chapters {
		for _, name := range chapter.Pages {
			source, err := manual.Files.ReadFile(string(lang) + "/" + name + ".md")
			if err != nil {
				return nil, fault.Wrap(err, fault.Internal, "Something went wrong on our side.")
			}
			if out[name], err = render(name, source); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// toPage is a link from one page of the manual to another, as it stands in the files, where it can also be followed.
var toPage = regexp.MustCompile(`^([a-z-]+)\.md(#.*)?$`)

// render makes HTML of a page. Raw HTML in it is left out: the library's default.
func render(name string, source []byte) (Page, error) {
	p := Page{Name: name}
	markdown := goldmark.New(
		goldmark.WithExtensions(extension.Table),
		goldmark.WithParserOptions(parser.WithAutoHeadingID()),
		goldmark.WithRendererOptions(renderer.WithNodeRenderers(util.Prioritized(ours{}, 100))),
	)
	document := markdown.Parser().Parse(text.NewReader(source))
	err := ast.Walk(document, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Link:
			if found := toPage.FindSubmatch(n.Destination); found != nil {
				n.Destination = []byte(Page{Name: string(found[1])}.Address() + string(found[2]))
			}
			p.Links = append(p.Links, string(n.Destination))
		case *tables.Table:
			n.SetAttributeString("tabindex", []byte("0")) // what scrolls sideways is reached by keyboard
		case *ast.Heading:
			id, _ := n.AttributeString("id")
			anchor, _ := id.([]byte)
			h := Heading{n.Level, words(n, source), string(anchor)}
			if n.Level == 1 {
				p.Title = h.Text
			}
			p.Headings = append(p.Headings, h)
		}
		return ast.WalkContinue, nil
	})
	var out strings.Builder
	if err == nil {
		err = markdown.Renderer().Render(&out, source, document)
	}
	if err != nil || p.Title == "" {
		return p, fault.Wrap(err, fault.Internal, "Something went wrong on our side.")
	}
	p.HTML = out.String()
	return p, nil
}

// words returns the text of a node without its marks.
func words(n ast.Node, source []byte) string {
	var b strings.Builder
	_ = ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if t, ok := n.(*ast.Text); ok && entering {
			b.Write(t.Segment.Value(source))
		}
		return ast.WalkContinue, nil
	})
	return b.String()
}

// ours renders what should be otherwise than the library does it: headings that can be pointed at.
type ours struct{}

func (ours) RegisterFuncs(r renderer.NodeRendererFuncRegisterer) {
	r.Register(ast.KindHeading, heading)
}

func heading(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	h := n.(*ast.Heading)
	id, _ := h.AttributeString("id")
	anchor, _ := id.([]byte)
	switch {
	case entering && h.Level == 1:
		fmt.Fprintf(w, "<h1>")
	case entering:
		fmt.Fprintf(w, `<h%d id="%s">`, h.Level, html.EscapeString(string(anchor)))
	case h.Level == 1:
		fmt.Fprintf(w, "</h1>\n")
	default:
		fmt.Fprintf(w, ` <a class="here" href="#%s" aria-label="# %s">#</a></h%d>`+"\n",
			html.EscapeString(string(anchor)), html.EscapeString(words(h, source)), h.Level)
	}
	return ast.WalkContinue, nil
}

// Room says where the manual is.
func Room() room.Room {
	return room.Room{Key: "help", Title: "Help", Find: find, Pages: func(m *page.Mux) {
		m.Handle("GET /help", op.Anonymous, Show)
		m.Handle("GET /help/{page}", op.Anonymous, Show)
	}}
}

// Show answers with a page of the manual. Who is not signed in may read it too: installing comes first.
func Show(w http.ResponseWriter, r *http.Request) error {
	pages, err := Pages(page.From(r.Context()).Printer.Lang)
	if err != nil {
		return err
	}
	name := r.PathValue("page")
	if name == "" {
		name = First
	}
	found, ok := pages[name]
	if !ok || r.PathValue("page") == First {
		return fault.New(fault.NotFound, "There is no such page.")
	}
	return page.Render(w, r, http.StatusOK, manualPage(found, pages, r.URL.Query().Get("lang")))
}

// around returns the pages before and after one.
func around(name string, pages map[string]Page) (before, after Page) {
	var last Page
	here := false
	for _, chapter := range chapters {
		for _, n := range chapter.Pages {
			if here {
				return before, pages[n]
			}
			if n == name {
				before, here = last, true
			}
			last = pages[n]
		}
	}
	return before, after
}

// inside finds the links to pages of the manual.
var inside = regexp.MustCompile(`href="(/help(?:/[a-z-]+)?)(#[^"]*)?"`)

// asked keeps the language that the address asks for in every link, for who has no account to keep it in.
func asked(lang, content string) string {
	if lang == "" {
		return content
	}
	return inside.ReplaceAllString(content, `href="$1?lang=`+html.EscapeString(lang)+`$2"`)
}

// to is the address of a page, in the language that was asked for.
func to(p Page, lang string) string {
	if lang == "" {
		return p.Address()
	}
	return p.Address() + "?lang=" + lang
}
