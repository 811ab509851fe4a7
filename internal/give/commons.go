package give

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/yuin/goldmark"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/network"
	"gave.network/internal/op"
)

// Resource is something that anyone may take: a text, a link or a file.
type Resource struct {
	ID       id.ID     `json:"id"`
	Title    string    `json:"title"`
	Text     string    `json:"text,omitempty" doc:"Markdown"`
	Link     string    `json:"link,omitempty"`
	File     string    `json:"file,omitempty" doc:"name of the file"`
	Media    string    `json:"media,omitempty"`
	Bytes    int64     `json:"bytes,omitempty"`
	Licence  string    `json:"licence"`
	Language string    `json:"language,omitempty"`
	Tags     []string  `json:"tags"`
	Public   bool      `json:"public" doc:"on the public page, for everybody"`
	Created  time.Time `json:"created"`
	Updated  time.Time `json:"updated"`
	Taken    int64     `json:"taken" doc:"how often the file was taken; nothing is kept of who took it"`
	digest   string
}

// Licences that are offered; the first is the usual one.
var Licences = []string{"CC BY 4.0", "CC BY-SA 4.0", "CC0 1.0", "MIT", "all rights reserved"}

const (
	// MostFile is how large a shared file can be, in bytes.
	MostFile = 50 << 20

	longestResource = 200_000
	longestLine     = 200
	mostTags        = 20
	mostResources   = 1000
)

// check cleans a resource and says what is wrong with it.
func (r *Resource) check() error {
	r.Title = strings.Join(strings.Fields(r.Title), " ")
	r.Link, r.Text = strings.TrimSpace(r.Link), strings.TrimSpace(r.Text)
	for _, s := range append([]string{r.Title, r.Text, r.Link, r.File, r.Licence, r.Language}, r.Tags...) {
		if !utf8.ValidString(s) || strings.ContainsRune(s, 0) {
			return fault.New(fault.Invalid, "The text is not in UTF-8.")
		}
	}
	switch {
	case r.Title == "" || utf8.RuneCountInString(r.Title) > longestLine:
		return fault.New(fault.Invalid, "A title has 1 to %d characters.", longestLine).WithField("title")
	case len(r.Text) > longestResource:
		return fault.New(fault.TooLarge, "A text has at most %d characters.", longestResource).
			WithHint("Share it as a file.").WithField("text")
	case r.Text == "" && r.Link == "" && r.digest == "":
		return fault.New(fault.Invalid, "Give a text, a link or a file.").WithField("text")
	}
	if r.Link != "" {
		u, err := url.Parse(r.Link)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || len(r.Link) > 2000 {
			return fault.New(fault.Invalid, "A link begins with http:// or https://.").WithField("link")
		}
	}
	if r.Licence == "" {
		r.Licence = Licences[0]
	}
	if !slices.Contains(Licences, r.Licence) {
		return fault.New(fault.Invalid, "%q is not a licence that is offered.", r.Licence).
			WithHint(strings.Join(Licences, ", ")).WithField("licence")
	}
	if r.Language != "" && (len(r.Language) > 10 || strings.ContainsAny(r.Language, " <>\"")) {
		return fault.New(fault.Invalid, "A language is a code such as nl or en.").WithField("language")
	}
	var tags []string
	for _, t := range r.Tags {
		if t = strings.Join(strings.Fields(strings.ReplaceAll(t, ",", " ")), " "); t != "" && len(t) <= 60 &&
			!slices.Contains(tags, t) {
			tags = append(tags, t)
		}
	}
	if r.Tags = tags; len(tags) > mostTags {
		return fault.New(fault.Invalid, "At most %d tags.", mostTags).WithField("tags")
	}
	return nil
}

