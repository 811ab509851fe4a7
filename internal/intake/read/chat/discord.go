package chat

import (
	"context"
	"path"
	"slices"
	"strings"
	"time"

	"gave.network/internal/intake/read"
	"gave.network/internal/intake/read/table"
	"gave.network/internal/text"
)

// Discord reads the JSON that DiscordChatExporter makes of one chat or channel, and the data package that Discord
// itself gives, in which only one's own messages stand.
var Discord = read.Format{
	Name:  "discord",
	Title: "Discord chat (JSON)",
	How:   "Export the chat with DiscordChatExporter, in the format JSON.",
	Detect: func(head []byte, _ string) int {
		return read.DetectJSON(head, 90, "guild", "channel", "messages")
	},
	FromStart:  true,
	Read:       readDiscord,
	DetectTree: detectDiscordPackage,
	ReadTree:   readDiscordPackage,
}

// discordChannel is what an export says of a chat.
type discordChannel struct {
	ID   read.JSONText `json:"id"`
	Type read.JSONText `json:"type"`
	Name read.JSONText `json:"name"`
	// Of the data package only.
	Recipients []read.JSONText `json:"recipients"`
	Guild      struct {
		Name read.JSONText `json:"name"`
	} `json:"guild"`
}

// direct says that everybody in the chat is spoken to.
func (c *discordChannel) direct() bool {
	return strings.HasPrefix(string(c.Type), "Direct") || c.Type == "DM" || c.Type == "GROUP_DM" ||
		c.Type == "1" || c.Type == "3"
}

// discordKinds are the messages that people write; the others tell of joins, pins and calls.
var discordKinds = read.WordList("default reply 0 19 threadstartermessage")

func readDiscord(ctx context.Context, src *read.Source, sink read.Sink) error {
	j, out := read.NewJSONReader(src.Reader), &read.Emitter{Source: src, Sink: sink}
	c := read.NewChat("discord", "")
	c.UTC = true
	src.Remark = remarkDiscord
	var channel discordChannel
	err := j.Object(func(name string) error {
		switch name {
		case "channel":
			return j.Decode(&channel)
		case "messages":
			return j.Array(func() error {
				if err := ctx.Err(); err != nil {
					return err
				}
				line, offset := j.At()
				out.Place(line, offset)
				var m struct {
					Type   read.JSONText `json:"type"`
					Time   read.JSONText `json:"timestamp"`
					Author struct {
						ID   read.JSONText `json:"id"`
						Name read.JSONText `json:"name"`
						Nick read.JSONText `json:"nickname"`
						Bot  read.JSONText `json:"isBot"`
					} `json:"author"`
				}
				if err := j.Decode(&m); err != nil {
					return err
				}
				switch {
				case m.Author.Bot == "true":
					out.Skip("robot")
					return nil
				case m.Type != "" && !discordKinds[strings.ToLower(m.Type.Line())]:
					out.Skip("message of the program")
					return nil
				}
				when, ok := read.ParseStamp(m.Time.Line(), time.UTC, false)
				if !ok {
					return out.Reject(read.Because("the date %s cannot be read", read.Quote(m.Time.Line())))
				}
				p := read.Party{Name: m.Author.Nick.Line()}
				read.Fill(&p.Name, m.Author.Name.Line())
				if m.Author.ID != "" {
					p.Handle = "discord:" + strings.ToLower(m.Author.ID.Line())
				}
				c.Wrote(c.Person(p), when)
				if c.Full() {
					return finishDiscord(c, &channel, out)
				}
				return nil
			})
		}
		return j.Skip()
	})
	if len(c.Groups) > 0 {
		if failed := finishDiscord(c, &channel, out); failed != nil {
			return failed
		}
	}
	return j.Damage(err, src.Path)
}

// remarkDiscord is said of every chat of Discord.
const remarkDiscord = "Discord does not say whose export it is: of a chat of two, the one whom it is not named after " +
	"is taken to be you."

