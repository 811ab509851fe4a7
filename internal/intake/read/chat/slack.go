package chat

import (
	"cmp"
	"context"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"gave.network/internal/intake/read"
)

// Slack reads the export of a workspace as a whole. Direct messages, of two or of a few, are contact between all who
// are in them. In a channel only an answer in a thread and a mention are contact between two people; that somebody
// wrote there at all is kept as well. All messages of one writer to the same people on one day of the export are one
// interaction (see chat.go). Of each only who and when is taken. People who never wrote and were never addressed are
// left out, and so are robots.
var Slack = read.Format{
	Name:       "slack",
	Title:      "Slack export",
	How:        "Ask the owner of the workspace for an export of its data.",
	DetectTree: detectSlack,
	ReadTree:   readSlack,
}

var slackDay = regexp.MustCompile(`^(\d{4})-(\d{2})-(\d{2})\.json$`)

// slackRoot finds the folder of the users' list, "." for the top.
func slackRoot(names []string) (root string, ok bool) {
	for _, name := range names {
		if base := path.Base(name); base == "users.json" || base == "org_users.json" {
			if dir := path.Dir(name); !ok || len(dir) < len(root) {
				root, ok = dir, true
			}
		}
	}
	return root, ok
}

func detectSlack(names []string, peek func(name string) []byte) int {
	root, ok := slackRoot(names)
	if !ok {
		return 0
	}
	days := 0
	for _, name := range names {
		switch strings.ToLower(path.Ext(name)) {
		case ".json", ".txt", ".html", ".png", ".jpg", ".jpeg", ".gif", ".pdf":
		default:
			return 0
		}
		if path.Dir(path.Dir(name)) == root && slackDay.MatchString(path.Base(name)) {
			days++
		}
	}
	if days == 0 {
		return 0
	}
	for _, list := range []string{"users.json", "org_users.json"} {
		if read.DetectJSON(peek(path.Join(root, list)), 1, "id") > 0 {
			return 96
		}
	}
	return 0
}

// slackPerson is somebody of the workspace.
type slackPerson struct {
	party   read.Party
	contact read.Contact
	robot   bool
	emitted bool
}

// slackRoom is a channel or a direct message.
type slackRoom struct {
	id      string
	name    string
	members []string
	direct  bool // everybody in it is spoken to
	parents map[string]string
}

const (
	// maxSlackPeople bounds the memory for the users of a workspace.
	maxSlackPeople = 1_000_000
	// maxSlackThreads bounds the memory for the writers of threads in one channel.
	maxSlackThreads = 200_000
)

type slackReader struct {
	tree   read.Tree
	src    *read.Source
	out    *read.Emitter
	people map[string]*slackPerson
	rooms  map[string]*slackRoom // by folder
	team   string
}

func readSlack(ctx context.Context, tree read.Tree, src *read.Source, sink read.Sink) error {
	s := &slackReader{
		tree: tree, src: src, out: &read.Emitter{Source: src, Sink: sink}, people: map[string]*slackPerson{},
		rooms: map[string]*slackRoom{},
	}
	root, _ := slackRoot(tree.Names())
	for _, list := range []string{"users.json", "org_users.json"} {
		if err := s.list(ctx, path.Join(root, list), s.user); err != nil {
			return err
		}
	}
	for _, list := range []string{"channels.json", "groups.json", "mpims.json", "dms.json"} {
		if err := s.list(ctx, path.Join(root, list),
			func(j *read.JSONReader) error { return s.room(j, list) }); err != nil {
			return err
		}
	}
	// Days in their order, channel after channel, so that threads are met from their beginning.
	var days []string
	for _, name := range tree.Names() {
		if path.Dir(path.Dir(name)) == root && slackDay.MatchString(path.Base(name)) {
			days = append(days, name)
		}
	}
	slices.SortStableFunc(days, func(a, b string) int { return cmp.Compare(a, b) })
	var room *slackRoom
	last := ""
	for i, name := range days {
		if folder := path.Base(path.Dir(name)); folder != last {
			if room != nil {
				room.parents = nil
			}
			last = folder
			if room = s.rooms[folder]; room == nil {
				room = &slackRoom{id: folder, name: folder}
			}
			room.parents = map[string]string{}
		}
		// Days that were stored before are read again for their threads.
		s.out.Silent = int64(i) < src.Resume
		s.out.Step = int64(i)
		if err := s.day(ctx, name, room); err != nil {
			return err
		}
	}
	return nil
}

// list calls each before every value of the list in a file. A file that is not there is an empty list.
func (s *slackReader) list(ctx context.Context, name string, each func(j *read.JSONReader) error) error {
	if !slices.Contains(s.tree.Names(), name) {
		return nil
	}
	return s.file(ctx, name, each)
}

