package linkedin

import (
	"context"
	"io"
	"path"
	"strings"

	"gave.network/internal/intake/read"
	"gave.network/internal/intake/read/table"
	"gave.network/internal/text"
)

// linkedinFile is a file of the archive that is read.
type linkedinFile struct {
	name  string
	table string
}

// linkedinOrder is the order in which the tables are read: connections first, because other tables name people without
// their profile.
var linkedinOrder = []string{
	linkedinConnections, linkedinInvitations, linkedinMessages, linkedinRecommendations,
	linkedinEndorsements, linkedinEvents,
}

// linkedinFileNames are the files of the archive by the beginning of their name.
var linkedinFileNames = map[string]string{
	"connections": linkedinConnections, "messages": linkedinMessages, "invitations": linkedinInvitations,
	"recommendations received": linkedinRecommendations, "recommendations given": linkedinRecommendations,
	"endorsement received info": linkedinEndorsements, "endorsement given info": linkedinEndorsements,
	"profile": linkedinProfile, "email addresses": linkedinMails, "phonenumbers": linkedinPhones,
	"phone numbers": linkedinPhones, "positions": linkedinPositions, "education": linkedinEducation,
	"skills": linkedinSkills, "events": linkedinEvents,
}

// linkedinFiles returns the known files of a tree when they all lie in one folder.
func linkedinFiles(names []string) []linkedinFile {
	var files []linkedinFile
	folder := ""
	for _, name := range names {
		base := table.HeaderKey(strings.TrimSuffix(strings.ToLower(path.Base(name)), ".csv"))
		table, ok := linkedinFileNames[base]
		if !ok || !strings.EqualFold(path.Ext(name), ".csv") {
			continue
		}
		if len(files) > 0 && path.Dir(name) != folder {
			return nil
		}
		folder = path.Dir(name)
		files = append(files, linkedinFile{name, table})
	}
	return files
}

// detectLinkedInTree is sure of a folder or archive with two tables of LinkedIn's or more, in which nothing lies that
// another format would read.
func detectLinkedInTree(names []string, peek func(name string) []byte) int {
	files := linkedinFiles(names)
	if len(files) < 2 {
		return 0
	}
	for _, name := range names {
		switch strings.ToLower(path.Ext(name)) {
		case ".csv", ".html", ".htm", ".txt", ".pdf", ".jpg", ".jpeg", ".png", ".gif", ".mp4", ".json", ".xml",
			".docx", ".doc":
		default:
			return 0
		}
	}
	sure := 0
	for _, file := range files {
		if sure == 2 {
			break
		}
		if table, _ := linkedinTableOf(table.HeadRows(peek(file.name)), path.Base(file.name)); table == file.table {
			sure++
		}
	}
	if sure < 2 {
		return 0
	}
	return 95
}

// readLinkedInTree reads the tables that tell of the owner, emits the owner, and then reads the others. Source.Resume
// and At.Next count the tables of the second part that are done.
func readLinkedInTree(ctx context.Context, tree read.Tree, src *read.Source, sink read.Sink) error {
	files := linkedinFiles(tree.Names())
	r := &linkedinReader{src: src, out: &read.Emitter{Source: src, Sink: sink}, byName: map[string]string{}}
	if err := r.findOwner(ctx, tree, files); err != nil {
		return err
	}
	for _, file := range files {
		switch file.table {
		case linkedinProfile, linkedinMails, linkedinPhones, linkedinPositions, linkedinEducation, linkedinSkills:
			if err := r.file(ctx, tree, file, 0); err != nil {
				return err
			}
		}
	}
	if name := strings.TrimSpace(r.self.Name.Given + " " + r.self.Name.Family); name != "" {
		r.owner.Name = name
	}
	r.out.At, r.out.File = read.At{}, ""
	if src.Resume == 0 {
		if err := r.emitOwner(); err != nil {
			return err
		}
	}
	step := int64(0)
	for _, table := range linkedinOrder {
		for _, file := range files {
			if file.table != table {
				continue
			}
			step++
			if step <= src.Resume && table != linkedinConnections {
				continue
			}
			// The connections are read again for their names.
			r.out.Silent = step <= src.Resume
			if err := r.file(ctx, tree, file, step-1); err != nil {
				return err
			}
		}
	}
	return nil
}