// finishDiscord emits a chat. A chat of two is named after the other one.
func finishDiscord(c *read.Chat, channel *discordChannel, out *read.Emitter) error {
	c.Key, c.Large = channel.ID.Line(), !channel.direct()
	name := channel.Name.Line()
	if !channel.direct() || len(c.People) > 2 {
		c.Title = name
		return c.Emit(out)
	}
	named := slices.IndexFunc(c.People, func(p read.Party) bool { return text.Fold(p.Name) == text.Fold(name) })
	switch {
	case len(c.People) == 2 && named >= 0:
		c.People[1-named].Self = true
	case len(c.People) == 1 && named == 0:
		c.Person(read.Party{Self: true})
	case len(c.People) == 1 && name != "":
		c.People[0].Self = true
		c.Person(read.Party{Name: name})
	}
	return c.Emit(out)
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
		if folder, ok := discordPackageFile(name); ok &&
			read.DetectJSON(peek(folder+"/channel.json"), 1, "id", "type") > 0 {
			return 96
		}
	}
	return 0
}

// readDiscordPackage reads the data package: to whom one wrote in direct messages, and when. What was written to
// servers is to nobody in particular, and is counted as left out.
func readDiscordPackage(ctx context.Context, tree read.Tree, src *read.Source, sink read.Sink) error {
	out := &read.Emitter{Source: src, Sink: sink}
	titles := map[string]string{}
	for _, name := range tree.Names() {
		if path.Base(name) == "index.json" {
			err := treeJSON(ctx, tree, name, out, func(j *read.JSONReader) error {
				return j.Object(func(key string) error {
					var title read.JSONText
					err := j.Decode(&title)
					titles[key] = title.Line()
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
		out.Step, out.Silent = int64(i), int64(i) < src.Resume
		var channel discordChannel
		if err := treeJSON(ctx, tree, folder+"/channel.json",
			out, func(j *read.JSONReader) error { return j.Decode(&channel) }); err != nil {
			return err
		}
		c := read.NewChat("discord", channel.ID.Line())
		c.UTC = true
		me := c.Person(read.Party{Self: true})
		if other, ok := strings.CutPrefix(titles[channel.ID.Line()], "Direct Message with "); ok {
			other, _, _ = strings.Cut(other, "#")
			c.Person(read.Party{Name: other})
		}
		wrote := func(stamp string) error {
			when, ok := read.ParseStamp(stamp, time.UTC, false)
			switch {
			case !ok:
				return out.Reject(read.Because("the date %s cannot be read", read.Quote(stamp)))
			case !channel.direct() || len(c.People) < 2:
				out.Skip("written to a server")
				return nil
			}
			c.Wrote(me, when)
			return nil
		}
		if err := readOwnDiscord(ctx, tree, name, out, wrote); err != nil {
			return err
		}
		if err := c.Emit(out); err != nil {
			return err
		}
	}
	return nil
}

// readOwnDiscord calls wrote with the time of each message of a file of the package.
func readOwnDiscord(
	ctx context.Context, tree read.Tree, name string, out *read.Emitter, wrote func(stamp string) error,
) error {
	if strings.HasSuffix(name, ".json") {
		return treeJSON(ctx, tree, name, out, func(j *read.JSONReader) error {
			return j.Array(func() error {
				var m struct {
					Time read.JSONText `json:"Timestamp"`
				}
				if err := j.Decode(&m); err != nil {
					return err
				}
				return wrote(m.Time.Line())
			})
		})
	}
	stream, size, err := tree.Open(name)
	if err != nil {
		return out.Reject(read.BecauseOf(err))
	}
	defer stream.Close()
	out.File = name
	sheet := table.Open(stream, size, func(keys []string) bool { return table.HasKeys(keys, "id", "timestamp") })
	if sheet == nil {
		return out.Reject("it holds no table")
	}
	return sheet.EachRow(ctx, out, func(row *table.Row) error { return wrote(sheet.Get(row, "timestamp")) })
}

// treeJSON reads one file of a tree. What is wrong with it is rejected; what comes before the damage is used.
func treeJSON(
	ctx context.Context, tree read.Tree, name string, out *read.Emitter, parse func(j *read.JSONReader) error,
) error {
	out.File = name
	out.At = read.At{File: name, Line: 1, Next: out.Step}
	stream, _, err := tree.Open(name)
	if err != nil {
		return out.Reject(read.BecauseOf(err))
	}
	defer stream.Close()
	j := read.NewJSONReader(stream)
	if err = parse(j); err == nil || ctx.Err() != nil || out.Failed != nil {
		return err
	}
	if reason := j.Wrong(err); reason != "" {
		return out.Reject(read.Because("it is damaged: %s", reason))
	}
	return err
}