// Share stores a resource.
func (s *Service) Share(ctx context.Context, v op.Viewer, r Resource) (id.ID, error) {
	if err := r.check(); err != nil {
		return id.Zero, err
	}
	visibility := network.Private
	if r.Public {
		visibility = network.Public
	}
	key := id.New()
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		if err := s.holdFile(ctx, tx, r.digest); err != nil {
			return err
		}
		n, err := db.Value[int](ctx, tx, `select count(*) from resource where space = $1 and owner = $2`,
			v.Space, v.Member)
		if err != nil {
			return err
		}
		if n >= mostResources {
			return fault.New(fault.Conflict, "You share %d things already.", n).WithHint("Take some back first.")
		}
		_, err = tx.ExecContext(ctx, `insert into resource (space, id, owner, visibility, title, body, link, digest,
			file, media, bytes, licence, language, tags, created, updated, taken)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $15, 0)`,
			v.Space, key, v.Member, visibility, r.Title, r.Text, r.Link, r.digest, r.File, r.Media, r.Bytes,
			r.Licence, r.Language, strings.Join(r.Tags, ","), v.Now.UnixMicro())
		if err != nil || !r.Public {
			return db.Fault(err)
		}
		return s.network.Note(ctx, tx, v, "share", key.String()+" "+visibility.String())
	})
	return key, err
}

type resourceRow struct {
	ID                                                              id.ID
	Visibility                                                      network.Visibility
	Title, Body, Link, Digest, File, Media, Licence, Language, Tags string
	Bytes, Created, Updated, Taken                                  int64
}

const resourceColumns = `id, visibility, title, body, link, digest, file, media, licence, language, tags, bytes,
	created, updated, taken`

func (r resourceRow) resource() Resource {
	out := Resource{
		ID: r.ID, Title: r.Title, Text: r.Body, Link: r.Link, File: r.File, Media: r.Media, Bytes: r.Bytes,
		Licence: r.Licence, Language: r.Language, Tags: []string{},
		Public: r.Visibility >= network.Public, Created: time.UnixMicro(r.Created).UTC(),
		Updated: time.UnixMicro(r.Updated).UTC(), Taken: r.Taken, digest: r.Digest,
	}
	if r.Tags != "" {
		out.Tags = strings.Split(r.Tags, ",")
	}
	return out
}

// Resources returns what the viewer shares, the newest first.
func (s *Service) Resources(ctx context.Context, v op.Viewer) ([]Resource, error) {
	rows, err := db.Select[resourceRow](ctx, s.db, `select `+resourceColumns+` from resource where space = $1
		and owner = $2 order by created desc, id limit 1000`, v.Space, v.Member)
	return resources(rows), err
}

func resources(rows []resourceRow) []Resource {
	out := make([]Resource, len(rows))
	for i, r := range rows {
		out[i] = r.resource()
	}
	return out
}

// PublicResources returns what a member shares with everybody, the newest first, with the member's name.
func (s *Service) PublicResources(ctx context.Context, member id.ID) (name string, list []Resource, err error) {
	rows, err := db.Select[resourceRow](ctx, s.db, `select `+resourceColumns+` from resource where owner = $1
		and visibility >= $2 order by created desc, id limit 1000`, member, network.Public)
	if err != nil {
		return "", nil, err
	}
	if len(rows) == 0 {
		return "", nil, fault.New(fault.NotFound, "There is no such page.")
	}
	name, err = db.Value[string](ctx, s.db, `select coalesce(max(p.name), '') from member m
		join person p on p.space = m.space and p.id = m.person where m.id = $1`, member)
	return name, resources(rows), err
}

// PublicResource returns one thing that is shared with everybody.
func (s *Service) PublicResource(ctx context.Context, key id.ID) (Resource, error) {
	row, err := db.One[resourceRow](ctx, s.db, `select `+resourceColumns+` from resource where id = $1
		and visibility >= $2`, key, network.Public)
	if err != nil {
		return Resource{}, fault.New(fault.NotFound, "There is no such page.")
	}
	return row.resource(), nil
}

