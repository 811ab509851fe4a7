package page

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"mime"
	"net/http"
	"net/url"
	"path"
	"strings"
	"sync"

	"gave.network/internal/locale"
)

//go:generate go tool esbuild assets/app.ts assets/map.ts assets/worker.ts assets/app.css assets/map.css assets/manual.css --bundle --minify --target=es2022,chrome111,firefox113,safari16.4 --legal-comments=none --log-level=warning --outdir=dist
//go:generate go tool esbuild assets/passkey.ts --bundle --format=esm --minify --target=es2022,chrome111,firefox113,safari16.4 --legal-comments=none --log-level=warning --outdir=dist
//go:embed dist assets/icon.svg assets/manifest.webmanifest
var assets embed.FS

type asset struct {
	name   string // with the hash of the content
	kind   string
	plain  []byte
	packed func() []byte // with gzip
}

// byName holds every asset under its plain name and under the one with the hash. They are read when a page first names
// one, and packed when first asked for: most commands show no page.
var byName = sync.OnceValue(loadAssets)

func loadAssets() map[string]*asset {
	out := map[string]*asset{}
	err := fs.WalkDir(assets, ".", func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := assets.ReadFile(file)
		if err != nil {
			return err
		}
		base := path.Base(file)
		sum := sha256.Sum256(content)
		extension := path.Ext(base)
		a := &asset{
			name: strings.TrimSuffix(base, extension) + "." + hex.EncodeToString(sum[:6]) + extension,
			kind: mime.TypeByExtension(extension), plain: content,
		}
		if extension == ".webmanifest" {
			a.kind = "application/manifest+json"
		}
		a.packed = sync.OnceValue(func() []byte { return pack(content) })
		out[base], out[a.name] = a, a
		return nil
	})
	if err != nil {
		panic("page: " + err.Error())
	}
	return out
}

// pack compresses as well as gzip can.
func pack(content []byte) []byte {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		panic("page: " + err.Error()) // there is no such level
	}
	z.Write(content)
	z.Close()
	return b.Bytes()
}

// Asset returns the address of an asset, which changes with its content.
func Asset(name string) string {
	a, ok := byName()[name]
	if !ok {
		panic("page: no asset " + name)
	}
	return "/assets/" + a.name
}

// Worker serves the script that runs beside all pages, which therefore lies at the root.
func Worker() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", byName()["worker.js"].kind)
		w.Header().Set("Cache-Control", "no-cache")
		w.Write(byName()["worker.js"].plain)
	})
}

// workerAddress is where that script is, with what the page that it keeps is made of: another language or another
// version has it fetched anew.
func workerAddress(lang locale.Lang) string {
	return "/worker.js?" + url.Values{
		"lang": {string(lang)}, "of": {byName()["app.js"].name + byName()["app.css"].name},
	}.Encode()
}

// Assets serves scripts, styles and icons. Those asked for with the hash in their name never change.
func Assets() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := path.Base(r.URL.Path)
		a, ok := byName()[name]
		if !ok {
			http.NotFound(w, r)
			return
		}
		h := w.Header()
		h.Set("Content-Type", a.kind)
		h.Set("Vary", "Accept-Encoding")
		if name == a.name {
			h.Set("Cache-Control", "public, max-age=31536000, immutable")
		} else {
			h.Set("Cache-Control", "no-cache")
		}
		content := a.plain
		if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			if packed := a.packed(); len(packed) < len(a.plain) {
				h.Set("Content-Encoding", "gzip")
				content = packed
			}
		}
		w.Write(content)
	})
}
