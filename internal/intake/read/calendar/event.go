package calendar

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"gave.network/internal/intake/read"
)

// rawTime is a time property before its zone is known.
type rawTime struct {
	value, zone string
}

// calendarEvent is one VEVENT.
type calendarEvent struct {
	at                     read.At
	lines                  int
	uid, summary, place    string
	organizer              read.Party
	attendees              []read.Party
	declined               []string // addresses that declined
	start, end, recurrence rawTime
	duration, rule         string
	extra, except          []rawTime // RDATE, EXDATE
	private, cancelled     bool
	videoLink              bool
	birthday               bool
}

func newCalendarEvent(at read.At) *calendarEvent { return &calendarEvent{at: at} }

// videoWords are in the links of video meetings; videoPlaces and callPlaces are what calendars write as a place for a
// meeting on a screen or by telephone, callTitles how the title of the last begins.
var (
	videoWords = append(read.Phrases("video.link"),
		"teams.microsoft.com", "teams.live.com", "zoom.us/", "zoom.com/", "meet.google.com", "webex.com", "whereby.com",
		"meet.jit.si", "gotomeet", "gotomeeting", "join.skype.com", "meet.lync.com", "bluejeans.com", "chime.aws",
		"bigbluebutton", "facetime.apple.com", "hangouts.google.com")
	videoPlaces = append(read.Phrases("video.place"),
		"microsoft teams", "teams", "zoom", "google meet", "hangout", "webex", "skype", "facetime", "whereby", "jitsi",
		"http://", "https://")
	callPlaces = read.Phrases("call.place")
	callTitles = read.Phrases("call.title")
	// birthdays are words for a birthday in the category of an event and the name of a calendar.
	birthdays = read.Phrases("birthday")
)

// property takes one line of the event.
func (e *calendarEvent) property(line *read.ContentLine) {
	if e.lines++; e.lines > maxEventLines {
		return
	}
	switch line.Name {
	case "UID":
		e.uid = read.CleanText(read.Unescape(line.Value), 500)
	case "SUMMARY":
		if e.summary == "" {
			e.summary = read.CleanText(read.Unescape(line.Value), read.MaxTitle)
		}
	case "LOCATION":
		e.place = read.CleanText(read.Unescape(line.Value), read.MaxTitle)
	case "DTSTART":
		e.start = rawTime{line.Value, line.Param("TZID")}
	case "DTEND":
		e.end = rawTime{line.Value, line.Param("TZID")}
	case "DURATION":
		e.duration = line.Value
	case "RECURRENCE-ID":
		e.recurrence = rawTime{line.Value, line.Param("TZID")}
	case "RRULE":
		if e.rule == "" {
			e.rule = line.Value
		}
	case "RDATE", "EXDATE":
		list := &e.extra
		if line.Name == "EXDATE" {
			list = &e.except
		}
		for value := range strings.SplitSeq(line.Value, ",") {
			// A period counts with its start.
			value, _, _ = strings.Cut(value, "/")
			if value = strings.TrimSpace(value); value != "" && len(*list) < 10*maxInstances {
				*list = append(*list, rawTime{value, line.Param("TZID")})
			}
		}
	case "CLASS":
		switch strings.ToUpper(strings.TrimSpace(line.Value)) {
		case "PRIVATE", "CONFIDENTIAL":
			e.private = true
		}
	case "STATUS":
		e.cancelled = strings.EqualFold(strings.TrimSpace(line.Value), "CANCELLED")
	case "CATEGORIES":
		e.birthday = e.birthday || read.ContainsAny(strings.ToLower(line.Value), birthdays)
	case "ORGANIZER":
		if p, ok := calendarParty(line, read.From); ok {
			e.organizer = p
		}
	case "ATTENDEE":
		e.attendee(line)
	case "URL", "DESCRIPTION":
		e.videoLink = e.videoLink || read.ContainsAny(strings.ToLower(line.Value), videoWords)
	case "CONFERENCE", "X-GOOGLE-CONFERENCE", "X-GOOGLE-HANGOUT", "X-MICROSOFT-SKYPETEAMSMEETINGURL",
		"X-MICROSOFT-ONLINEMEETINGCONFLINK",
		"X-MICROSOFT-SKYPETEAMSPROPERTIES", "X-ZOOM-MEETING-ID":
		e.videoLink = true
	}
}

