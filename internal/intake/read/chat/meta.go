package chat

import (
	"context"
	"encoding/json"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"gave.network/internal/fault"
	"gave.network/internal/intake/read"
	"gave.network/internal/text"
)

// Meta reads the JSON that Instagram and Facebook export: one chat, or the whole download with its chats and friends.
var Meta = read.Format{
	Name:    "meta",
	Title:   "Instagram or Facebook messages (JSON)",
	How:     "In the Accounts Center choose Download your information, in the format JSON.",
	OwnName: true,
	Detect: func(head []byte, _ string) int {
		return max(read.DetectJSON(head, 85, "messages", "sender_name", "timestamp_ms"),
			read.DetectJSON(head, 85, "messages", "senderName", "timestamp"))
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
	return read.DetectJSON(head, 1, "messages", "sender_name") > 0 ||
		read.DetectJSON(head, 1, "participants", "messages") > 0
}

// metaReader reads chats of one download.
type metaReader struct {
	ctx context.Context
	src *read.Source
	out *read.Emitter
	me  map[string]bool // the owner's names, folded
}

// metaThread is one chat, which may lie in several files.
type metaThread struct {
	*read.Chat
	title, path string
}

func newMetaThread() *metaThread {
	t := &metaThread{Chat: read.NewChat("meta", "")}
	t.UTC = true
	return t
}

func readMeta(ctx context.Context, src *read.Source, sink read.Sink) error {
	m := &metaReader{ctx: ctx, src: src, out: &read.Emitter{Source: src, Sink: sink}}
	j, t := read.NewJSONReader(src.Reader), newMetaThread()
	err := m.thread(j, t)
	t.Key = metaKey(t.path, src.Path)
	if len(t.Groups) > 0 {
		if failed := m.end(t); failed != nil {
			return failed
		}
	}
	return j.Damage(err, src.Path)
}

// readMetaTree reads who the owner is, the friends, and then chat after chat. Source.Resume and At.Next count chats.
func readMetaTree(ctx context.Context, tree read.Tree, src *read.Source, sink read.Sink) error {
	m := &metaReader{ctx: ctx, src: src, out: &read.Emitter{Source: src, Sink: sink}, me: map[string]bool{}}
	names := tree.Names()
	m.out.Silent = src.Resume > 0
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
		m.out.Step, m.out.Silent = int64(i), int64(i) < src.Resume
		t := newMetaThread()
		for _, name := range threads[folder] {
			if err := treeJSON(m.ctx, tree, name,
				m.out, func(j *read.JSONReader) error { return m.thread(j, t) }); err != nil {
				return err
			}
		}
		if t.Key = path.Base(t.path); t.path == "" {
			t.Key = path.Base(folder)
		}
		if err := m.end(t); err != nil {
			return err
		}
	}
	return nil
}

// owner reads the names of the owner of the download.
func (m *metaReader) owner(tree read.Tree, name string) error {
	var facebook struct {
		Profile struct {
			Name struct {
				Full read.JSONText `json:"full_name"`
			} `json:"name"`
			Emails struct {
				Emails []read.JSONText `json:"emails"`
			} `json:"emails"`
		} `json:"profile_v2"`
	}
	var instagram struct {
		Profile []struct {
			Strings map[string]struct {
				Value read.JSONText `json:"value"`
			} `json:"string_map_data"`
		} `json:"profile_user"`
	}
	err := treeJSON(m.ctx, tree, name, m.out, func(j *read.JSONReader) error {
		var raw json.RawMessage
		if err := j.Decode(&raw); err != nil {
			return err
		}
		read.Loose(raw, &facebook)
		read.Loose(raw, &instagram)
		return nil
	})
	if err != nil {
		return err
	}
	c := read.Contact{Self: true, Name: read.Name{Full: unscramble(facebook.Profile.Name.Full)}}
	for _, address := range facebook.Profile.Emails.Emails {
		read.AddAddresses(&c, unscramble(address))
	}
	for _, profile := range instagram.Profile {
		for key, field := range profile.Strings {
			value := unscramble(field.Value)
			switch label := strings.ToLower(unscramble(read.JSONText(key))); {
			case profileNames[label]:
				c.Name.Full = value
			case profileLogins[label]:
				m.me[text.Fold(value)] = value != ""
				c.AlsoNamed(value)
			case profileMails[label]:
				read.AddAddresses(&c, value)
			}
		}
	}
	if c.Name.Full == "" {
		c.Name.Full = c.AnyName()
	}
	if c.Name.Full == "" {
		return nil
	}
	m.me[text.Fold(c.Name.Full)] = true
	return m.out.Contact(c)
}