// Unshare takes a resource back. Its file goes when nothing else has the same content.
func (s *Service) Unshare(ctx context.Context, v op.Viewer, key id.ID) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		row, err := db.One[resourceRow](ctx, tx, `select `+resourceColumns+` from resource where space = $1
			and owner = $2 and id = $3`, v.Space, v.Member, key)
		if err != nil {
			return fault.New(fault.NotFound, "There is no such thing that you share.")
		}
		if _, err := tx.ExecContext(ctx, `delete from resource where space = $1 and id = $2`,
			v.Space, key); err != nil {
			return db.Fault(err)
		}
		if row.Digest != "" {
			tx.AfterCommit(func() { s.dropFile(s.db.Outside(context.WithoutCancel(ctx)), row.Digest) })
		}
		return nil
	})
}

// holdFile keeps the file of a digest where it is until the transaction ends, and says when it is gone: somebody took
// back the last thing with this content while it came in.
func (s *Service) holdFile(ctx context.Context, tx *db.Tx, digest string) error {
	if digest == "" {
		return nil
	}
	if err := tx.Lock(ctx, fileKey(digest)); err != nil {
		return err
	}
	if _, err := os.Stat(s.path(digest)); err != nil {
		return fault.Wrap(err, fault.Conflict, "The file did not come across whole.").WithHint("Send it again.")
	}
	return nil
}

// dropFile removes the file of a digest when nothing has its content any more.
func (s *Service) dropFile(ctx context.Context, digest string) {
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		if err := tx.Lock(ctx, fileKey(digest)); err != nil {
			return err
		}
		n, err := db.Value[int](ctx, tx, `select count(*) from resource where digest = $1`, digest)
		if err != nil || n > 0 {
			return err
		}
		if err := os.Remove(s.path(digest)); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fault.Wrap(err, fault.Unavailable, "The file cannot be removed.")
		}
		return nil
	})
	if err != nil { // the resource is gone, as was asked; what is left of it is for who keeps the machine
		slog.ErrorContext(ctx, "a file that nothing shares any more stays", "digest", digest, "error", err)
	}
}

// fileKey is the key under which the file of a digest is locked.
func fileKey(digest string) id.ID {
	var key id.ID
	_, _ = hex.Decode(key[:], []byte(digest[:2*len(key)])) // a digest is hexadecimal, and longer
	return key
}

func (s *Service) path(digest string) string { return filepath.Join(s.folder, digest[:2], digest) }

// Receive writes a file to the data directory under the digest of its content, without holding it in memory, and sets
// what the resource says of it.
func (s *Service) Receive(name string, from io.Reader, r *Resource) error {
	if err := os.MkdirAll(s.folder, 0o700); err != nil {
		return fault.Wrap(err, fault.Unavailable, "The data directory %s cannot be made.", s.folder)
	}
	file, err := os.CreateTemp(s.folder, "receiving-*")
	if err != nil {
		return fault.Wrap(err, fault.Unavailable, "The file cannot be kept.")
	}
	defer os.Remove(file.Name()) // gone by then when all went well
	defer file.Close()
	head := &bytes.Buffer{}
	sum := sha256.New()
	n, err := io.Copy(io.MultiWriter(file, sum), io.TeeReader(io.LimitReader(from, MostFile+1), &limited{head, 512}))
	switch {
	case err != nil:
		return fault.Wrap(err, fault.Invalid, "The file did not come across whole.").WithHint("Send it again.")
	case n > MostFile:
		return fault.New(fault.TooLarge, "The file is larger than %d MB.", MostFile>>20).
			WithHint("Put it elsewhere and share the link.").WithField("file")
	case n == 0:
		return fault.New(fault.Invalid, "The file is empty.").WithField("file")
	}
	if err := errors.Join(file.Sync(), file.Close()); err != nil {
		return fault.Wrap(err, fault.Unavailable, "The file cannot be kept.")
	}
	r.digest, r.Bytes, r.Media, r.File = hex.EncodeToString(sum.Sum(nil)), n, mediaOf(head.Bytes()), cleanName(name)
	target := s.path(r.digest)
	if err := os.MkdirAll(filepath.Dir(target), 0o700); err != nil {
		return fault.Wrap(err, fault.Unavailable, "The file cannot be kept.")
	}
	if err := os.Rename(file.Name(), target); err != nil {
		return fault.Wrap(err, fault.Unavailable, "The file cannot be kept.")
	}
	return nil
}

