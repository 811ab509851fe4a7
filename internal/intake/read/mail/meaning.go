package mail

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"

	"gave.network/internal/intake/read"
)

// mailMeaning turns headers into interactions.
type mailMeaning struct {
	zone *time.Location
	now  time.Time
	list bool // the whole file is the archive of one mailing list
	// disguised says that addresses in this file were written as "anna at example.org", as archives of lists do.
	disguised bool
}

func (m *mailMeaning) start(src *read.Source) {
	m.zone, m.now = src.Location(), src.Moment()
}

// of says what a message tells: an interaction, or why it is left out, or why it cannot be used.
func (m *mailMeaning) of(h *header) (i read.Interaction, skip, reject string) {
	if skip = m.setAside(h); skip != "" {
		return i, skip, ""
	}
	author, ok := m.author(h)
	if !ok {
		if !h.has(fieldFrom) && !h.has(fieldTo) && !h.has(fieldDate) && !h.has(fieldSubject) && !h.has(fieldMessageID) {
			return i, "", "it has no mail header"
		}
		return i, "", read.Because("it has no author that can be read: From is %s", read.Quote(h.Get(fieldFrom)))
	}
	var good bool
	if i.Time, good = m.time(h); !good {
		return i, "", read.Because("it has no usable date: Date is %s", read.Quote(h.Get(fieldDate)))
	}
	list := m.listOf(h)
	replies := h.has(fieldInReplyTo) || h.has(fieldReferences)
	switch {
	case read.Robot(author.Address):
		return i, read.SkipRobot, ""
	case automatic(h):
		return i, read.SkipAutomatic, ""
	case !replies && list.address == "" && !list.posts && (list.announces || massMail(h)):
		return i, read.SkipNewsletter, ""
	}
	i.Source = "mail"
	i.Medium = read.Mail
	if list.is {
		i.Medium, i.Place = read.List, cmp.Or(list.address, list.id, list.name)
	}
	if hasLabel(h, "chat", "chats") {
		i.Medium = read.Message
	}
	i.Title = read.CleanText(read.DecodeWords(h.Get(fieldSubject)), read.MaxTitle)
	i.Parties = m.parties(h, author, list)
	i.External = externalID(h)
	i.ReplyTo = replyTo(h)
	if i.ReplyTo == i.External {
		i.ReplyTo = ""
	}
	return i, "", ""
}

// setAside says why a message is no contact at all, whatever is in it.
func (m *mailMeaning) setAside(h *header) string {
	if h.has(fieldGmailLabels) {
		for label := range strings.SplitSeq(read.DecodeWords(h.Get(fieldGmailLabels)), ",") {
			if reason := asideName(label); reason != "" {
				return reason
			}
		}
	}
	if h.has(fieldSpam) && strings.EqualFold(strings.TrimSpace(h.Get(fieldSpam)), "yes") {
		return read.SkipSpam
	}
	if h.has(fieldMozillaStatus) {
		// Bit 3 of Thunderbird's flags: deleted, but the folder has not been compacted.
		status := strings.TrimSpace(h.Get(fieldMozillaStatus))
		if len(status) == 4 && read.Unhex(status[3]) >= 0 && read.Unhex(status[3])&8 != 0 {
			return read.SkipDeleted
		}
	}
	if strings.ContainsRune(h.Get(fieldStatus), 'D') {
		return read.SkipDeleted
	}
	if strings.HasPrefix(h.Get(fieldSubject), "DON'T DELETE THIS MESSAGE -- FOLDER INTERNAL DATA") {
		return read.SkipInternal
	}
	return ""
}

// hasLabel says that the labels of Gmail hold one of these words, in lower case.
func hasLabel(h *header, words ...string) bool {
	if !h.has(fieldGmailLabels) {
		return false
	}
	for label := range strings.SplitSeq(read.DecodeWords(h.Get(fieldGmailLabels)), ",") {
		label = strings.ToLower(strings.Trim(label, " \t\""))
		for _, word := range words {
			if label == word {
				return true
			}
		}
	}
	return false
}

