package intake

import (
	"context"
	"path"
	"slices"
	"strings"
	"time"

	"gave.network/internal/text"
)

// Discord reads the JSON that DiscordChatExporter makes of one chat or channel, and the data package that Discord
// itself gives, in which only one's own messages stand.
var Discord = Format{
	Name:  "discord",
	Title: "Discord chat (JSON)",
	Detect: func(head []byte, _ string) int {
		return detectJSON(head, 90, "guild", "channel", "messages")
	},
	FromStart:  true,
	Read:       readDiscord,
	DetectTree: detectDiscordPackage,
	ReadTree:   readDiscordPackage,
}

// discordChannel is what an export says of a chat.
type discordChannel struct {
	ID   jsonText `json:"id"`
	Type jsonText `json:"type"`
	Name jsonText `json:"name"`
	// Of the data package only.
	Recipients []jsonText `json:"recipients"`
	Guild      struct {
		Name jsonText `json:"name"`
	} `json:"guild"`
}

// direct says that everybody in the chat is spoken to.
func (c *discordChannel) direct() bool {
	return strings.HasPrefix(string(c.Type), "Direct") || c.Type == "DM" || c.Type == "GROUP_DM" ||
		c.Type == "1" || c.Type == "3"
}

// discordKinds are the messages that people write; the others tell of joins, pins and calls.
var discordKinds = wordList("default reply 0 19 threadstartermessage")

func readDiscord(ctx context.Context, src *Source, sink Sink) error {
	j, out := newJSONReader(src.Reader), &rowSink{src: src, sink: sink}
	c := newChat("discord", "")
	c.utc = true
	src.Remark = remarkDiscord
	var channel discordChannel
	err := j.object(func(name string) error {
		switch name {
		case "channel":
			return j.decode(&channel)
		case "messages":
			return j.array(func() error {
				if err := ctx.Err(); err != nil {
					return err
				}
				line, offset := j.at()
				out.place(line, offset)
				var m struct {
					Type   jsonText `json:"type"`
					Time   jsonText `json:"timestamp"`
					Author struct {
						ID   jsonText `json:"id"`
						Name jsonText `json:"name"`
						Nick jsonText `json:"nickname"`
						Bot  jsonText `json:"isBot"`
					} `json:"author"`
				}
				if err := j.decode(&m); err != nil {
					return err
				}
				switch {
				case m.Author.Bot == "true":
					out.skip("robot")
					return nil
				case m.Type != "" && !discordKinds[strings.ToLower(m.Type.line())]:
					out.skip("message of the program")
					return nil
				}
				when, ok := parseStamp(m.Time.line(), time.UTC, false)
				if !ok {
					return out.reject(because("the date %s cannot be read", quote(m.Time.line())))
				}
				p := Party{Name: m.Author.Nick.line()}
				fill(&p.Name, m.Author.Name.line())
				if m.Author.ID != "" {
					p.Handle = "discord:" + strings.ToLower(m.Author.ID.line())
				}
				c.wrote(c.person(p), when)
				if c.full() {
					return finishDiscord(c, &channel, out)
				}
				return nil
			})
		}
		return j.skip()
	})
	if len(c.groups) > 0 {
		if failed := finishDiscord(c, &channel, out); failed != nil {
			return failed
		}
	}
	return j.damage(err, src.Path)
}

// remarkDiscord is said of every chat of Discord.
const remarkDiscord = "Discord does not say whose export it is: of a chat of two, the one whom it is not named after " +
	"is taken to be you."

// finishDiscord emits a chat. A chat of two is named after the other one.
func finishDiscord(c *chat, channel *discordChannel, out *rowSink) error {
	c.key, c.large = channel.ID.line(), !channel.direct()
	name := channel.Name.line()
	if !channel.direct() || len(c.people) > 2 {
		c.title = name
		return c.emit(out)
	}
	named := slices.IndexFunc(c.people, func(p Party) bool { return text.Fold(p.Name) == text.Fold(name) })
	switch {
	case len(c.people) == 2 && named >= 0:
		c.people[1-named].Self = true
	case len(c.people) == 1 && named == 0:
		c.person(Party{Self: true})
	case len(c.people) == 1 && name != "":
		c.people[0].Self = true
		c.person(Party{Name: name})
	}
	return c.emit(out)
}

