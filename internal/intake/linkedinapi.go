package intake

import (
	"bufio"
	"context"
	"encoding/json"
	"path"
	"strings"
)

// LinkedIn lets members in Europe fetch their own data (Member Data Portability). The pages of its member snapshot are
// JSON: {"elements": [{"snapshotDomain": "CONNECTIONS", "snapshotData": [{"First Name": …}]}]}, and the names in the
// records are those of the columns of the archive.

func detectLinkedInSnapshot(head []byte) int {
	return detectJSON(head, 95, "elements", "snapshotData")
}

// recordValues are the values of a record by the names of their columns.
type recordValues map[string]string

func (v recordValues) get(keys ...string) string {
	for _, key := range keys {
		if s := cleanText(v[key], maxText); s != "" {
			return s
		}
	}
	return ""
}

func (v recordValues) whole(keys ...string) string {
	for _, key := range keys {
		if s := wholeText(v[key]); s != "" {
			return s
		}
	}
	return ""
}

// isJSON says that a stream holds JSON, without passing it.
func isJSON(r *bufio.Reader) bool {
	head, _ := r.Peek(512)
	return detectJSON(head, 1) > 0
}

// readSnapshot reads one page, or several pages in a list.
func (r *linkedinReader) readSnapshot(ctx context.Context, src *Source) error {
	j := newJSONReader(src.Reader)
	told := false
	page := func(name string) error {
		if name != "elements" {
			return j.skip()
		}
		return j.array(func() error {
			domain := jsonText("")
			return j.object(func(name string) error {
				switch name {
				case "snapshotDomain":
					return j.decode(&domain)
				case "snapshotData":
					return j.array(func() error {
						if err := ctx.Err(); err != nil {
							return err
						}
						ofOwner, err := r.snapshotRecord(j, domain.line(), path.Base(src.Path))
						told = told || ofOwner
						return err
					})
				}
				return j.skip()
			})
		})
	}
	err := j.object(page)
	if told && r.out.failed == nil {
		if failed := r.emitOwner(); failed != nil {
			return failed
		}
	}
	return j.damage(err, src.Path)
}

func (r *linkedinReader) snapshotRecord(j *jsonReader, domain, file string) (ofOwner bool, err error) {
	line, offset := j.at()
	r.out.place(line, offset)
	var raw map[string]json.RawMessage
	if err := j.decode(&raw); err != nil {
		return false, err
	}
	v := recordValues{}
	var keys []string
	for name, value := range raw {
		var s jsonText
		if key := headerKey(name); loose(value, &s) && len(v) < maxCells {
			v[key] = string(s)
			keys = append(keys, key)
		}
	}
	name := domain
	if name == "" {
		name = file
	}
	table := linkedinTable(keys, name)
	r.given = strings.Contains(headerKey(name), "given")
	switch table {
	case "":
		r.out.skip("record of another kind")
		return false, nil
	case linkedinProfile, linkedinMails, linkedinPhones, linkedinSkills, linkedinPositions, linkedinEducation:
		ofOwner = true
	}
	return ofOwner, r.take(table, v)
}
