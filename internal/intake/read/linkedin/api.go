package linkedin

import (
	"bufio"
	"context"
	"encoding/json"
	"path"
	"strings"

	"gave.network/internal/intake/read"
	"gave.network/internal/intake/read/table"
)

// LinkedIn lets members in Europe fetch their own data (Member Data Portability). The pages of its member snapshot are
// JSON: {"elements": [{"snapshotDomain": "CONNECTIONS", "snapshotData": [{"First Name": …}]}]}, and the names in the
// records are those of the columns of the archive.

func detectLinkedInSnapshot(head []byte) int {
	return read.DetectJSON(head, 95, "elements", "snapshotData")
}

// recordValues are the values of a record by the names of their columns.
type recordValues map[string]string

func (v recordValues) get(keys ...string) string {
	for _, key := range keys {
		if s := read.CleanText(v[key], read.MaxText); s != "" {
			return s
		}
	}
	return ""
}

func (v recordValues) whole(keys ...string) string {
	for _, key := range keys {
		if s := read.WholeText(v[key]); s != "" {
			return s
		}
	}
	return ""
}

// isJSON says that a stream holds JSON, without passing it.
func isJSON(r *bufio.Reader) bool {
	head, _ := r.Peek(512)
	return read.DetectJSON(head, 1) > 0
}

// readSnapshot reads one page, or several pages in a list.
func (r *linkedinReader) readSnapshot(ctx context.Context, src *read.Source) error {
	j := read.NewJSONReader(src.Reader)
	told := false
	page := func(name string) error {
		if name != "elements" {
			return j.Skip()
		}
		return j.Array(func() error {
			domain := read.JSONText("")
			return j.Object(func(name string) error {
				switch name {
				case "snapshotDomain":
					return j.Decode(&domain)
				case "snapshotData":
					return j.Array(func() error {
						if err := ctx.Err(); err != nil {
							return err
						}
						ofOwner, err := r.snapshotRecord(j, domain.Line(), path.Base(src.Path))
						told = told || ofOwner
						return err
					})
				}
				return j.Skip()
			})
		})
	}
	err := j.Object(page)
	if told && r.out.Failed == nil {
		if failed := r.emitOwner(); failed != nil {
			return failed
		}
	}
	return j.Damage(err, src.Path)
}

func (r *linkedinReader) snapshotRecord(j *read.JSONReader, domain, file string) (ofOwner bool, err error) {
	line, offset := j.At()
	r.out.Place(line, offset)
	var raw map[string]json.RawMessage
	if err := j.Decode(&raw); err != nil {
		return false, err
	}
	v := recordValues{}
	var keys []string
	for name, value := range raw {
		var s read.JSONText
		if key := table.HeaderKey(name); read.Loose(value, &s) && len(v) < table.MaxCells {
			v[key] = string(s)
			keys = append(keys, key)
		}
	}
	name := domain
	if name == "" {
		name = file
	}
	sheet := linkedinTable(keys, name)
	r.given = strings.Contains(table.HeaderKey(name), "given")
	switch sheet {
	case "":
		r.out.Skip("record of another kind")
		return false, nil
	case linkedinProfile, linkedinMails, linkedinPhones, linkedinSkills, linkedinPositions, linkedinEducation:
		ofOwner = true
	}
	return ofOwner, r.take(sheet, v)
}