// attendee takes somebody invited, and leaves out rooms, devices and those who declined.
func (e *calendarEvent) attendee(line *read.ContentLine) {
	role := read.To
	switch strings.ToUpper(line.Param("ROLE")) {
	case "OPT-PARTICIPANT", "NON-PARTICIPANT":
		role = read.Cc
	}
	p, ok := calendarParty(line, role)
	if !ok {
		return
	}
	switch strings.ToUpper(line.Param("PARTSTAT")) {
	case "DECLINED", "DELEGATED":
		if p.Address != "" && len(e.declined) < read.MaxParties {
			e.declined = append(e.declined, p.Address)
		}
		return
	}
	switch strings.ToUpper(line.Param("CUTYPE")) {
	case "ROOM":
		if e.place == "" {
			e.place = p.Name
		}
		return
	case "RESOURCE":
		return
	case "GROUP":
		p.Bulk = true
	}
	if strings.HasSuffix(p.Address, "@resource.calendar.google.com") {
		if e.place == "" {
			e.place = p.Name
		}
		return
	}
	if len(e.attendees) < read.MaxParties {
		e.attendees = append(e.attendees, p)
	}
}

// calendarParty reads ORGANIZER or ATTENDEE.
func calendarParty(line *read.ContentLine, role read.Role) (read.Party, bool) {
	value := strings.TrimSpace(line.Value)
	p := read.Party{Role: role}
	lower := strings.ToLower(value)
	switch {
	case strings.HasPrefix(lower, "mailto:"), strings.Contains(value, "@") && !strings.Contains(value, "://"):
		p.Address = read.CleanAddress(read.Unescape(value))
	case strings.HasPrefix(lower, "tel:"):
		p.Phone = read.PhoneText(value)
	case strings.HasPrefix(lower, "urn:uuid:"):
		p.Handle = "calendar:" + lower[len("urn:uuid:"):]
	}
	if p.Address == "" {
		p.Address = read.CleanAddress(line.Param("EMAIL"))
	}
	p.Name = read.CleanName(line.Param("CN"), p.Address)
	if p.Address == "" {
		if address := read.CleanAddress(p.Name); address != "" {
			p.Address, p.Name = address, ""
		}
	}
	switch {
	case strings.HasSuffix(p.Address, "@calendar.google.com") && strings.HasPrefix(p.Address, "unknownorganizer"),
		p.Address == "noreply@example.com":
		return p, false
	case strings.HasSuffix(p.Address, "@group.calendar.google.com"), strings.HasSuffix(p.Address,
		"@import.calendar.google.com"), read.Robot(p.Address):
		p.Bulk = true
	}
	return p, p.Name != "" || p.Address != "" || p.Phone != "" || p.Handle != ""
}

// containsWord says that one of the words stands in s by itself: "Teams", but not in "Steamstraat".
func containsWord(s string, words []string) bool {
	for _, word := range words {
		for from := 0; ; {
			i := strings.Index(s[from:], word)
			if i < 0 {
				break
			}
			i += from
			before, _ := utf8.DecodeLastRuneInString(s[:i])
			after, _ := utf8.DecodeRuneInString(s[i+len(word):])
			if !unicode.IsLetter(before) && (!unicode.IsLetter(after) || strings.HasSuffix(word, "/")) {
				return true
			}
			from = i + len(word)
		}
	}
	return false
}

// finishEvent deals with the event that was read, if any.
func (r *calendarReader) finishEvent() error {
	e := r.event
	if e == nil {
		return nil
	}
	r.event = nil
	if e.uid == "" {
		sum := sha256.Sum256([]byte(e.start.value + "\x00" + e.summary + "\x00" + e.organizer.Address))
		e.uid = "gave-" + hex.EncodeToString(sum[:16])
	}
	if e.start.value == "" {
		return r.sink.Reject(e.at, "this event has no start (DTSTART)")
	}
	// An exception hides the instance that it replaces, also when it is cancelled itself.
	if e.recurrence.value != "" {
		zone, settled := r.zoneFor(e.recurrence.zone, false)
		if !settled {
			zone = r.src.Location()
		}
		if moment, ok := parseCalendarTime(e.recurrence.value, zone); ok && r.remembered < maxExceptions {
			r.exceptions[e.uid] = append(r.exceptions[e.uid], moment.time.UTC())
			r.remembered++
		}
	}
	_, settled := r.zoneFor(e.start.zone, false)
	if (e.rule != "" || len(e.extra) > 0 || !settled) && r.held < maxWaiting {
		r.waiting = append(r.waiting, e)
		r.held += 10 + len(e.attendees) + len(e.declined) + len(e.extra) + len(e.except)
		return nil
	}
	return r.unfold(e)
}