// Stored opens a shared file by the digest of its content.
func (s *Service) Stored(digest string) (io.ReadCloser, error) {
	if !digestLike.MatchString(digest) {
		return nil, fault.New(fault.Invalid, "%q is not the digest of a file.", digest)
	}
	file, err := os.Open(s.path(digest))
	if err != nil {
		return nil, fault.Wrap(err, fault.Unavailable, "A shared file cannot be read.")
	}
	return file, nil
}

// Store keeps a file for resources that are read back, and returns the digest of its content.
func (s *Service) Store(from io.Reader) (string, error) {
	var r Resource
	err := s.Receive("file", from, &r)
	return r.digest, err
}

// digestLike is SHA-256 in hexadecimal digits.
var digestLike = regexp.MustCompile(`^[0-9a-f]{64}$`)

// Digests returns the digests of the files that the viewer shares.
func (s *Service) Digests(ctx context.Context, v op.Viewer) ([]string, error) {
	return db.Values[string](ctx, s.db, `select distinct digest from resource
		where space = $1 and owner = $2 and digest <> '' order by digest`, v.Space, v.Member)
}

// limited keeps the first bytes that are written to it.
type limited struct {
	to   *bytes.Buffer
	most int
}

func (l *limited) Write(p []byte) (int, error) {
	if left := l.most - l.to.Len(); left > 0 {
		l.to.Write(p[:min(left, len(p))])
	}
	return len(p), nil
}

// harmless are the types that a file may be said to be. All others, and above all those that can hold a script (HTML,
// SVG, XML), are bytes and nothing else.
var harmless = []string{
	"application/pdf", "image/png", "image/jpeg", "image/gif", "image/webp", "audio/mpeg", "audio/wave", "video/mp4",
	"video/webm", "application/zip", "application/x-gzip", "text/plain; charset=utf-8",
}

// mediaOf says what a file is by its first bytes, never by its name.
func mediaOf(head []byte) string {
	if bytes.HasPrefix(bytes.TrimSpace(head), []byte("<")) {
		return "application/octet-stream" // SVG and other XML pass for plain text
	}
	if media := http.DetectContentType(head); slices.Contains(harmless, media) {
		return media
	}
	return "application/octet-stream"
}

// cleanName keeps what is safe of the name of a file.
func cleanName(name string) string {
	name = filepath.Base(strings.ReplaceAll(name, `\`, "/"))
	name = strings.Map(func(r rune) rune {
		if r < ' ' || r == utf8.RuneError || strings.ContainsRune(`"/\:*?<>|`, r) {
			return '_'
		}
		return r
	}, strings.ToValidUTF8(name, "_"))
	for len(name) > 150 {
		_, size := utf8.DecodeLastRuneInString(name)
		name = name[:len(name)-size]
	}
	if name = strings.Trim(name, ". "); name == "" {
		return "file"
	}
	return name
}

// took counts that a file was taken.
func (s *Service) took(ctx context.Context, key id.ID) error {
	_, err := db.Exec(ctx, s.db, `update resource set taken = taken + 1 where id = $1`, key)
	return err
}

// rendered is the text of a resource as HTML. Raw HTML in it is left out and links to scripts are emptied: the
// library's default.
func (r Resource) rendered() (string, error) {
	var out strings.Builder
	if err := goldmark.Convert([]byte(r.Text), &out); err != nil {
		return "", fault.Wrap(err, fault.Internal, "Something went wrong on our side.")
	}
	return out.String(), nil
}
