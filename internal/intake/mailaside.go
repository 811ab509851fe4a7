package intake

import (
	"encoding/base64"
	"path"
	"slices"
	"strings"
	"unicode/utf16"

	"gave.network/internal/text"
)

// What mail programs call the folders and labels of what is no correspondence: junk, bins and drafts, in Dutch,
// English, German, French, Italian, Spanish and Portuguese.

// asideNames are such names, folded, with the reason to leave out what lies there.
var asideNames = func() map[string]string {
	names := map[string]string{}
	for reason, list := range map[string][]string{
		skipSpam: {
			"spam", "junk", "junk mail", "junk e-mail", "junk email", "junk-mail", "junk-e-mail", "bulk",
			"bulk mail", "spamverdacht",
			"ongewenst", "ongewenste e-mail", "ongewenste mail", "ongewenste post", "ongewenste reclame", "unerwünscht",
			"unerwünschte werbung", "unerwünschte mail", "courrier indésirable", "indésirables", "indésirable",
			"pourriel", "pourriels",
			"correo no deseado", "no deseado", "no deseados", "correo basura", "posta indesiderata", "indesiderata",
			"lixo eletrônico", "lixo electrónico", "correio não solicitado", "correo electrónico no deseado",
		},
		skipTrash: {
			"trash", "bin", "deleted", "deleted items", "deleted messages", "deleted mail", "wastebasket", "prullenbak",
			"prullenmand", "verwijderd", "verwijderde items", "verwijderde berichten", "papierkorb", "gelöscht",
			"gelöschte elemente",
			"gelöschte objekte", "gelöschte nachrichten", "corbeille", "éléments supprimés", "messages supprimés",
			"supprimés", "papelera", "papelera de reciclaje", "elementos eliminados", "mensajes eliminados",
			"eliminados", "cestino", "cestini", "posta eliminata",
			"elementi eliminati", "messaggi eliminati", "eliminati", "lixeira", "lixo", "itens excluídos",
			"itens eliminados", "mensagens excluídas", "excluídos", "excluídas",
		},
		skipDraft: {
			"drafts", "draft", "concepten", "concept", "kladjes", "entwürfe", "entwurf", "brouillons", "brouillon",
			"borradores", "borrador", "bozze",
			"bozza", "rascunhos", "rascunho", "unsent messages", "templates", "sjablonen", "vorlagen",
		},
	} {
		for _, name := range list {
			names[text.Fold(name)] = reason
		}
	}
	return names
}()

// asideName says why what lies in a folder or under a label of that name is left out, "" when it is not.
func asideName(name string) string {
	name = imapText(strings.Trim(name, " \t\""))
	if _, rest, ok := strings.Cut(name, "]/"); ok && name[0] == '[' { // [Gmail]/Spam
		name = rest
	}
	return asideNames[text.Fold(name)]
}

// asideFolder says why the mail of a file is left out, by the names of the folders that it lies in and, for a file that
// holds a whole folder, its own.
func asideFolder(file string, whole bool) string {
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

// asideSink counts mail that lies in a folder to be left out.
type asideSink struct {
	Sink
	src    *Source
	reason string
}

func (s *asideSink) Interaction(At, Interaction) error {
	s.src.Skip(s.reason)
	return nil
}

// Reject counts a damaged mail like the others.
func (s *asideSink) Reject(At, string) error {
	s.src.Skip(s.reason)
	return nil
}

// imapText decodes the UTF-7 in which IMAP and its backups write names of folders (RFC 3501, 5.1.3): Entw&APw-rfe.
func imapText(s string) string {
	return utf7(s, '&', ',')
}

// mailText decodes UTF-7 (RFC 2152): J+APw-rgen.
func mailText(s string) string {
	return utf7(s, '+', '/')
}

// utf7 decodes text in which shift begins the base64 of UTF-16, with slash as its 63rd digit. What is no such thing
// stays.
func utf7(s string, shift, slash byte) string {
	var out strings.Builder
	for {
		at := strings.IndexByte(s, shift)
		if at < 0 {
			out.WriteString(s)
			return out.String()
		}
		out.WriteString(s[:at])
		s = s[at+1:]
		n := 0
		for n < len(s) &&
			(s[n] >= '0' && s[n] <= '9' || s[n]|0x20 >= 'a' && s[n]|0x20 <= 'z' || s[n] == '+' || s[n] == slash) {
			n++
		}
		code := s[:n]
		closed := n < len(s) && s[n] == '-'
		b, err := base64.RawStdEncoding.DecodeString(
			strings.TrimRight(strings.ReplaceAll(code, string(slash), "/"), "="))
		switch {
		case n == 0 && closed: // "+-" is a plus
			out.WriteByte(shift)
			s = s[1:]
			continue
		case n == 0 || err != nil && len(b) < 2 || slash == ',' && !closed:
			out.WriteByte(shift)
			continue
		}
		units := make([]uint16, len(b)/2)
		for i := range units {
			units[i] = uint16(b[2*i])<<8 | uint16(b[2*i+1])
		}
		out.WriteString(string(utf16.Decode(units)))
		s = s[n:]
		if closed {
			s = s[1:]
		}
	}
}