// unfold emits an event, every instance of it.
func (r *calendarReader) unfold(e *calendarEvent) error {
	if e.cancelled || r.method == "CANCEL" {
		r.src.Skip("cancelled event")
		return nil
	}
	zone, _ := r.zoneFor(e.start.zone, true)
	start, ok := parseCalendarTime(e.start.value, zone)
	if !ok {
		return r.sink.Reject(e.at,
			read.Because("this event has no start that can be read: DTSTART is %s", read.Quote(e.start.value)))
	}
	if start.allDay {
		// A day is a day of the owner, wherever the calendar thinks it lies.
		start.time = time.Date(start.time.Year(), start.time.Month(), start.time.Day(), 0, 0, 0, 0, r.src.Location())
	}
	if contact, ok := r.birthdayOf(e, start); ok {
		return r.sink.Contact(e.at, contact)
	}
	parties := e.parties()
	if len(parties) == 0 {
		r.src.Skip("event without people")
		return nil
	}
	for _, address := range e.declined {
		if r.src.Me[address] {
			r.src.Skip("declined event")
			return nil
		}
	}
	if year := start.time.Year(); year < 1900 || year > 2200 {
		return r.sink.Reject(e.at, read.Because("this event is in the year %s", strconv.Itoa(year)))
	}
	i := read.Interaction{
		Medium: e.medium(), Duration: r.lengthOf(e, start), Title: e.summary, Place: e.place, Private: e.private,
		Parties: parties, Source: "calendar",
	}
	moments, err := r.momentsOf(e, start)
	if err != nil {
		if rejected := r.sink.Reject(e.at,
			read.Because("%s; only its first time is kept", err.Error())); rejected != nil {
			return rejected
		}
	}
	for n, moment := range moments {
		i.Time = moment.UTC()
		i.External = e.uid
		switch {
		case e.recurrence.value != "":
			recurrenceZone, _ := r.zoneFor(e.recurrence.zone, true)
			if original, ok := parseCalendarTime(e.recurrence.value, recurrenceZone); ok {
				i.External += "/" + r.stamp(original)
			} else {
				i.External += "/" + read.CleanText(e.recurrence.value, 40)
			}
		case e.rule != "" || len(e.extra) > 0:
			i.External += "/" + r.stamp(calendarTime{moment, start.allDay})
		}
		if n > 0 {
			// Each interaction has parties of its own.
			i.Parties = slices.Clone(parties)
		}
		if err := r.sink.Interaction(e.at, i); err != nil {
			return err
		}
	}
	return nil
}

// stamp names an instance: its original start in UTC, or its day.
func (r *calendarReader) stamp(t calendarTime) string {
	if t.allDay {
		return t.time.Format("20060102")
	}
	return t.time.UTC().Format("20060102T150405Z")
}

// momentsOf returns the starts of all instances. With an error it returns the first only.
func (r *calendarReader) momentsOf(e *calendarEvent, start calendarTime) ([]time.Time, error) {
	moments := []time.Time{start.time}
	if e.rule == "" && len(e.extra) == 0 || e.recurrence.value != "" {
		return moments, nil
	}
	horizon := r.src.Moment().AddDate(1, 0, 0)
	var err error
	if e.rule != "" && start.time.Before(horizon) {
		if r.barren >= maxBarren {
			return moments, errBarren
		}
		var all []time.Time
		all, err = expand(e.rule, start.time, horizon)
		if err == errBarren {
			r.barren++
		}
		if err == nil && len(all) > 0 {
			moments = all
		}
	}
	for _, raw := range e.extra {
		zone, _ := r.zoneFor(raw.zone, true)
		if raw.zone == "" {
			zone = start.time.Location()
		}
		if moment, ok := parseCalendarTime(raw.value, zone); ok && moment.time.Before(horizon) {
			if moment.allDay && !start.allDay {
				moment.time = atClock(moment.time, start.time)
			}
			moments = append(moments, moment.time)
		}
	}
	gone := map[int64]bool{}
	for _, moment := range r.exceptions[e.uid] {
		gone[moment.Unix()] = true
	}
	for _, raw := range e.except {
		zone, _ := r.zoneFor(raw.zone, true)
		if raw.zone == "" {
			zone = start.time.Location()
		}
		if moment, ok := parseCalendarTime(raw.value, zone); ok {
			if moment.allDay {
				moment.time = atClock(moment.time, start.time)
			}
			gone[moment.time.Unix()] = true
		}
	}
	slices.SortFunc(moments, time.Time.Compare)
	kept := moments[:0]
	for _, moment := range moments {
		if !gone[moment.Unix()] {
			gone[moment.Unix()] = true
			kept = append(kept, moment)
		}
	}
	return kept[max(0, len(kept)-maxInstances):], err
}

