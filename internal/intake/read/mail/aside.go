package mail

import (
	"path"
	"slices"
	"strings"

	"gave.network/internal/intake/read"
	"gave.network/internal/lang"
	"gave.network/internal/text"
)

// What mail programs call the folders and labels of what is no correspondence: junk, bins and drafts.

// asideNames are such names, folded, with the reason to leave out what lies there.
var asideNames = func() map[string]string {
	names := map[string]string{}
	for _, reason := range []string{read.SkipSpam, read.SkipTrash, read.SkipDraft} {
		for _, name := range lang.Words("exports", "folder."+reason) {
			names[text.Fold(name)] = reason
		}
	}
	return names
}()

// asideName says why what lies in a folder or under a label of that name is left out, "" when it is not.
func asideName(name string) string {
	name = read.IMAPText(strings.Trim(name, " \t\""))
	if _, rest, ok := strings.Cut(name, "]/"); ok && name[0] == '[' { // [Gmail]/Spam
		name = rest
	}
	return asideNames[text.Fold(name)]
}

// AsideFolder says why the mail of a file is left out, by the names of the folders that it lies in and, for a file that
// holds a whole folder, its own.
func AsideFolder(file string, whole bool) string {
	parts := strings.Split(file, "/")
	if !whole {
		parts = parts[:len(parts)-1]
	}
	for _, part := range parts {
		if ext := strings.ToLower(path.Ext(part)); slices.Contains([]string{".mbox", ".mbx", ".sbd", ".imapmbox"},
			ext) {
			part = part[:len(part)-len(ext)]
		}
		if reason := asideName(part); reason != "" {
			return reason
		}
		// .Trash and .INBOX.Trash of Maildir++
		if dot := strings.LastIndexByte(part, '.'); dot >= 0 {
			if reason := asideName(part[dot+1:]); reason != "" {
				return reason
			}
		}
	}
	return ""
}

// FolderName is the name of a mailbox as people read it.
func FolderName(name string) string { return read.IMAPText(name) }

// AsideSink counts mail that lies in a folder to be left out.
type AsideSink struct {
	read.Sink
	Source *read.Source
	Reason string
}

func (s *AsideSink) Interaction(read.At, read.Interaction) error {
	s.Source.Skip(s.Reason)
	return nil
}

// Reject counts a damaged mail like the others.
func (s *AsideSink) Reject(read.At, string) error {
	s.Source.Skip(s.Reason)
	return nil
}
