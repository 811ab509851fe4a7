package world

import (
	"bufio"
	"context"
	"fmt"
	"time"

	"gave.network/lab/world/cast"
	"gave.network/lab/world/random"
)

// writeChats writes each chat of the phone as its own text file.
func (w *world) writeChats(ctx context.Context) error {
	for i := range w.chats {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		c := &w.chats[i]
		if len(c.lines) == 0 {
			continue
		}
		name := "whatsapp/WhatsApp-chat met " + c.name + ".txt"
		if !c.android {
			name = fmt.Sprintf("whatsapp/_chat-%02d.txt", i+1)
		}
		if err := w.file(name, func(out *bufio.Writer) error { return w.writeChat(out, i, name) }); err != nil {
			return err
		}
	}
	return nil
}

func (w *world) writeChat(out *bufio.Writer, n int, name string) error {
	c := &w.chats[n]
	format := "[02/01/2006, 15:04:05] "
	sep := ""
	if c.android {
		format, sep = "02-01-2006 15:04", " - "
	}
	first := time.Unix(c.lines[0].at, 0).In(amsterdam)
	if c.android {
		fmt.Fprintf(out,
			"%s - Berichten en oproepen zijn end-to-end versleuteld. Alleen personen in deze chat kunnen ze lezen.\n",
			first.Format(format))
	} else {
		fmt.Fprintf(out, "%s%s: \u200eBerichten en oproepen zijn end-to-end versleuteld.\n",
			first.Format(format), c.name)
	}
	if len(c.people) > 1 && c.android {
		fmt.Fprintf(out, "%s - Je hebt de groep “%s” gemaakt\n", first.Format(format), c.name)
	}
	r := random.Stream(w.seed, "chat", n)
	for i := range c.lines {
		l := &c.lines[i]
		p := &w.people[l.from]
		// The phone shows the name of the address book, or the number of who is not in it.
		who := p.Write(cast.Usual)
		id := Identity{Source: "whatsapp", Name: who}
		if l.from != 0 && len(c.people) > 1 && l.from%6 == 0 {
			who = p.number(1)
			id = Identity{Source: "whatsapp", Phone: who}
		}
		w.saw(l.from, id)
		text := random.Pick(r, dutch.small)
		switch {
		case p.English && len(c.people) == 1:
			text = random.Pick(r, english.small)
		case l.topic >= 0 && r.Chance(0.5):
			text = fill(r, random.Pick(r, dutch.talk), l.topic, false)
		case r.Chance(0.04):
			text = "<Media weggelaten>"
		case r.Chance(0.04):
			text += "\nen neem de kinderwagen mee"
		}
		fmt.Fprintf(out, "%s%s%s: %s\n", time.Unix(l.at, 0).In(amsterdam).Format(format), sep, who, text)
		w.truth.Counts[name]++
	}
	return nil
}
