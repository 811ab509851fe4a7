package world

import (
	"archive/zip"
	"bufio"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
	"time"

	"gave.network/lab/world/cast"
	"gave.network/lab/world/random"
)

// archive writes the files of a zip with fixed times, so that the same world gives the same bytes.
type archive struct {
	zip *zip.Writer
	at  time.Time
}

func (a *archive) create(name string) (io.Writer, error) {
	return a.zip.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: a.at})
}

// table writes one CSV of the archive with CR LF; preamble stands above the header.
func (a *archive) table(name, preamble string, head []string, rows func(write func(...string) error) error) error {
	out, err := a.create(name)
	if err != nil {
		return err
	}
	if _, err := io.WriteString(out, preamble); err != nil {
		return err
	}
	t := csv.NewWriter(out)
	t.UseCRLF = true
	if err := t.Write(head); err != nil {
		return err
	}
	if err := rows(func(row ...string) error { return t.Write(row) }); err != nil {
		return err
	}
	t.Flush()
	return t.Error()
}

// connected tells whether a person is a LinkedIn connection of the owner, and since when.
func (w *world) connected(p *person) (int64, bool) {
	kind := w.groups[p.group].kind
	if p.id == 0 || p.tie.plan == planNone || kind == family {
		return 0, false
	}
	r := random.Stream(w.seed, "linkedin", p.id)
	chance := 0.75
	if kind == neighbourhood {
		chance = 0.25
	}
	if p.tie.plan == planLatent {
		chance = 0.95
	}
	return min(w.until-day, p.tie.met+int64(r.Float64()*200*day)), r.Chance(chance)
}

// linkedinName is the name of a person's profile: mostly the usual one, now and then one from an earlier time of life.
func (p *person) linkedinName() (first, last string) {
	first, last = p.Given, p.Surname()
	switch {
	case p.Maiden != "" && p.id%3 == 0:
		last += "-" + p.Maiden
	case p.Maiden != "" && p.id%3 == 1:
		last = p.Maiden
	case p.id%29 == 3:
		last += ", MSc"
	}
	return first, last
}

func (w *world) writeLinkedIn(ctx context.Context) error {
	return w.file("linkedin.zip", func(out *bufio.Writer) error {
		a := &archive{zip.NewWriter(out), w.end}
		for _, write := range []func(*archive) error{
			w.linkedinConnections, w.linkedinMessages, w.linkedinInvitations, w.linkedinPraise, w.linkedinProfile,
		} {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if err := write(a); err != nil {
				return err
			}
		}
		return a.zip.Close()
	})
}

func (w *world) linkedinConnections(a *archive) error {
	const note = "Notes:\r\n\"When exporting your connection data, you may notice that some of the email addresses " +
		"are missing. You will only see email addresses for connections who have allowed their connections to see or " +
		"download their email address using this setting.\"\r\n\r\n"
	return a.table("Connections.csv", note, []string{
		"First Name", "Last Name", "URL", "Email Address", "Company", "Position", "Connected On",
	}, func(write func(...string) error) error {
		for i := len(w.people) - 1; i > 0; i-- {
			p := &w.people[i]
			at, ok := w.connected(p)
			if !ok {
				continue
			}
			first, last := p.linkedinName()
			address, company, position := "", "", ""
			if p.id%9 == 0 {
				address = p.private
			}
			if j := p.current(); j != nil {
				company, position = w.orgs[j.org].name, capital(j.title)
			}
			w.saw(i, Identity{Source: "linkedin", Name: first + " " + last, Address: address, Link: p.link})
			w.truth.Counts["linkedin.zip/Connections.csv"]++
			if err := write(first, last, p.link, address, company, position,
				time.Unix(at, 0).UTC().Format("02 Jan 2006")); err != nil {
				return err
			}
		}
		return w.outerConnections(write)
	})
}

func (w *world) linkedinMessages(a *archive) error {
	head := []string{
		"CONVERSATION ID", "CONVERSATION TITLE", "FROM", "SENDER PROFILE URL", "TO", "RECIPIENT PROFILE URLS", "DATE",
		"SUBJECT", "CONTENT", "FOLDER", "ATTACHMENTS",
	}
	return a.table("messages.csv", "", head, func(write func(...string) error) error {
		for i := len(w.inmails) - 1; i >= 0; i-- {
			m := &w.inmails[i]
			r := random.Stream(w.seed, "inmail", m.thread, int(m.at))
			name := func(id int) string {
				first, last := w.people[id].linkedinName()
				w.saw(id, Identity{Source: "linkedin", Name: first + " " + last, Link: w.people[id].link})
				return first + " " + last
			}
			other := &w.people[max(m.from, m.to)]
			ph := phrasesOf(other.English)
			text := fill(r, random.Pick(r, ph.talk), m.topic, other.English)
			w.truth.Counts["linkedin.zip/messages.csv"]++
			if err := write(fmt.Sprintf("2-%016x==", random.Hash(w.seed, "conversation", m.thread)), "", name(m.from),
				w.people[m.from].link, name(m.to), w.people[m.to].link,
				time.Unix(m.at, 0).UTC().Format("2006-01-02 15:04:05")+" UTC", "", text, "INBOX", ""); err != nil {
				return err
			}
		}
		return nil
	})
}

