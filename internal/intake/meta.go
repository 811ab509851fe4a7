package intake

import (
	"context"
	"encoding/json"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"gave.network/internal/fault"
	"gave.network/internal/text"
)

// Meta reads the JSON that Instagram and Facebook export: one chat, or the whole download with its chats and friends.
var Meta = Format{
	Name:  "meta",
	Title: "Instagram or Facebook messages (JSON)",
	Detect: func(head []byte, _ string) int {
		return max(detectJSON(head, 85, "messages", "sender_name", "timestamp_ms"),
			detectJSON(head, 85, "messages", "senderName", "timestamp"))
	},
	FromStart:  true,
	Read:       readMeta,
	DetectTree: detectMetaTree,
	ReadTree:   readMetaTree,
}

// metaMessages is a file of a chat in a download of Facebook, Messenger or Instagram.
var metaMessages = regexp.MustCompile(`(^|/)(?:messages/)?(inbox|archived_threads|filtered_threads|message_requests|e2ee_cutover|legacy_threads)/([^/]+)/message_\d+\.(json|html)$`)

// metaProfiles are the files that say who the owner is.
var metaProfiles = []string{"profile_information.json", "personal_information.json"}

// metaFolders hold nothing but the download.
var metaFolders = []string{
	"your_facebook_activity", "your_instagram_activity", "personal_information", "connections",
	"your_activity_across_facebook", "facebook_accounts_center", "logged_information", "security_and_login_information",
}

// detectMetaTree is sure of a folder with chats in the download's own folders, or with two of its folders.
func detectMetaTree(names []string, peek func(name string) []byte) int {
	folders := map[string]bool{}
	for _, name := range names {
		if metaMessages.MatchString(name) {
			if strings.HasSuffix(name, ".html") {
				folders["html"], folders["chats"] = true, true
			} else if metaChat(peek(name)) {
				return 96
			}
		}
		for part := range strings.SplitSeq(path.Dir(name), "/") {
			if slices.Contains(metaFolders, part) {
				folders[part] = true
			}
		}
	}
	if len(folders) > 1 &&
		(folders["html"] || folders["your_facebook_activity"] || folders["your_instagram_activity"]) {
		return 94
	}
	return 0
}

func metaChat(head []byte) bool {
	return detectJSON(head, 1, "messages", "sender_name") > 0 || detectJSON(head, 1, "participants", "messages") > 0
}

// metaReader reads chats of one download.
type metaReader struct {
	ctx context.Context
	src *Source
	out *rowSink
	me  map[string]bool // the owner's names, folded
}

// metaThread is one chat, which may lie in several files.
type metaThread struct {
	*chat
	title, path string
}

func newMetaThread() *metaThread {
	t := &metaThread{chat: newChat("meta", "")}
	t.utc = true
	return t
}

func readMeta(ctx context.Context, src *Source, sink Sink) error {
	m := &metaReader{ctx: ctx, src: src, out: &rowSink{src: src, sink: sink}}
	j, t := newJSONReader(src.Reader), newMetaThread()
	err := m.thread(j, t)
	t.key = metaKey(t.path, src.Path)
	if len(t.groups) > 0 {
		if failed := m.end(t); failed != nil {
			return failed
		}
	}
	return j.damage(err, src.Path)
}

// readMetaTree reads who the owner is, the friends, and then chat after chat. Source.Resume and At.Next count chats.
func readMetaTree(ctx context.Context, tree Tree, src *Source, sink Sink) error {
	m := &metaReader{ctx: ctx, src: src, out: &rowSink{src: src, sink: sink}, me: map[string]bool{}}
	names := tree.Names()
	m.out.silent = src.Resume > 0
	for _, name := range names {
		if slices.Contains(metaProfiles, path.Base(name)) {
			if err := m.owner(tree, name); err != nil {
				return err
			}
		}
	}
	for _, name := range names {
		if base := path.Base(name); base == "your_friends.json" || base == "friends.json" {
			if err := treeJSON(ctx, tree, name, m.out, m.friends); err != nil {
				return err
			}
		}
	}
	threads := map[string][]string{}
	var order []string
	pages := 0
	for _, name := range names {
		found := metaMessages.FindStringSubmatch(name)
		switch {
		case found == nil:
		case found[4] == "html":
			pages++
		case found[2] == "message_requests" || found[2] == "filtered_threads":
			// Strangers wrote, and nobody answered.
			src.Skip("message request")
		default:
			if threads[path.Dir(name)] == nil {
				order = append(order, path.Dir(name))
			}
			threads[path.Dir(name)] = append(threads[path.Dir(name)], name)
		}
	}
	if len(order) == 0 {
		if pages > 0 {
			return fault.New(fault.Invalid, "%s holds its messages as web pages, which Gave does not read.", src.Path).
				WithHint("Ask Facebook or Instagram for the download again, in the format JSON.")
		}
		return fault.New(fault.Invalid, "%s is a download of Facebook or Instagram without messages.", src.Path).
			WithHint("Ask for the download again, with your messages, in the format JSON.")
	}
	for i, folder := range order {
		m.out.step, m.out.silent = int64(i), int64(i) < src.Resume
		t := newMetaThread()
		for _, name := range threads[folder] {
			if err := treeJSON(m.ctx, tree, name,
				m.out, func(j *jsonReader) error { return m.thread(j, t) }); err != nil {
				return err
			}
		}
		if t.key = path.Base(t.path); t.path == "" {
			t.key = path.Base(folder)
		}
		if err := m.end(t); err != nil {
			return err
		}
	}
	return nil
}