// atClock returns the day of one time at the clock of another.
func atClock(day, clock time.Time) time.Time {
	return time.Date(day.Year(), day.Month(), day.Day(), clock.Hour(), clock.Minute(), clock.Second(), 0,
		clock.Location())
}

// lengthOf returns how long an event takes, at most a month.
func (r *calendarReader) lengthOf(e *calendarEvent, start calendarTime) time.Duration {
	var length time.Duration
	switch {
	case e.end.value != "":
		zone, _ := r.zoneFor(e.end.zone, true)
		if start.allDay {
			zone = r.src.Location()
		}
		if end, ok := parseCalendarTime(e.end.value, zone); ok {
			length = end.time.Sub(start.time)
		}
	case e.duration != "":
		length, _ = parseDuration(e.duration)
	case start.allDay:
		length = 24 * time.Hour
	}
	return min(max(length, 0), 31*24*time.Hour)
}

// parties returns the organiser and everybody who is invited, each once.
func (e *calendarEvent) parties() []read.Party {
	var parties []read.Party
	if e.organizer.Name != "" || e.organizer.Address != "" || e.organizer.Phone != "" || e.organizer.Handle != "" {
		parties = append(parties, e.organizer)
	}
	for _, p := range e.attendees {
		if !read.HasParty(parties, p) {
			parties = append(parties, p)
		}
	}
	return parties
}

// medium tells a meeting in a room from one on a screen or by telephone.
func (e *calendarEvent) medium() read.Medium {
	place := strings.ToLower(e.place)
	title := strings.ToLower(e.summary)
	physical := false
	for _, part := range strings.FieldsFunc(place, func(r rune) bool { return r == ';' || r == '|' }) {
		if part = strings.TrimSpace(part); part != "" && !containsWord(part, videoPlaces) &&
			!containsWord(part, callPlaces) && !isPhone(part) {
			physical = true
		}
	}
	switch {
	case physical:
		return read.FaceToFace
	case read.ContainsAny(place, videoWords), containsWord(place, videoPlaces), e.videoLink:
		return read.Video
	case place != "":
		return read.Call
	case read.Begins(title, callTitles):
		return read.Call
	}
	return read.FaceToFace
}

// isPhone says that a text is a telephone number and nothing else.
func isPhone(s string) bool {
	count := 0
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9':
			count++
		case !strings.ContainsRune("+-() ./", r):
			return false
		}
	}
	return count >= 7
}

// birthdayForms are the ways in which calendars say whose birthday it is.
var birthdayForms = func() []*regexp.Regexp {
	all := []*regexp.Regexp{regexp.MustCompile(`^🎂\s*(.{2,80})$`)}
	for _, form := range read.Phrases("birthday.form") {
		form = regexp.QuoteMeta(form)
		form = strings.ReplaceAll(strings.ReplaceAll(form, "'", "['’]"), " ", `\s+`)
		all = append(all, regexp.MustCompile("(?i)^"+strings.Replace(form, `\*`, `(.{2,80}?)`, 1)+"$"))
	}
	return all
}()

// bornForms are the ways in which they add the year.
var bornForms = regexp.MustCompile(`^(?:(\d{4})\s+(.+)|(.+?)\s*[\(\[,]\s*\*?\s*(\d{4})\s*[\)\]]?)$`)

// birthdayOf recognises a birthday: a whole day that comes back every year, and either the words for it or a calendar
// of that name.
func (r *calendarReader) birthdayOf(e *calendarEvent, start calendarTime) (read.Contact, bool) {
	if !start.allDay || len(e.attendees) > 0 || !strings.Contains(strings.ToUpper(e.rule), "FREQ=YEARLY") ||
		e.summary == "" {
		return read.Contact{}, false
	}
	name, year := e.summary, 0
	if m := bornForms.FindStringSubmatch(name); m != nil {
		name = m[2] + m[3]
		year, _ = strconv.Atoi(m[1] + m[4])
		if year < 1850 || year > r.src.Moment().Year() {
			year = 0
		}
	}
	clear := e.birthday || read.ContainsAny(strings.ToLower(r.name), birthdays)
	for _, form := range birthdayForms {
		if m := form.FindStringSubmatch(name); m != nil {
			name, clear = m[1], true
			break
		}
	}
	name = read.CleanText(name, 200)
	if !clear || name == "" {
		return read.Contact{}, false
	}
	return read.Contact{
		Name:  read.Name{Full: name},
		Dates: []read.Date{{Kind: "birthday", Year: year, Month: start.time.Month(), Day: start.time.Day()}},
	}, true
}
