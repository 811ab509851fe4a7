package world

import (
	"archive/zip"
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"gave.network/lab/world/cast"
	"gave.network/lab/world/random"
)

type slackProfile struct {
	RealName    string `json:"real_name"`
	DisplayName string `json:"display_name"`
	Email       string `json:"email,omitempty"`
	Title       string `json:"title,omitempty"`
}

type slackUser struct {
	ID       string       `json:"id"`
	TeamID   string       `json:"team_id"`
	Name     string       `json:"name"`
	Deleted  bool         `json:"deleted"`
	RealName string       `json:"real_name"`
	IsBot    bool         `json:"is_bot"`
	TZ       string       `json:"tz,omitempty"`
	Profile  slackProfile `json:"profile"`
}

type slackChannel struct {
	ID      string   `json:"id"`
	Name    string   `json:"name"`
	Created int64    `json:"created"`
	Creator string   `json:"creator"`
	Members []string `json:"members"`
}

type slackMessage struct {
	Type     string          `json:"type"`
	Subtype  string          `json:"subtype,omitempty"`
	User     string          `json:"user,omitempty"`
	BotID    string          `json:"bot_id,omitempty"`
	Text     string          `json:"text"`
	TS       string          `json:"ts"`
	ThreadTS string          `json:"thread_ts,omitempty"`
	React    []slackReaction `json:"reactions,omitempty"`
}

type slackReaction struct {
	Name  string   `json:"name"`
	Users []string `json:"users"`
	Count int      `json:"count"`
}

func (w *world) slackID(id int) string {
	return fmt.Sprintf("U%09X", random.Hash(w.seed, "slack", id)>>28)
}

// onSlack returns who of the association is in its workspace.
func (w *world) onSlack() []int {
	out := []int{0}
	for _, id := range w.groups[2].members {
		if random.Hash(w.seed, "on slack", id)%100 < 65 {
			out = append(out, id)
		}
	}
	return out
}

// writeSlack writes the export of the association's workspace: public channels only, as every plan gives them.
func (w *world) writeSlack(ctx context.Context) error {
	members := w.onSlack()
	if len(members) < 4 {
		return nil
	}
	const name = "slack-vrij-contact.zip"
	return w.file(name, func(out *bufio.Writer) error {
		a := &archive{zip.NewWriter(out), w.end}
		if err := a.json("users.json", w.slackUsers(members)); err != nil {
			return err
		}
		var channels []slackChannel
		for i, channel := range []string{"algemeen", "vacatures", "tekst-en-toon", "borrels"} {
			c := slackChannel{
				fmt.Sprintf(
					"C%09X",
					random.Hash(w.seed, "channel", i)>>28,
				),
				channel,
				w.start,
				w.slackID(members[1]),
				nil,
			}
			for _, id := range members {
				if i == 0 || random.Hash(w.seed, "in channel", i, id)%3 > 0 {
					c.Members = append(c.Members, w.slackID(id))
				}
			}
			channels = append(channels, c)
		}
		if err := a.json("channels.json", channels); err != nil {
			return err
		}
		for i, c := range channels {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if err := w.slackDays(a, name, i, c.Name, members); err != nil {
				return err
			}
		}
		return a.zip.Close()
	})
}

func (a *archive) json(name string, value any) error {
	out, err := a.create(name)
	if err != nil {
		return err
	}
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "    ")
	return encoder.Encode(value)
}

func (w *world) slackUsers(members []int) []slackUser {
	var out []slackUser
	for _, id := range members {
		p := &w.people[id]
		r := random.Stream(w.seed, "slack user", id)
		name := p.Write(cast.Usual)
		if r.Chance(0.3) {
			name = p.Write(p.messy)
		}
		address := p.private
		if j := p.current(); j != nil && r.Chance(0.6) {
			address = j.address
		}
		title := ""
		if j := p.current(); j != nil {
			title = capital(j.title)
		}
		out = append(out, slackUser{
			w.slackID(id), "T0VRIJCONT", strings.ReplaceAll(cast.Slug(p.Given, '.'), ".", "") +
				fmt.Sprint(id%10), false, name, false, "Europe/Amsterdam", slackProfile{name, p.Given, address, title},
		})
		w.saw(id, Identity{Source: "slack", Name: name, Address: address})
	}
	return append(out, slackUser{
		ID: "U0HERINNER", TeamID: "T0VRIJCONT", Name: "herinneraar", RealName: "Herinneraar", IsBot: true,
		Profile: slackProfile{RealName: "Herinneraar"},
	})
}

// slackDays writes the messages of one channel, a file a day. Who is silent towards the owner does not answer the owner
// here either.
func (w *world) slackDays(a *archive, zipName string, channel int, name string, members []int) error {
	r := random.Stream(w.seed, "slack channel", channel)
	writing := make([]float64, len(members))
	for i, id := range members {
		writing[i] = w.people[id].activity
	}
	type item struct {
		at int64
		m  slackMessage
	}
	var items []item
	ts := func(at int64) string {
		return fmt.Sprintf("%d.%06d", at, random.Hash(w.seed, "ts", int(at), channel)%1000000)
	}
	for at := float64(w.start) +
		r.ExpFloat64()*5*day; at < float64(w.until); at += r.ExpFloat64() * day * max(1, 120/float64(len(members))) {
		when := w.workTime(r, int64(at))
		author := members[r.Weighted(writing)]
		topic := r.IntN(len(topics))
		if s := w.people[author].skills; len(s) > 0 && r.Chance(0.5) {
			topic = random.Pick(r, s).topic
		}
		first := slackMessage{
			Type: "message",
			User: w.slackID(author),
			Text: fill(r, random.Pick(r, dutch.talk), topic, false),
			TS:   ts(when),
		}
		if r.Chance(0.03) {
			first.Subtype, first.Text = "channel_join", "<@"+first.User+"> has joined the channel"
			items = append(items, item{when, first})
			continue
		}
		if r.Chance(0.2) {
			fan := members[r.IntN(len(members))]
			first.React = []slackReaction{{"thumbsup", []string{w.slackID(fan)}, 1}}
		}
		replies := r.Weighted([]float64{6, 2, 1, 0.5})
		if replies > 0 {
			first.ThreadTS = first.TS
		}
		items = append(items, item{when, first})
		for range replies {
			when = w.later(r, when, 2, false)
			by := members[r.Weighted(writing)]
			other := max(author, by)
			if when >= w.until || by == author || (author == 0 || by == 0) && !w.people[other].tie.open(when) {
				break
			}
			items = append(items, item{
				when,
				slackMessage{
					Type:     "message",
					User:     w.slackID(by),
					Text:     fill(r, random.Pick(r, dutch.reply), topic, false),
					TS:       ts(when),
					ThreadTS: first.TS,
				},
			})
			if author == 0 || by == 0 {
				w.met(other, when, true)
			}
		}
	}
	slices.SortStableFunc(items, func(x, y item) int { return cmp.Compare(x.at, y.at) })
	for len(items) > 0 {
		on := time.Unix(items[0].at, 0).UTC().Format(time.DateOnly)
		var list []slackMessage
		for len(items) > 0 && time.Unix(items[0].at, 0).UTC().Format(time.DateOnly) == on {
			list = append(list, items[0].m)
			items = items[1:]
		}
		w.truth.Counts[zipName] += len(list)
		if err := a.json(name+"/"+on+".json", list); err != nil {
			return err
		}
	}
	return nil
}