// automatic says that a machine answered or reported.
func automatic(h *header) bool {
	if h.has(fieldAutoSubmitted) && !strings.EqualFold(strings.TrimSpace(h.Get(fieldAutoSubmitted)), "no") {
		return true
	}
	if strings.HasPrefix(strings.ToLower(h.Get(fieldContentType)), "multipart/report") {
		return true
	}
	precedence := strings.ToLower(strings.TrimSpace(h.Get(fieldPrecedence)))
	return precedence == "auto_reply" || precedence == "junk" && !h.has(fieldListID)
}

// massMail says that a message that no list carried was written to many at once.
func massMail(h *header) bool {
	if h.has(fieldListUnsubscribe) || h.has(fieldCampaign) || read.MassMailer(h.Get(fieldMailer)) {
		return true
	}
	precedence := strings.ToLower(strings.TrimSpace(h.Get(fieldPrecedence)))
	return precedence == "bulk" || precedence == "junk"
}

// author returns who wrote the message: From, and else Sender or Reply-To.
func (m *mailMeaning) author(h *header) (read.Party, bool) {
	for _, f := range []field{fieldFrom, fieldSender, fieldReplyTo} {
		if !h.has(f) {
			continue
		}
		value := h.Get(f)
		if found := read.ParseAddresses(value, read.From); len(found) > 0 {
			return m.undisguised(h, found[0]), true
		}
		if f != fieldFrom {
			continue
		}
		// A name without any address is still somebody, when nothing else says who.
		if name := read.CleanName(value, ""); name != "" && !h.has(fieldSender) && !h.has(fieldReplyTo) &&
			!strings.ContainsAny(name, "<>") {
			return read.Party{Name: name, Role: read.From}, true
		}
	}
	return read.Party{}, false
}

// undisguised undoes what lists do to authors for the sake of DMARC: "Anna via Gardeners <gardeners@lists.org>".
func (m *mailMeaning) undisguised(h *header, author read.Party) read.Party {
	name, _, via := strings.Cut(author.Name, " via ")
	if !via || !h.has(fieldListID) && !h.has(fieldListPost) && !h.has(fieldBeenThere) && !h.has(fieldOriginalFrom) {
		return author
	}
	for _, f := range []field{fieldOriginalFrom, fieldReplyTo} {
		for _, p := range read.ParseAddresses(h.Get(f), read.From) {
			if p.Address != "" && p.Address != author.Address {
				if p.Name == "" {
					p.Name = read.CleanName(name, p.Address)
				}
				return p
			}
		}
	}
	// The true address is nowhere: the name remains, the list's address would make the list a person.
	return read.Party{Name: read.CleanName(name, ""), Role: read.From}
}

// time returns when the message was sent: its Date, unless that is missing or contradicts the way that the message
// went, and else the time of its arrival.
func (m *mailMeaning) time(h *header) (time.Time, bool) {
	sent, good := parseMailDate(h.Get(fieldDate), m.zone)
	good = good && plausibleTime(sent, m.now)
	arrived, known := m.arrived(h)
	if !good {
		return arrived, known
	}
	if known &&
		(sent.After(arrived.Add(48*time.Hour)) || h.has(fieldReceived) && sent.Before(arrived.AddDate(-1, 0, 0))) {
		return arrived, true
	}
	return sent, true
}

// arrived returns the time in the topmost Received field, and else that of the "From " line.
func (m *mailMeaning) arrived(h *header) (time.Time, bool) {
	if h.has(fieldReceived) {
		value := h.Get(fieldReceived)
		if i := strings.LastIndexByte(value, ';'); i >= 0 {
			if t, ok := parseMailDate(value[i+1:], m.zone); ok && plausibleTime(t, m.now) {
				return t, true
			}
		}
	}
	if h.fromAt != "" {
		if t, ok := parseMailDate(h.fromAt, m.zone); ok && plausibleTime(t, m.now) {
			return t, true
		}
	}
	return time.Time{}, false
}

// mailList is what the header tells about a mailing list that carried the message.
type mailList struct {
	is        bool   // a list carried it
	posts     bool   // people can write to it
	announces bool   // it says that nobody can
	address   string // where people write to; may be unknown
	id        string // its List-Id; may be unknown
	name      string
}

