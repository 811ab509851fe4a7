package mail

import (
	"bytes"
	"context"
	"path"
	"strings"

	"gave.network/internal/intake/read"
)

// Maildir reads a folder with one mail in each file: a Maildir (cur and new), Maildir++ with folders inside, or any
// folder of .eml files. At.Next and Source.Resume count files of Tree.Names.
var Maildir = read.Format{
	Name:  "maildir",
	Title: "mail folder (Maildir)",
	How: "Take the folder in which the mail program keeps its mail, with cur and new in it, or a zip of " +
		"it.",
	Mail:       true,
	DetectTree: detectMaildir,
	ReadTree:   readMaildir,
}

func detectMaildir(names []string, peek func(string) []byte) int {
	inside, outside := 0, 0
	for _, name := range names {
		folder, _, deep := strings.Cut(name, "/")
		switch {
		case deep && (folder == "cur" || folder == "new"):
			inside++
		default:
			outside++
		}
	}
	if inside > 0 {
		return 95
	}
	// A folder of single messages: look at some, spread over the names.
	if outside < 2 {
		return 0
	}
	step := max(1, outside/16)
	for i := 0; i < len(names); i += step {
		head := withoutEmlxCount(peek(names[i]))
		if bytes.HasPrefix(head, fromWord) && isFromLine(head, true) || !looksLikeMessage(head) {
			return 0
		}
	}
	return 70
}

func readMaildir(ctx context.Context, tree read.Tree, src *read.Source, sink read.Sink) error {
	names := tree.Names()
	m := newMailReader(src, sink)
	for i := int(max(src.Resume, 0)); i < len(names); i++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		reason := setAsideByFlags(names[i])
		if reason == "" {
			reason = AsideFolder(names[i], false)
		}
		// What lies in tmp is still being delivered, or never was.
		if path.Base(path.Dir(names[i])) == "tmp" {
			reason = read.SkipUnfinished
		}
		if reason != "" {
			src.Skip(reason)
			continue
		}
		if err := m.file(tree, names[i], int64(i)+1); err != nil {
			return err
		}
	}
	return nil
}

// file reads one message of a tree. What is wrong with it is rejected; an error is one of the sink.
func (m *mailReader) file(tree read.Tree, name string, next int64) error {
	at := read.At{File: name, Next: next}
	r, _, err := tree.Open(name)
	if err != nil {
		return m.sink.Reject(at, read.BecauseOf(err))
	}
	defer r.Close()
	// The buffer is used again, because a folder may hold a million messages.
	*m.Scan = read.Lines{Reader: r, Buffer: m.Scan.Buffer, Line: 1}
	if head := m.Scan.Peek(16 << 10); !looksLikeMessage(withoutEmlxCount(fromLinePassed(head))) {
		return m.sink.Reject(at, "it does not begin like a mail")
	}
	return m.single(at)
}

// fromLinePassed passes a "From " line that some programs leave on single messages.
func fromLinePassed(head []byte) []byte {
	if bytes.HasPrefix(head, fromWord) {
		if i := bytes.IndexByte(head, '\n'); i >= 0 {
			return head[i+1:]
		}
	}
	return head
}

// setAsideByFlags reads the flags at the end of a Maildir name: T for trashed, D for a draft.
func setAsideByFlags(name string) string {
	for _, mark := range []string{":2,", ";2,", "!2,"} {
		if _, flags, ok := strings.Cut(path.Base(name), mark); ok {
			switch {
			case strings.Contains(flags, "T"):
				return read.SkipTrash
			case strings.Contains(flags, "D"):
				return read.SkipDraft
			}
		}
	}
	return ""
}