// discordPackageFiles are the folder of messages in the package, whatever its language, and the file of a chat in it.
func discordPackageFile(name string) (folder string, ok bool) {
	base := path.Base(name)
	folder = path.Dir(name)
	id := strings.TrimPrefix(path.Base(folder), "c")
	return folder, (base == "messages.json" || base == "messages.csv") && len(id) >= 15 &&
		strings.Trim(id, "0123456789") == ""
}

func detectDiscordPackage(names []string, peek func(name string) []byte) int {
	for _, name := range names {
		if folder, ok := discordPackageFile(name); ok && detectJSON(peek(folder+"/channel.json"), 1, "id", "type") > 0 {
			return 96
		}
	}
	return 0
}

// readDiscordPackage reads the data package: to whom one wrote in direct messages, and when. What was written to
// servers is to nobody in particular, and is counted as left out.
func readDiscordPackage(ctx context.Context, tree Tree, src *Source, sink Sink) error {
	out := &rowSink{src: src, sink: sink}
	titles := map[string]string{}
	for _, name := range tree.Names() {
		if path.Base(name) == "index.json" {
			err := treeJSON(ctx, tree, name, out, func(j *jsonReader) error {
				return j.object(func(key string) error {
					var title jsonText
					err := j.decode(&title)
					titles[key] = title.line()
					return err
				})
			})
			if err != nil {
				return err
			}
		}
	}
	for i, name := range tree.Names() {
		folder, ok := discordPackageFile(name)
		if !ok {
			continue
		}
		out.step, out.silent = int64(i), int64(i) < src.Resume
		var channel discordChannel
		if err := treeJSON(ctx, tree, folder+"/channel.json",
			out, func(j *jsonReader) error { return j.decode(&channel) }); err != nil {
			return err
		}
		c := newChat("discord", channel.ID.line())
		c.utc = true
		me := c.person(Party{Self: true})
		if other, ok := strings.CutPrefix(titles[channel.ID.line()], "Direct Message with "); ok {
			other, _, _ = strings.Cut(other, "#")
			c.person(Party{Name: other})
		}
		wrote := func(stamp string) error {
			when, ok := parseStamp(stamp, time.UTC, false)
			switch {
			case !ok:
				return out.reject(because("the date %s cannot be read", quote(stamp)))
			case !channel.direct() || len(c.people) < 2:
				out.skip("written to a server")
				return nil
			}
			c.wrote(me, when)
			return nil
		}
		if err := readOwnDiscord(ctx, tree, name, out, wrote); err != nil {
			return err
		}
		if err := c.emit(out); err != nil {
			return err
		}
	}
	return nil
}

// readOwnDiscord calls wrote with the time of each message of a file of the package.
func readOwnDiscord(ctx context.Context, tree Tree, name string, out *rowSink, wrote func(stamp string) error) error {
	if strings.HasSuffix(name, ".json") {
		return treeJSON(ctx, tree, name, out, func(j *jsonReader) error {
			return j.array(func() error {
				var m struct {
					Time jsonText `json:"Timestamp"`
				}
				if err := j.decode(&m); err != nil {
					return err
				}
				return wrote(m.Time.line())
			})
		})
	}
	stream, size, err := tree.Open(name)
	if err != nil {
		return out.reject(becauseOf(err))
	}
	defer stream.Close()
	out.file = name
	table := openTable(stream, size, func(keys []string) bool { return hasKeys(keys, "id", "timestamp") })
	if table == nil {
		return out.reject("it holds no table")
	}
	return table.eachRow(ctx, out, func(row *csvRow) error { return wrote(table.get(row, "timestamp")) })
}

// treeJSON reads one file of a tree. What is wrong with it is rejected; what comes before the damage is used.
func treeJSON(ctx context.Context, tree Tree, name string, out *rowSink, read func(j *jsonReader) error) error {
	out.file = name
	out.at = At{File: name, Line: 1, Next: out.step}
	stream, _, err := tree.Open(name)
	if err != nil {
		return out.reject(becauseOf(err))
	}
	defer stream.Close()
	j := newJSONReader(stream)
	if err = read(j); err == nil || ctx.Err() != nil || out.failed != nil {
		return err
	}
	if reason := j.wrong(err); reason != "" {
		return out.reject(because("it is damaged: %s", reason))
	}
	return err
}