// file calls each before every value of the list in a file. A file that is damaged is reported, and what comes before
// the damage is used.
func (s *slackReader) file(ctx context.Context, name string, each func(j *read.JSONReader) error) error {
	s.out.File = name
	s.out.At = read.At{File: name, Line: 1, Next: s.out.Step}
	stream, _, err := s.tree.Open(name)
	if err != nil {
		return s.out.Reject(read.BecauseOf(err))
	}
	defer stream.Close()
	j := read.NewJSONReader(stream)
	err = j.Array(func() error {
		if err := ctx.Err(); err != nil {
			return err
		}
		line, offset := j.At()
		s.out.Place(line, offset)
		return each(j)
	})
	if err == nil || ctx.Err() != nil || s.out.Failed != nil {
		return err
	}
	return s.out.Reject(read.BecauseOf(j.Damage(err, name)))
}

func (s *slackReader) user(j *read.JSONReader) error {
	var u struct {
		ID      read.JSONText `json:"id"`
		Team    read.JSONText `json:"team_id"`
		Name    read.JSONText `json:"name"`
		Real    read.JSONText `json:"real_name"`
		Bot     read.JSONText `json:"is_bot"`
		Profile struct {
			Real    read.JSONText `json:"real_name"`
			Display read.JSONText `json:"display_name"`
			Email   read.JSONText `json:"email"`
			Phone   read.JSONText `json:"phone"`
			Title   read.JSONText `json:"title"`
		} `json:"profile"`
	}
	if err := j.Decode(&u); err != nil {
		return err
	}
	id := u.ID.Line()
	if id == "" || len(s.people) >= maxSlackPeople {
		return nil
	}
	read.Fill(&s.team, u.Team.Line())
	name := ""
	for _, one := range []read.JSONText{u.Profile.Real, u.Real, u.Profile.Display, u.Name} {
		read.Fill(&name, one.Line())
	}
	address := read.CleanAddress(string(u.Profile.Email))
	handle := "slack:" + strings.ToLower(s.team+"/"+id)
	p := &slackPerson{
		party: read.Party{Name: name, Address: address, Handle: handle},
		robot: read.IsYes(string(u.Bot)) || id == "USLACKBOT",
	}
	p.contact = read.Contact{
		Name: read.Name{Full: name}, Handle: handle, Addresses: read.AppendNew(nil, address),
		Phones: read.AppendNew(nil, u.Profile.Phone.Line()),
	}
	if nick := u.Profile.Display.Line(); nick != name {
		p.contact.AlsoNamed(nick)
	}
	if title := u.Profile.Title.Line(); title != "" {
		p.contact.Organisations = []read.Position{{Title: title}}
	}
	s.people[id] = p
	return nil
}

func (s *slackReader) room(j *read.JSONReader, list string) error {
	var c struct {
		ID      read.JSONText `json:"id"`
		Name    read.JSONText `json:"name"`
		Members read.JSONList `json:"members"`
	}
	if err := j.Decode(&c); err != nil {
		return err
	}
	r := &slackRoom{id: c.ID.Line(), name: c.Name.Line(), direct: list == "dms.json" || list == "mpims.json"}
	for _, raw := range c.Members {
		var member read.JSONText
		if read.Loose(raw, &member) && len(r.members) < read.MaxChatPeople {
			r.members = append(r.members, member.Line())
		}
	}
	// A small private channel is a conversation.
	if list == "groups.json" && len(r.members) > 0 && len(r.members) <= read.SmallChat {
		r.direct = true
	}
	folder := r.name
	if list == "dms.json" || folder == "" {
		folder = r.id
	}
	if folder != "" && len(s.rooms) < maxSlackPeople {
		s.rooms[folder] = r
	}
	return nil
}

// slackMessage is what is looked at of a message. The text is looked through for mentions and not kept.
type slackMessage struct {
	Type    read.JSONText `json:"type"`
	Subtype read.JSONText `json:"subtype"`
	User    read.JSONText `json:"user"`
	Bot     read.JSONText `json:"bot_id"`
	Text    read.JSONText `json:"text"`
	Stamp   read.JSONText `json:"ts"`
	Thread  read.JSONText `json:"thread_ts"`
	Parent  read.JSONText `json:"parent_user_id"`
	// Profile is that of the writer, and the only one of somebody of another workspace.
	Profile struct {
		Real    read.JSONText `json:"real_name"`
		Display read.JSONText `json:"display_name"`
		Name    read.JSONText `json:"name"`
	} `json:"user_profile"`
}

// slackSubtypes are the kinds of messages that people write.
var slackSubtypes = read.WordList("me_message file_share file_comment thread_broadcast reply_broadcast")

var slackMention = regexp.MustCompile(`<@([A-Z0-9]{2,20})(?:\|[^>]*)?>`)

// slackPair is one writer and who is addressed, "" for the room.
type slackPair struct{ from, to string }