// friends reads the list of friends of Facebook.
func (m *metaReader) friends(j *read.JSONReader) error {
	return j.Object(func(name string) error {
		if !strings.HasPrefix(name, "friends") {
			return j.Skip()
		}
		return j.Array(func() error {
			line, offset := j.At()
			m.out.Place(line, offset)
			var friend struct {
				Name read.JSONText `json:"name"`
			}
			if err := j.Decode(&friend); err != nil {
				return err
			}
			c := read.Contact{Name: read.Name{Full: unscramble(friend.Name)}, Tags: []string{"Facebook"}}
			if reason := c.Unusable(); reason != "" {
				return m.out.Reject(reason)
			}
			return m.out.Contact(c)
		})
	})
}

// party is somebody in a chat.
func (m *metaReader) party(name string) read.Party {
	return read.Party{Name: name, Self: m.me[text.Fold(name)]}
}

// thread reads a file of a chat.
func (m *metaReader) thread(j *read.JSONReader, t *metaThread) error {
	return j.Object(func(name string) error {
		switch name {
		case "title", "threadName":
			var title read.JSONText
			err := j.Decode(&title)
			t.title = unscramble(title)
			return err
		case "thread_path":
			var where read.JSONText
			err := j.Decode(&where)
			t.path = unscramble(where)
			return err
		case "participants":
			return j.Array(func() error {
				var raw json.RawMessage
				if err := j.Decode(&raw); err != nil {
					return err
				}
				var p struct {
					Name read.JSONText `json:"name"`
				}
				var plain read.JSONText
				if !read.Loose(raw, &p) || p.Name == "" {
					read.Loose(raw, &plain)
					p.Name = plain
				}
				if name := unscramble(p.Name); name != "" {
					t.Person(m.party(name))
				}
				return nil
			})
		case "messages":
			return j.Array(func() error { return m.message(j, t) })
		}
		return j.Skip()
	})
}

func (m *metaReader) message(j *read.JSONReader, t *metaThread) error {
	if err := m.ctx.Err(); err != nil {
		return err
	}
	line, offset := j.At()
	m.out.Place(line, offset)
	var one struct {
		Sender read.JSONText `json:"sender_name"`
		Stamp  read.JSONText `json:"timestamp_ms"`
		// As Messenger writes chats that are encrypted from end to end.
		SecretSender read.JSONText `json:"senderName"`
		SecretStamp  read.JSONText `json:"timestamp"`
	}
	if err := j.Decode(&one); err != nil {
		return err
	}
	if one.Stamp == "" {
		one.Stamp = one.SecretStamp
	}
	if one.Sender == "" {
		one.Sender = one.SecretSender
	}
	when, sender := unixTime(one.Stamp.Number()/1000), unscramble(one.Sender)
	switch {
	case when.IsZero():
		return m.out.Reject(read.Because("the time %s cannot be right", read.Quote(one.Stamp.Line())))
	case sender == "":
		m.out.Skip("member who left")
		return nil
	}
	t.Wrote(t.Person(m.party(sender)), when)
	if t.Full() {
		t.Key = metaKey(t.path, m.src.Path)
		return t.Emit(m.out)
	}
	return nil
}

// end emits a chat.
func (m *metaReader) end(t *metaThread) error {
	if len(t.People) > 2 {
		t.Chat.Title = t.title
	}
	return t.Emit(m.out)
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
func unscramble(t read.JSONText) string {
	s := string(t)
	if read.IsASCII(s) {
		return read.CleanText(s, read.MaxText)
	}
	b := make([]byte, 0, len(s))
	for _, r := range s {
		if r > 0xff {
			return read.CleanText(s, read.MaxText)
		}
		b = append(b, byte(r))
	}
	if !utf8.Valid(b) {
		return read.CleanText(s, read.MaxText)
	}
	return read.CleanText(string(b), read.MaxText)
}

// What the fields of one's own profile are called.
var (
	profileNames  = read.WordSet("profile.name")
	profileLogins = read.WordSet("profile.login")
	profileMails  = read.WordSet("profile.mail")
)