// file reads one file of the tree. A table that cannot be opened or is something else is reported, and the others are
// read.
func (r *linkedinReader) file(ctx context.Context, tree read.Tree, file linkedinFile, step int64) error {
	r.out.File, r.out.Step = file.name, step
	r.out.At = read.At{File: file.name, Line: 1}
	stream, size, err := tree.Open(file.name)
	if err == nil {
		inner := *r.src
		inner.Reader, inner.Size, inner.Path = stream, size, r.src.Path+"/"+file.name
		_, err = r.table(ctx, &inner, path.Base(file.name))
		stream.Close()
	}
	if err == nil || ctx.Err() != nil || r.out.Failed != nil {
		return err
	}
	return r.out.Reject(read.BecauseOf(err))
}

// findOwner finds out who the owner of the archive is: who sent the outgoing invitations, and else who has a part in
// every message.
func (r *linkedinReader) findOwner(ctx context.Context, tree read.Tree, files []linkedinFile) error {
	for _, table := range []string{linkedinInvitations, linkedinMessages} {
		for _, file := range files {
			if file.table != table || r.owner.Link != "" {
				continue
			}
			stream, size, err := tree.Open(file.name)
			if err != nil {
				continue // the reading of the table reports it
			}
			owner, err := ownerOf(ctx, stream, size, table)
			stream.Close()
			if err != nil {
				return err
			}
			read.Fill(&r.owner.Link, owner.Link)
			read.Fill(&r.owner.Name, owner.Name)
		}
	}
	return nil
}

// ownerRows is how many rows are looked at to find the owner.
const ownerRows = 20_000

func ownerOf(ctx context.Context, stream io.Reader, size int64, sheet string) (read.Party, error) {
	t := table.Open(stream, size, func(keys []string) bool { return linkedinTable(keys, "") == sheet })
	if t == nil {
		return read.Party{}, nil
	}
	everywhere := map[string]read.Party{}
	nobody := &linkedinReader{}
	for n := range ownerRows {
		if n%256 == 0 && ctx.Err() != nil {
			return read.Party{}, ctx.Err()
		}
		row, ok := t.Next()
		if !ok {
			break
		}
		if row.Fault != "" || row.Blank() {
			continue
		}
		v := rowValues{t, row}
		if sheet == linkedinInvitations {
			name, link := v.get("from"), linkedinSlug(v.get("inviterprofileurl", "inviter profile url"))
			if strings.EqualFold(v.get("direction"), "INCOMING") {
				name, link = v.get("to"), linkedinSlug(v.get("inviteeprofileurl", "invitee profile url"))
			}
			if link != "" {
				return read.Party{Name: name, Link: link}, nil
			}
			continue
		}
		parties := nobody.recipients(v.get("to"), v.get("recipient profile urls"))
		parties = append(parties, nobody.party(v.get("from"), v.get("sender profile url")))
		here := map[string]read.Party{}
		for _, p := range parties {
			// A profile that one row has and another lacks is the same person by name.
			if key := text.Fold(p.Name); key != "" {
				here[key] = p
			}
		}
		if n == 0 || len(everywhere) == 0 && n < 3 {
			everywhere = here
			continue
		}
		for key, p := range everywhere {
			now, ok := here[key]
			switch {
			case !ok && len(everywhere) > 1:
				delete(everywhere, key)
			case ok && p.Link == "":
				everywhere[key] = now
			}
		}
	}
	if len(everywhere) != 1 {
		return read.Party{}, nil
	}
	for _, p := range everywhere {
		return p, nil
	}
	return read.Party{}, nil
}
