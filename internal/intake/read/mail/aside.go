package mail

import (
	"path"
	"slices"
	"strings"

	"gave.network/internal/intake/read"
	"gave.network/internal/text"
)

// What mail programs call the folders and labels of what is no correspondence: junk, bins and drafts, in Dutch,
// English, German, French, Italian, Spanish and Portuguese.

// asideNames are such names, folded, with the reason to leave out what lies there.
var asideNames = func() map[string]string {
	names := map[string]string{}
	for reason, list := range map[string][]string{
		read.SkipSpam: {
			"spam", "junk", "junk mail", "junk e-mail", "junk email", "junk-mail", "junk-e-mail", "bulk",
			"bulk mail", "spamverdacht",
			"ongewenst", "ongewenste e-mail", "ongewenste mail", "ongewenste post", "ongewenste reclame", "unerwünscht",
			"unerwünschte werbung", "unerwünschte mail", "courrier indésirable", "indésirables", "indésirable",
			"pourriel", "pourriels",
			"correo no deseado", "no deseado", "no deseados", "correo basura", "posta indesiderata", "indesiderata",
			"lixo eletrônico", "lixo electrónico", "correio não solicitado", "correo electrónico no deseado",
		},
		read.SkipTrash: {
			"trash", "bin", "deleted", "deleted items", "deleted messages", "deleted mail", "wastebasket", "prullenbak",
			"prullenmand", "verwijderd", "verwijderde items", "verwijderde berichten", "papierkorb", "gelöscht",
			"gelöschte elemente",
			"gelöschte objekte", "gelöschte nachrichten", "corbeille", "éléments supprimés", "messages supprimés",
			"supprimés", "papelera", "papelera de reciclaje", "elementos eliminados", "mensajes eliminados",
			"eliminados", "cestino", "cestini", "posta eliminata",
			"elementi eliminati", "messaggi eliminati", "eliminati", "lixeira", "lixo", "itens excluídos",
			"itens eliminados", "mensagens excluídas", "excluídos", "excluídas",
		},
		read.SkipDraft: {
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