func (w *world) linkedinInvitations(a *archive) error {
	return a.table("Invitations.csv", "", []string{
		"From", "To", "Sent At", "Message", "Direction", "inviterProfileUrl", "inviteeProfileUrl",
	}, func(write func(...string) error) error {
		for i := 1; i < len(w.people); i++ {
			p := &w.people[i]
			at, ok := w.connected(p)
			if !ok || i%4 != 0 {
				continue
			}
			owner, other := w.people[0].Write(cast.Usual), p.Write(cast.Usual)
			message := ""
			if i%12 == 0 {
				message = "Leuk je gesproken te hebben, tot een volgende keer."
			}
			sent := time.Unix(at-3600*int64(1+i%90), 0).UTC().Format("1/2/06, 3:04 PM")
			row := []string{owner, other, sent, message, "OUTGOING", w.people[0].link, p.link}
			if i%8 == 0 {
				row = []string{other, owner, sent, message, "INCOMING", p.link, w.people[0].link}
			}
			w.saw(i, Identity{Source: "linkedin", Name: other, Link: p.link})
			w.truth.Counts["linkedin.zip/Invitations.csv"]++
			if err := write(row...); err != nil {
				return err
			}
		}
		return nil
	})
}

// linkedinPraise writes recommendations and endorsements, received and given.
func (w *world) linkedinPraise(a *archive) error {
	for _, given := range []bool{false, true} {
		ours := func(x *praise, channel string) (*person, bool) {
			switch {
			case x.channel != channel:
				return nil, false
			case given && x.author == 0:
				return &w.people[x.subject], true
			case !given && x.subject == 0:
				return &w.people[x.author], true
			}
			return nil, false
		}
		name := map[bool]string{false: "Received", true: "Given"}[given]
		other := map[bool]string{false: "Endorser", true: "Endorsee"}[given]
		err := a.table("Recommendations_"+name+".csv", "", []string{
			"First Name", "Last Name", "Company", "Job Title", "Text", "Creation Date", "Status",
		}, func(write func(...string) error) error {
			for i := range w.praised {
				x := &w.praised[i]
				p, ok := ours(x, "linkedin")
				if !ok {
					continue
				}
				first, last := p.linkedinName()
				company, title := "", ""
				if j := p.current(); j != nil {
					company, title = w.orgs[j.org].name, capital(j.title)
				}
				w.saw(p.id, Identity{Source: "linkedin", Name: first + " " + last})
				w.truth.Counts["linkedin.zip/Recommendations_"+name+".csv"]++
				if err := write(first, last, company, title, x.text(p.lang()),
					time.Unix(x.at, 0).UTC().Format("01/02/06, 03:04 PM"), "VISIBLE"); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		err = a.table("Endorsement_"+name+"_Info.csv", "", []string{
			"Endorsement Date", "Skill Name", other + " First Name", other + " Last Name", other + " Public Url",
			"Endorsement Status",
		}, func(write func(...string) error) error {
			for i := range w.praised {
				x := &w.praised[i]
				p, ok := ours(x, "endorsement")
				if !ok {
					continue
				}
				first, last := p.linkedinName()
				link := p.link[len("https://"):]
				w.saw(p.id, Identity{Source: "linkedin", Name: first + " " + last, Link: link})
				w.truth.Counts["linkedin.zip/Endorsement_"+name+"_Info.csv"]++
				if err := write(time.Unix(x.at, 0).UTC().Format("2006/01/02 15:04:05")+" UTC",
					capital(topics[x.topic].nl), first, last, link, "ACCEPTED"); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// linkedinProfile writes what the archive says of the owner.
func (w *world) linkedinProfile(a *archive) error {
	p := &w.people[0]
	month := func(m int) string {
		if m == 0 {
			return ""
		}
		return time.Month(m%12 + 1).String()[:3] + " " + strconv.Itoa(m/12)
	}
	err := a.table("Positions.csv", "",
		[]string{"Company Name", "Title", "Description", "Location", "Started On", "Finished On"},
		func(write func(...string) error) error {
			for _, j := range slices.Backward(p.jobs) {
				if err := write(w.orgs[j.org].name, capital(j.title), "", "Utrecht, Nederland", month(j.from),
					month(j.until)); err != nil {
					return err
				}
			}
			return nil
		})
	if err != nil {
		return err
	}
	err = a.table("Skills.csv", "", []string{"Name"}, func(write func(...string) error) error {
		for _, s := range p.skills {
			if err := write(capital(topics[s.topic].nl)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return a.table("Profile.csv", "", []string{
		"First Name", "Last Name", "Maiden Name", "Address", "Birth Date", "Headline", "Summary", "Industry",
		"Zip Code", "Geo Location", "Twitter Handles", "Websites", "Instant Messengers",
	}, func(write func(...string) error) error {
		return write(p.Given, p.Surname(), "", "", "", "Communicatieadviseur", "", "Communicatie", "",
			"Utrecht, Nederland", "", "", "")
	})
}