// owner reads the names of the owner of the download.
func (m *metaReader) owner(tree Tree, name string) error {
	var facebook struct {
		Profile struct {
			Name struct {
				Full jsonText `json:"full_name"`
			} `json:"name"`
			Emails struct {
				Emails []jsonText `json:"emails"`
			} `json:"emails"`
		} `json:"profile_v2"`
	}
	var instagram struct {
		Profile []struct {
			Strings map[string]struct {
				Value jsonText `json:"value"`
			} `json:"string_map_data"`
		} `json:"profile_user"`
	}
	err := treeJSON(m.ctx, tree, name, m.out, func(j *jsonReader) error {
		var raw json.RawMessage
		if err := j.decode(&raw); err != nil {
			return err
		}
		loose(raw, &facebook)
		loose(raw, &instagram)
		return nil
	})
	if err != nil {
		return err
	}
	c := Contact{Self: true, Name: Name{Full: unscramble(facebook.Profile.Name.Full)}}
	for _, address := range facebook.Profile.Emails.Emails {
		addAddresses(&c, unscramble(address))
	}
	for _, profile := range instagram.Profile {
		for key, field := range profile.Strings {
			value := unscramble(field.Value)
			switch strings.ToLower(unscramble(jsonText(key))) {
			case "name", "naam", "nom", "nombre", "nome":
				c.Name.Full = value
			case "username", "gebruikersnaam", "benutzername", "nom d’utilisateur", "nombre de usuario":
				m.me[text.Fold(value)] = value != ""
				c.Nickname = value
			case "email", "e-mail", "e-mailadres":
				addAddresses(&c, value)
			}
		}
	}
	if c.Name.Full == "" {
		c.Name.Full = c.Nickname
	}
	if c.Name.Full == "" {
		return nil
	}
	m.me[text.Fold(c.Name.Full)] = true
	return m.out.contact(c)
}

// friends reads the list of friends of Facebook.
func (m *metaReader) friends(j *jsonReader) error {
	return j.object(func(name string) error {
		if !strings.HasPrefix(name, "friends") {
			return j.skip()
		}
		return j.array(func() error {
			line, offset := j.at()
			m.out.place(line, offset)
			var friend struct {
				Name jsonText `json:"name"`
			}
			if err := j.decode(&friend); err != nil {
				return err
			}
			c := Contact{Name: Name{Full: unscramble(friend.Name)}, Tags: []string{"Facebook"}}
			if reason := c.unusable(); reason != "" {
				return m.out.reject(reason)
			}
			return m.out.contact(c)
		})
	})
}

// party is somebody in a chat.
func (m *metaReader) party(name string) Party {
	return Party{Name: name, Self: m.me[text.Fold(name)]}
}

// thread reads a file of a chat.
func (m *metaReader) thread(j *jsonReader, t *metaThread) error {
	return j.object(func(name string) error {
		switch name {
		case "title", "threadName":
			var title jsonText
			err := j.decode(&title)
			t.title = unscramble(title)
			return err
		case "thread_path":
			var where jsonText
			err := j.decode(&where)
			t.path = unscramble(where)
			return err
		case "participants":
			return j.array(func() error {
				var raw json.RawMessage
				if err := j.decode(&raw); err != nil {
					return err
				}
				var p struct {
					Name jsonText `json:"name"`
				}
				var plain jsonText
				if !loose(raw, &p) || p.Name == "" {
					loose(raw, &plain)
					p.Name = plain
				}
				if name := unscramble(p.Name); name != "" {
					t.person(m.party(name))
				}
				return nil
			})
		case "messages":
			return j.array(func() error { return m.message(j, t) })
		}
		return j.skip()
	})
}

func (m *metaReader) message(j *jsonReader, t *metaThread) error {
	if err := m.ctx.Err(); err != nil {
		return err
	}
	line, offset := j.at()
	m.out.place(line, offset)
	var one struct {
		Sender jsonText `json:"sender_name"`
		Stamp  jsonText `json:"timestamp_ms"`
		// As Messenger writes chats that are encrypted from end to end.
		SecretSender jsonText `json:"senderName"`
		SecretStamp  jsonText `json:"timestamp"`
	}
	if err := j.decode(&one); err != nil {
		return err
	}
	if one.Stamp == "" {
		one.Stamp = one.SecretStamp
	}
	if one.Sender == "" {
		one.Sender = one.SecretSender
	}
	when, sender := unixTime(one.Stamp.number()/1000), unscramble(one.Sender)
	switch {
	case when.IsZero():
		return m.out.reject(because("the time %s cannot be right", quote(one.Stamp.line())))
	case sender == "":
		m.out.skip("member who left")
		return nil
	}
	t.wrote(t.person(m.party(sender)), when)
	if t.full() {
		t.key = metaKey(t.path, m.src.Path)
		return t.emit(m.out)
	}
	return nil
}

// end emits a chat.
func (m *metaReader) end(t *metaThread) error {
	if len(t.people) > 2 {
		t.chat.title = t.title
	}
	return t.emit(m.out)
}

// metaKey tells chats apart by their thread, and else by the folder of the file when that is one of the export's.
func metaKey(thread, file string) string {
	if thread != "" {
		return path.Base(thread)
	}
	if strings.HasPrefix(path.Base(file), "message_") {
		return path.Base(path.Dir(strings.ReplaceAll(file, "\\", "/")))
	}
	return ""
}

// unscramble mends texts of Meta, which writes the bytes of UTF-8 as if each were a letter. That has to come before
// anything else is done to the text: some of these letters are control characters.
func unscramble(t jsonText) string {
	s := string(t)
	if isASCII(s) {
		return cleanText(s, maxText)
	}
	b := make([]byte, 0, len(s))
	for _, r := range s {
		if r > 0xff {
			return cleanText(s, maxText)
		}
		b = append(b, byte(r))
	}
	if !utf8.Valid(b) {
		return cleanText(s, maxText)
	}
	return cleanText(string(b), maxText)
}