func (m *mailMeaning) listOf(h *header) mailList {
	l := mailList{is: m.list, posts: m.list}
	if h.has(fieldListID) {
		l.is = true
		value := h.Get(fieldListID)
		if open := strings.LastIndexByte(value, '<'); open >= 0 {
			l.name = read.CleanName(value[:open], "")
			value = value[open+1:]
		}
		l.id = strings.ToLower(strings.Trim(value, " \t<>\""))
	}
	if h.has(fieldListPost) {
		l.is = true
		value := h.Get(fieldListPost)
		if strings.EqualFold(strings.TrimSpace(value), "no") {
			l.announces = true
		} else {
			l.posts = true
			if i := strings.Index(strings.ToLower(value), "mailto:"); i >= 0 {
				to, _, _ := strings.Cut(value[i:], ">")
				l.address = read.CleanAddress(to)
			}
		}
	}
	if h.has(fieldBeenThere) {
		l.is, l.posts = true, true
		if l.address == "" {
			l.address = read.CleanAddress(h.Get(fieldBeenThere))
		}
	}
	if h.has(fieldMailingList) {
		l.is, l.posts = true, true
		if l.address == "" {
			// "list gardeners@yahoogroups.com; contact gardeners-owner@yahoogroups.com" or "<gardeners@lists.org>"
			value := strings.TrimPrefix(strings.TrimSpace(h.Get(fieldMailingList)), "list ")
			value, _, _ = strings.Cut(value, ";")
			l.address = read.CleanAddress(value)
		}
	}
	l.fromSender(h)
	m.fromArchive(h, &l)
	precedence := strings.ToLower(strings.TrimSpace(h.Get(fieldPrecedence)))
	if precedence == "list" {
		l.is, l.posts = true, true
	}
	if precedence == "bulk" && l.address != "" {
		l.is, l.posts = true, true
	}
	return l
}

// fromSender finds the list in the Sender that list programs write: owner-gardeners@, gardeners-admin@,
// gardeners-bounces@. Archives of LISTSERV name the list itself as the sender and keep no recipients.
func (l *mailList) fromSender(h *header) {
	if h.has(fieldSender) {
		var sender read.Party
		if found := read.ParseAddresses(h.Get(fieldSender), read.From); len(found) > 0 {
			sender = found[0]
		}
		local, domain, _ := strings.Cut(sender.Address, "@")
		bare, marked := local, false
		if rest, ok := strings.CutPrefix(local, "owner-"); ok {
			bare, marked = rest, true
		}
		for _, suffix := range []string{"-owner", "-admin", "-bounces", "-request"} {
			if rest, ok := strings.CutSuffix(bare, suffix); ok {
				bare, marked = rest, true
			}
		}
		switch {
		case marked && bare != "":
			if l.address == "" {
				l.address = bare + "@" + domain
			}
			if h.has(fieldPrecedence) || h.has(fieldListID) {
				l.is = true
			}
		case sender.Address != "" && h.has(fieldArchivedAt) && !h.has(fieldTo) && !h.has(fieldCc):
			l.is, l.posts = true, true
			if l.address == "" {
				l.address = sender.Address
			}
		}
	}
}

// fromArchive knows the archives of Mailman: they keep some five fields, and disguise addresses.
func (m *mailMeaning) fromArchive(h *header, l *mailList) {
	if l.is || h.has(fieldTo) || h.has(fieldCc) || h.has(fieldReceived) || h.has(fieldDeliveredTo) {
		return
	}
	from := h.Get(fieldFrom)
	if strings.Contains(from, " at ") && !strings.Contains(from, "@") {
		m.disguised = true
	}
	if m.disguised {
		l.is, l.posts = true, true
	}
}