// slackGroup is what one wrote to another on one day.
type slackGroup struct {
	first time.Time
	count int
}

func (s *slackReader) day(ctx context.Context, name string, room *slackRoom) error {
	base := path.Base(name)
	date, _ := strconv.Atoi(strings.ReplaceAll(strings.TrimSuffix(base, ".json"), "-", ""))
	talk := read.NewChat("slack", s.team+"/"+room.id)
	talk.Day = int32(date)
	if room.direct {
		for _, member := range room.members {
			if p := s.people[member]; p != nil && !p.robot {
				talk.Person(p.party)
			}
		}
	}
	groups := map[slackPair]*slackGroup{}
	var order []slackPair
	err := s.file(ctx, name, func(j *read.JSONReader) error {
		var m slackMessage
		if err := j.Decode(&m); err != nil {
			return err
		}
		from := m.User.Line()
		if m.Thread != "" && m.Thread == m.Stamp && len(room.parents) < maxSlackThreads {
			room.parents[m.Thread.Line()] = from
		}
		writer := s.people[from]
		switch {
		case m.Bot != "" || m.Subtype == "bot_message" || writer != nil && writer.robot:
			s.out.Skip("robot")
			return nil
		case m.Type != "message" && m.Type != "" || m.Subtype != "" && !slackSubtypes[m.Subtype.Line()]:
			s.out.Skip("message of the program")
			return nil
		}
		seconds, _, _ := strings.Cut(m.Stamp.Line(), ".")
		when := unixTime(read.JSONText(seconds).Number())
		if when.IsZero() || from == "" {
			return s.out.Reject("the message has no time or no writer")
		}
		if writer == nil {
			// Somebody of another workspace, in a shared channel.
			if len(s.people) >= maxSlackPeople {
				return nil
			}
			writer = &slackPerson{party: read.Party{Handle: "slack:" + strings.ToLower(s.team+"/"+from)}, emitted: true}
			s.people[from] = writer
		}
		if writer.emitted && writer.party.Name == "" {
			for _, name := range []read.JSONText{m.Profile.Real, m.Profile.Display, m.Profile.Name} {
				read.Fill(&writer.party.Name, name.Line())
			}
		}
		if room.direct {
			talk.Wrote(talk.Person(writer.party), when)
			return nil
		}
		addressed := s.addressed(room, &m, from)
		if len(addressed) == 0 {
			addressed = []string{""}
		}
		for _, to := range addressed {
			pair := slackPair{from, to}
			g, ok := groups[pair]
			if !ok {
				if len(groups) >= read.MaxChatGroups {
					return nil
				}
				g = &slackGroup{first: when}
				groups[pair] = g
				order = append(order, pair)
			}
			g.count++
			if when.Before(g.first) {
				g.first = when
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	s.out.At = read.At{File: name, Line: 1, Next: s.out.Step}
	for _, i := range talk.Interactions() {
		if err := s.emit(i); err != nil {
			return err
		}
	}
	for _, pair := range order {
		g := groups[pair]
		i := read.Interaction{
			Medium: read.List, Time: g.first, Title: "#" + room.name, Source: "slack", Count: g.count,
			External: read.StableID("channel", s.team, room.id, strconv.Itoa(date), pair.from, pair.to),
		}
		from := s.people[pair.from].party
		from.Role = read.From
		i.Parties = append(i.Parties, from)
		if pair.to != "" {
			to := s.people[pair.to].party
			to.Role = read.To
			i.Parties = append(i.Parties, to)
		}
		if err := s.emit(i); err != nil {
			return err
		}
	}
	return nil
}

// addressed returns to whom a message in a channel is: the writer of the thread that it answers, and who is mentioned.
func (s *slackReader) addressed(room *slackRoom, m *slackMessage, from string) []string {
	var out []string
	add := func(id string) {
		p := s.people[id]
		if p != nil && !p.robot && id != from && !slices.Contains(out, id) && len(out) < read.SmallChat {
			out = append(out, id)
		}
	}
	if m.Thread != "" && m.Thread != m.Stamp {
		parent := m.Parent.Line()
		read.Fill(&parent, room.parents[m.Thread.Line()])
		add(parent)
	}
	for _, mention := range slackMention.FindAllStringSubmatch(string(m.Text), 50) {
		add(mention[1])
	}
	return out
}

// emit emits an interaction, before it the people in it who have not been emitted.
func (s *slackReader) emit(i read.Interaction) error {
	for _, p := range i.Parties {
		_, id, _ := strings.Cut(p.Handle, "/")
		if person := s.people[strings.ToUpper(id)]; person != nil && !person.emitted {
			person.emitted = true
			if err := s.out.Contact(person.contact); err != nil {
				return err
			}
		}
	}
	return s.out.Interaction(i)
}
