package give

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"log/slog"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/room"
	"gave.network/internal/scope"
)

// Share stores a resource.
func (s *Service) Share(ctx context.Context, v op.Viewer, r Resource) (id.ID, error) {
	if err := r.check(); err != nil {
		return id.Zero, err
	}
	visibility := scope.Private
	if r.Public {
		visibility = scope.Public
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
		if _, err := db.Insert(ctx, tx, "resource", db.Row{
			"space": v.Space, "id": key, "owner": v.Member, "visibility": visibility, "title": r.Title, "body": r.Text,
			"link": r.Link, "digest": r.digest, "file": r.File, "media": r.Media, "bytes": r.Bytes,
			"licence": r.Licence, "language": r.Language, "tags": strings.Join(r.Tags, ","),
			"created": v.Now.UnixMicro(), "updated": v.Now.UnixMicro(), "taken": 0,
		}, ""); err != nil || !r.Public {
			return err
		}
		return s.network.Note(ctx, tx, v, "share", key.String()+" "+visibility.String())
	})
	return key, err
}

type resourceRow struct {
	ID                                                              id.ID
	Visibility                                                      scope.Visibility
	Title, Body, Link, Digest, File, Media, Licence, Language, Tags string
	Bytes, Created, Updated, Taken                                  int64
}

const resourceColumns = `id, visibility, title, body, link, digest, file, media, licence, language, tags, bytes,
	created, updated, taken`

func (r resourceRow) resource() Resource {
	out := Resource{
		ID: r.ID, Title: r.Title, Text: r.Body, Link: r.Link, File: r.File, Media: r.Media, Bytes: r.Bytes,
		Licence: r.Licence, Language: r.Language, Tags: []string{},
		Public: r.Visibility >= scope.Public, Created: time.UnixMicro(r.Created).UTC(),
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
		and visibility >= $2 order by created desc, id limit 1000`, member, scope.Public)
	if err != nil {
		return "", nil, err
	}
	if len(rows) == 0 {
		return "", nil, fault.New(fault.NotFound, "There is no such page.")
	}
	who, err := s.network.Member(ctx, member)
	return who.Name, resources(rows), err
}

// PublicResource returns one thing that is shared with everybody.
func (s *Service) PublicResource(ctx context.Context, key id.ID) (Resource, error) {
	row, err := db.One[resourceRow](ctx, s.db, `select `+resourceColumns+` from resource where id = $1
		and visibility >= $2`, key, scope.Public)
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

// countDownload counts that a file was taken, in all and on its day.
func (s *Service) countDownload(ctx context.Context, key id.ID, now time.Time) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		if _, err := db.Exec(ctx, tx, `update resource set taken = taken + 1 where id = $1`, key); err != nil {
			return err
		}
		_, err := db.Exec(ctx, tx, `insert into resource_day (space, resource, day, seen, taken)
			select space, id, $2, 0, 1 from resource where id = $1
			on conflict (space, resource, day) do update set taken = resource_day.taken + 1`,
			key, now.UTC().Format(time.DateOnly))
		return err
	})
}

// countLook counts that the page of a resource was opened by another than who shares it. Nobody waits for that, and
// nothing is kept of who it was.
func (s *Service) countLook(ctx context.Context, v op.Viewer, key id.ID) {
	_, err := db.Exec(db.InHurry(ctx), s.db, `insert into resource_day (space, resource, day, seen, taken)
		select space, id, $2, 1, 0 from resource where id = $1 and owner <> $3
		on conflict (space, resource, day) do update set seen = resource_day.seen + 1`,
		key, v.Now.UTC().Format(time.DateOnly), v.Member)
	if err != nil && !db.Busy(err) {
		slog.WarnContext(ctx, "a look at what is shared was not counted", "error", err)
	}
}

// Day is how often something that is shared was looked at and taken on a day.
type Day struct {
	Day         string // such as 2026-11-29
	Seen, Taken int64
}

// Days returns on which days what the viewer shares was looked at and taken, the oldest first.
func (s *Service) Days(ctx context.Context, v op.Viewer) (map[id.ID][]Day, error) {
	rows, err := db.Select[struct {
		Resource    id.ID
		Day         string
		Seen, Taken int64
	}](ctx, s.db, `select d.resource, d.day, d.seen, d.taken from resource_day d
		join resource r on r.space = d.space and r.id = d.resource
		where r.space = $1 and r.owner = $2 order by d.resource, d.day`, v.Space, v.Member)
	out := map[id.ID][]Day{}
	for _, r := range rows {
		out[r.Resource] = append(out[r.Resource], Day{r.Day, r.Seen, r.Taken})
	}
	return out, err
}

// FolderName is the folder of the data directory in which shared files lie.
const FolderName = "commons"

// files lists the files that are shared, of all spaces.
func files(ctx context.Context, q db.Queryer) ([]room.File, error) {
	digests, err := db.Values[string](ctx, q, `select distinct digest from resource where digest <> '' order by digest`)
	if err != nil {
		return nil, err
	}
	out := make([]room.File, len(digests))
	for i, digest := range digests {
		out[i] = room.File{Name: path.Join(FolderName, digest[:min(2, len(digest))], digest), SHA256: digest}
	}
	return out, nil
}