// parties returns everybody in the message once, in the strongest role, with the list marked.
func (m *mailMeaning) parties(h *header, author read.Party, list mailList) []read.Party {
	parties := []read.Party{author}
	parties = read.AppendAddresses(parties, h.Get(fieldTo), read.To, true)
	parties = read.AppendAddresses(parties, h.Get(fieldCc), read.Cc, true)
	parties = read.AppendAddresses(parties, h.Get(fieldBcc), read.Cc, true)
	for line := range strings.SplitSeq(h.Get(fieldComments), "\n") {
		// LISTSERV moves the recipients into comments: "Comments: To: anna@example.org".
		if rest, ok := strings.CutPrefix(line, "To:"); ok {
			parties = read.AppendAddresses(parties, rest, read.Cc, true)
		} else if rest, ok := strings.CutPrefix(line, "cc:"); ok {
			parties = read.AppendAddresses(parties, rest, read.Cc, true)
		}
	}
	if len(parties) == 1 && !list.is {
		// A blind copy names nobody: it came to the owner of the mailbox.
		if to := read.CleanAddress(h.Get(fieldDeliveredTo)); to != "" && to != author.Address {
			parties = append(parties, read.Party{Address: to, Role: read.To})
		}
	}
	listSeen := false
	kept := parties[:0]
	for _, p := range parties {
		if len(kept) > 0 && read.HasParty(kept, p) {
			continue
		}
		if p.Role != read.From && list.holds(p.Address) {
			p.Bulk, listSeen = true, true
		}
		if p.Role != read.From && read.Robot(p.Address) {
			p.Bulk = true
		}
		kept = append(kept, p)
	}
	if list.is && !listSeen && list.address != "" && list.address != author.Address && len(kept) < read.MaxParties {
		kept = append(kept, read.Party{Name: list.name, Address: list.address, Role: read.To, Bulk: true})
	}
	return kept
}

// holds says that an address is the list's own.
func (l *mailList) holds(address string) bool {
	if address == "" {
		return false
	}
	if address == l.address {
		return true
	}
	// gardeners@lists.org has the id gardeners.lists.org.
	local, domain, _ := strings.Cut(address, "@")
	return l.id != "" && len(l.id) == len(address) && strings.HasPrefix(l.id, local) && strings.HasSuffix(l.id, domain)
}

// externalID is the Message-ID, or a hash of what identifies a message that has none.
func externalID(h *header) string {
	if h.has(fieldMessageID) {
		value := h.Get(fieldMessageID)
		if ids := messageIDs(value, 1); len(ids) > 0 {
			return ids[0]
		}
		if id := cleanMessageID(value); id != "" {
			return id
		}
	}
	sum := sha256.New()
	for _, f := range []field{fieldFrom, fieldDate, fieldSubject} {
		sum.Write(h.values[f])
		sum.Write([]byte{0})
	}
	if !h.has(fieldDate) {
		sum.Write([]byte(h.fromAt))
		sum.Write(h.values[fieldReceived])
	}
	return "gave-" + hex.EncodeToString(sum.Sum(nil)[:16])
}

// replyTo is the message that this one answers: the id in In-Reply-To, and else the last of References. In-Reply-To may
// hold other words: Your message of "Thu, 22 Aug 2002" <13258@munnari.oz.au>.
func replyTo(h *header) string {
	value := h.Get(fieldInReplyTo)
	alone := strings.HasPrefix(value, "<") && strings.Count(value, "<") == 1 &&
		strings.HasSuffix(strings.TrimSpace(value), ">")
	for _, id := range messageIDs(value, 8) {
		if alone || madeByProgram(id) {
			return id
		}
	}
	if ids := messageIDs(h.Get(fieldReferences), 1); len(ids) > 0 {
		return ids[0]
	}
	if value = strings.TrimSpace(value); value != "" && !strings.ContainsAny(value, " \t<>") {
		return cleanMessageID(value)
	}
	return ""
}

// madeByProgram tells an id from the address of the answered author, which In-Reply-To may hold too: ids have a digit
// or many capitals.
func madeByProgram(id string) bool {
	capitals := 0
	for i := 0; i < len(id); i++ {
		switch c := id[i]; {
		case read.IsDigit(c):
			return true
		case c >= 'A' && c <= 'Z':
			capitals++
		}
	}
	return capitals >= 10 || !strings.Contains(id, "@")
}
