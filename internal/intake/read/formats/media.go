package formats

import (
	"net/http"
	"path"
	"slices"
	"strings"
)

// mediaEndings are pictures, sound, films and stickers that their first bytes do not always tell.
var mediaEndings = []string{
	".jpg", ".jpeg", ".png", ".gif", ".webp", ".heic", ".heif", ".bmp", ".svg", ".mp3", ".m4a", ".aac", ".opus", ".ogg",
	".oga", ".wav", ".amr", ".caf", ".mp4",
	".mov", ".3gp", ".m4v", ".avi", ".mkv", ".webm", ".was", ".tgs", ".pdf", ".thumb", ".srt",
}

// accompanies says that a file in a folder or archive only goes with what is there to import: a picture, sound, a film.
// Of a Takeout also the pages and notes that Google lays beside everything.
func (o *opener) accompanies(file string, head []byte) bool {
	if file == "" {
		return false
	}
	ending := strings.ToLower(path.Ext(file))
	if slices.Contains(mediaEndings, ending) {
		return true
	}
	kind, _, _ := strings.Cut(http.DetectContentType(head), "/")
	if kind == "image" || kind == "audio" || kind == "video" {
		return true
	}
	inTakeout := slices.Contains(strings.Split(strings.ToLower(o.name(file)), "/"), "takeout")
	return inTakeout && slices.Contains([]string{".html", ".htm", ".json", ".txt", ".css", ".js"}, ending)
}

// documentOfChat says that a file is a document that was sent in a chat of WhatsApp: 00000012-Offerte.docx,
// DOC-20260303-WA0004.docx.
func documentOfChat(file string) bool {
	base := path.Base(file)
	number, _, numbered := strings.Cut(base, "-")
	ending := strings.ToLower(path.Ext(base))
	if ending == ".vcf" || ending == ".txt" {
		return false
	}
	return numbered && len(number) == 8 && strings.Trim(number, "0123456789") == "" ||
		strings.Contains(base, "-WA") && strings.HasPrefix(base, "DOC-")
}
