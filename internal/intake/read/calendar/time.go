package calendar

import (
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"
	"time"

	// Calendars name time zones; they must be known on every machine, also one without a zone database.
	_ "time/tzdata"

	"gave.network/internal/intake/read"
)

// calendarTime is a moment as a calendar writes it.
type calendarTime struct {
	time   time.Time // in its own zone
	allDay bool
}

// parseCalendarTime reads DTSTART and its like: a day, a moment in UTC, or a local time in the zone given. It also
// reads what programs write that do not know the standard: dashes, colons, no seconds.
func parseCalendarTime(value string, zone *time.Location) (calendarTime, bool) {
	value = strings.ToUpper(strings.TrimSpace(value))
	utc := strings.HasSuffix(value, "Z")
	day, clock, timed := strings.Cut(strings.TrimSuffix(value, "Z"), "T")
	if !timed {
		day, clock, timed = strings.Cut(day, " ")
	}
	day = strings.ReplaceAll(day, "-", "")
	clock = strings.ReplaceAll(clock, ":", "")
	if len(day) != 8 {
		return calendarTime{}, false
	}
	n, err := strconv.Atoi(day)
	if err != nil || n < 0 {
		return calendarTime{}, false
	}
	year, month, date := n/10000, time.Month(n/100%100), n%100
	if month < 1 || month > 12 || date < 1 || date > 31 || year < 1 {
		return calendarTime{}, false
	}
	if !timed || clock == "" {
		return calendarTime{time.Date(year, month, date, 0, 0, 0, 0, zone), true}, true
	}
	if len(clock) > 6 {
		clock = clock[:6]
	}
	for len(clock) < 6 {
		clock += "0"
	}
	n, err = strconv.Atoi(clock)
	if err != nil || n < 0 || n/10000 > 24 || n/100%100 > 59 || n%100 > 60 {
		return calendarTime{}, false
	}
	if utc {
		zone = time.UTC
	}
	return calendarTime{time.Date(year, month, date, n/10000, n/100%100, n%100, 0, zone), false}, true
}

// parseDuration reads an RFC 5545 duration such as P1DT2H30M or -P2W.
func parseDuration(value string) (time.Duration, bool) {
	value = strings.ToUpper(strings.TrimSpace(value))
	value, negative := strings.CutPrefix(value, "-")
	value = strings.TrimPrefix(value, "+")
	value, ok := strings.CutPrefix(value, "P")
	if !ok || value == "" {
		return 0, false
	}
	var total time.Duration
	timed := false
	for value != "" {
		if value[0] == 'T' {
			timed = true
			value = value[1:]
			continue
		}
		n, end := read.Digits(value, 0)
		if end == 0 || end >= len(value) || n > 1_000_000 {
			return 0, false
		}
		unit := map[byte]time.Duration{
			'W': 7 * 24 * time.Hour, 'D': 24 * time.Hour, 'H': time.Hour, 'M': time.Minute, 'S': time.Second,
		}[value[end]]
		if unit == 0 || value[end] == 'M' && !timed {
			return 0, false
		}
		total += time.Duration(n) * unit
		if total < 0 || total > 100*365*24*time.Hour {
			return 0, false
		}
		value = value[end+1:]
	}
	if negative {
		total = -total
	}
	return total, true
}

// zoneByName finds the zone that a TZID means: an IANA name, one with a vendor before it
// (/mozilla.org/20070129_1/Europe/Berlin), the name that Windows gives it, or an offset in the name itself
// ((UTC-03:00) Brasília). nil when it says nothing.
func zoneByName(name string) *time.Location {
	name = strings.TrimSpace(name)
	if name == "" || len(name) > 200 {
		return nil
	}
	if zone := zoneIANA(name); zone != nil {
		return zone
	}
	for rest := name; ; {
		_, after, ok := strings.Cut(rest, "/")
		if !ok {
			break
		}
		if strings.Contains(after, "/") {
			if zone := zoneIANA(after); zone != nil {
				return zone
			}
		}
		rest = after
	}
	if iana, ok := windowsZones[strings.ToLower(name)]; ok {
		return zoneIANA(iana)
	}
	return nil
}

// zoneIANA loads a zone by its IANA name, nil when there is none.
func zoneIANA(name string) *time.Location {
	name = strings.TrimPrefix(name, "/")
	switch strings.ToUpper(name) {
	case "", "LOCAL":
		return nil
	case "UTC", "Z", "GMT", "ETC/UTC", "ETC/GMT":
		return time.UTC
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil
	}
	return zone
}

// zoneByOffset reads an offset out of a name: (UTC+01:00) Amsterdam, GMT +0100 (Standard) / GMT +0200 (Daylight),
// UTC+11.
func zoneByOffset(name string) *time.Location {
	upper := strings.ToUpper(name)
	for _, mark := range []string{"UTC", "GMT"} {
		_, rest, ok := strings.Cut(upper, mark)
		if !ok {
			continue
		}
		rest = strings.TrimLeft(rest, " ")
		if rest == "" || rest[0] != '+' && rest[0] != '-' {
			continue
		}
		if seconds, ok := parseOffset(strings.NewReplacer(":", "", ".", "").Replace(rest)); ok {
			return time.FixedZone(strings.TrimSpace(name), seconds)
		}
	}
	return nil
}

// parseOffset reads +0100, -0330, +01 or +11 and what follows is left alone.
func parseOffset(s string) (seconds int, ok bool) {
	if len(s) < 2 || s[0] != '+' && s[0] != '-' {
		return 0, false
	}
	n, end := read.Digits(s, 1)
	switch end - 1 {
	case 1, 2:
		seconds = n * 3600
	case 3, 4:
		seconds = n/100*3600 + n%100*60
	case 6:
		seconds = n/10000*3600 + n/100%100*60 + n%100
	default:
		return 0, false
	}
	if seconds > 15*3600 {
		return 0, false
	}
	if s[0] == '-' {
		seconds = -seconds
	}
	return seconds, true
}

// zoneRule is one half of a VTIMEZONE: standard or daylight time.
type zoneRule struct {
	daylight bool
	offset   int       // seconds east
	start    time.Time // of the first change, in local time, kept as UTC
	rule     string    // RRULE
	valid    bool
}

// zoneOf makes a time zone of the rules of a VTIMEZONE. Of several periods of history the last one counts. The zone is
// built as the text of POSIX in a small zone file, the only way to give Go a rule.
func zoneOf(name string, rules []zoneRule) *time.Location {
	var standard, daylight *zoneRule
	for i := range rules {
		rule := &rules[i]
		if !rule.valid {
			continue
		}
		half := &standard
		if rule.daylight {
			half = &daylight
		}
		if *half == nil || rule.start.After((*half).start) {
			*half = rule
		}
	}
	switch {
	case standard == nil && daylight == nil:
		return nil
	case standard == nil:
		return time.FixedZone(name, daylight.offset)
	case daylight == nil:
		return time.FixedZone(name, standard.offset)
	}
	to, back := daylight.posix(), standard.posix()
	if to == "" || back == "" {
		// Without yearly rules: whichever began last.
		if daylight.start.After(standard.start) && daylight.rule == "" {
			return time.FixedZone(name, daylight.offset)
		}
		return time.FixedZone(name, standard.offset)
	}
	text := fmt.Sprintf("<S>%s<D>%s,%s,%s", posixOffset(-standard.offset), posixOffset(-daylight.offset), to, back)
	zone, err := time.LoadLocationFromTZData(name, zoneFile(standard.offset, text))
	if err != nil {
		return time.FixedZone(name, standard.offset)
	}
	return zone
}

// posix says when the rule changes the clock, such as M3.5.0/2: the last Sunday of March at two; "" for rules that are
// not of this kind.
func (r *zoneRule) posix() string {
	month, day := 0, ""
	for part := range strings.SplitSeq(strings.ToUpper(r.rule), ";") {
		key, value, _ := strings.Cut(part, "=")
		switch key {
		case "FREQ":
			if value != "YEARLY" {
				return ""
			}
		case "BYMONTH":
			month, _ = strconv.Atoi(value)
		case "BYDAY":
			day = value
		case "UNTIL":
			return ""
		}
	}
	if month < 1 || month > 12 || len(day) < 3 {
		return ""
	}
	week, err := strconv.Atoi(day[:len(day)-2])
	weekday := strings.Index("SUMOTUWETHFRSA", day[len(day)-2:])
	if err != nil || weekday < 0 || weekday%2 != 0 {
		return ""
	}
	if week < 0 {
		week += 6
	}
	if week < 1 || week > 5 {
		return ""
	}
	return fmt.Sprintf("M%d.%d.%d/%d:%02d:%02d", month, week, weekday/2, r.start.Hour(), r.start.Minute(),
		r.start.Second())
}

func posixOffset(seconds int) string {
	sign := ""
	if seconds < 0 {
		sign, seconds = "-", -seconds
	}
	return fmt.Sprintf("%s%d:%02d:%02d", sign, seconds/3600, seconds/60%60, seconds%60)
}

// zoneFile is a zone file of version 2 (RFC 8536) with one zone, one change long ago, and the rule in POSIX text.
func zoneFile(offset int, text string) []byte {
	block := func(wide bool) []byte {
		b := []byte("TZif2")
		b = append(b, make([]byte, 15)...)
		// isutcnt, isstdcnt, leapcnt, timecnt, typecnt, charcnt
		for _, n := range []uint32{0, 0, 0, 1, 1, 4} {
			b = binary.BigEndian.AppendUint32(b, n)
		}
		if wide {
			b = binary.BigEndian.AppendUint64(b, 1<<63)
		} else {
			b = binary.BigEndian.AppendUint32(b, 1<<31)
		}
		b = append(b, 0)
		b = binary.BigEndian.AppendUint32(b, uint32(int32(offset)))
		b = append(b, 0, 0)
		return append(b, "STD\x00"...)
	}
	file := append(block(false), block(true)...)
	return append(file, "\n"+text+"\n"...)
}

// windowsZones are the names that Windows and Outlook give to time zones, in lower case, with the IANA zone of the
// territory that Unicode CLDR (windowsZones.xml) names first.
var windowsZones = map[string]string{
	"dateline standard time": "Etc/GMT+12", "utc-11": "Etc/GMT+11", "aleutian standard time": "America/Adak",
	"hawaiian standard time": "Pacific/Honolulu", "marquesas standard time": "Pacific/Marquesas",
	"alaskan standard time": "America/Anchorage",
	"utc-09":                "Etc/GMT+9", "pacific standard time (mexico)": "America/Tijuana", "utc-08": "Etc/GMT+8",
	"pacific standard time": "America/Los_Angeles", "us mountain standard time": "America/Phoenix",
	"mountain standard time (mexico)": "America/Chihuahua", "mountain standard time": "America/Denver",
	"yukon standard time": "America/Whitehorse", "central america standard time": "America/Guatemala",
	"central standard time": "America/Chicago", "easter island standard time": "Pacific/Easter",
	"central standard time (mexico)": "America/Mexico_City", "canada central standard time": "America/Regina",
	"sa pacific standard time": "America/Bogota", "eastern standard time (mexico)": "America/Cancun",
	"eastern standard time": "America/New_York", "haiti standard time": "America/Port-au-Prince",
	"cuba standard time":       "America/Havana",
	"us eastern standard time": "America/Indiana/Indianapolis", "turks and caicos standard time": "America/Grand_Turk",
	"paraguay standard time": "America/Asuncion", "atlantic standard time": "America/Halifax",
	"venezuela standard time":         "America/Caracas",
	"central brazilian standard time": "America/Cuiaba", "sa western standard time": "America/La_Paz",
	"pacific sa standard time": "America/Santiago", "newfoundland standard time": "America/St_Johns",
	"tocantins standard time": "America/Araguaina", "e. south america standard time": "America/Sao_Paulo",
	"sa eastern standard time": "America/Cayenne", "argentina standard time": "America/Argentina/Buenos_Aires",
	"greenland standard time": "America/Godthab", "montevideo standard time": "America/Montevideo",
	"magallanes standard time": "America/Punta_Arenas", "saint pierre standard time": "America/Miquelon",
	"bahia standard time": "America/Bahia", "utc-02": "Etc/GMT+2", "mid-atlantic standard time": "Etc/GMT+2",
	"azores standard time": "Atlantic/Azores", "cape verde standard time": "Atlantic/Cape_Verde", "utc": "Etc/UTC",
	"coordinated universal time": "Etc/UTC", "gmt standard time": "Europe/London",
	"greenwich standard time": "Atlantic/Reykjavik",
	"sao tome standard time":  "Africa/Sao_Tome", "morocco standard time": "Africa/Casablanca",
	"w. europe standard time": "Europe/Berlin", "west europe standard time": "Europe/Berlin",
	"central europe standard time": "Europe/Budapest", "romance standard time": "Europe/Paris",
	"central european standard time": "Europe/Warsaw", "w. central africa standard time": "Africa/Lagos",
	"jordan standard time": "Asia/Amman", "gtb standard time": "Europe/Bucharest",
	"middle east standard time": "Asia/Beirut",
	"egypt standard time":       "Africa/Cairo", "e. europe standard time": "Europe/Chisinau",
	"syria standard time":     "Asia/Damascus",
	"west bank standard time": "Asia/Hebron", "south africa standard time": "Africa/Johannesburg",
	"fle standard time":    "Europe/Kiev",
	"israel standard time": "Asia/Jerusalem", "kaliningrad standard time": "Europe/Kaliningrad",
	"sudan standard time":       "Africa/Khartoum",
	"south sudan standard time": "Africa/Juba", "libya standard time": "Africa/Tripoli",
	"namibia standard time": "Africa/Windhoek",
	"arabic standard time":  "Asia/Baghdad", "turkey standard time": "Europe/Istanbul",
	"arab standard time":    "Asia/Riyadh",
	"belarus standard time": "Europe/Minsk", "russian standard time": "Europe/Moscow",
	"e. africa standard time": "Africa/Nairobi",
	"volgograd standard time": "Europe/Volgograd", "iran standard time": "Asia/Tehran",
	"arabian standard time":   "Asia/Dubai",
	"astrakhan standard time": "Europe/Astrakhan", "azerbaijan standard time": "Asia/Baku",
	"russia time zone 3":      "Europe/Samara",
	"mauritius standard time": "Indian/Mauritius", "saratov standard time": "Europe/Saratov",
	"georgian standard time": "Asia/Tbilisi",
	"caucasus standard time": "Asia/Yerevan", "afghanistan standard time": "Asia/Kabul",
	"west asia standard time": "Asia/Tashkent",
	"qyzylorda standard time": "Asia/Qyzylorda", "ekaterinburg standard time": "Asia/Yekaterinburg",
	"pakistan standard time": "Asia/Karachi", "india standard time": "Asia/Kolkata",
	"sri lanka standard time": "Asia/Colombo",
	"nepal standard time":     "Asia/Katmandu", "central asia standard time": "Asia/Almaty",
	"bangladesh standard time": "Asia/Dhaka", "omsk standard time": "Asia/Omsk",
	"myanmar standard time": "Asia/Rangoon", "se asia standard time": "Asia/Bangkok",
	"altai standard time": "Asia/Barnaul", "w. mongolia standard time": "Asia/Hovd",
	"north asia standard time":      "Asia/Krasnoyarsk",
	"n. central asia standard time": "Asia/Novosibirsk", "tomsk standard time": "Asia/Tomsk",
	"china standard time":           "Asia/Shanghai",
	"north asia east standard time": "Asia/Irkutsk", "singapore standard time": "Asia/Singapore",
	"w. australia standard time": "Australia/Perth", "taipei standard time": "Asia/Taipei",
	"ulaanbaatar standard time":    "Asia/Ulaanbaatar",
	"aus central w. standard time": "Australia/Eucla", "transbaikal standard time": "Asia/Chita",
	"tokyo standard time":       "Asia/Tokyo",
	"north korea standard time": "Asia/Pyongyang", "korea standard time": "Asia/Seoul",
	"yakutsk standard time":        "Asia/Yakutsk",
	"cen. australia standard time": "Australia/Adelaide", "aus central standard time": "Australia/Darwin",
	"e. australia standard time": "Australia/Brisbane", "aus eastern standard time": "Australia/Sydney",
	"west pacific standard time": "Pacific/Port_Moresby", "tasmania standard time": "Australia/Hobart",
	"vladivostok standard time": "Asia/Vladivostok", "lord howe standard time": "Australia/Lord_Howe",
	"bougainville standard time": "Pacific/Bougainville", "russia time zone 10": "Asia/Srednekolymsk",
	"magadan standard time": "Asia/Magadan", "norfolk standard time": "Pacific/Norfolk",
	"sakhalin standard time":        "Asia/Sakhalin",
	"central pacific standard time": "Pacific/Guadalcanal", "russia time zone 11": "Asia/Kamchatka",
	"new zealand standard time": "Pacific/Auckland", "utc+12": "Etc/GMT-12", "fiji standard time": "Pacific/Fiji",
	"kamchatka standard time": "Asia/Kamchatka", "chatham islands standard time": "Pacific/Chatham",
	"utc+13":              "Etc/GMT-13",
	"tonga standard time": "Pacific/Tongatapu", "samoa standard time": "Pacific/Apia",
	"line islands standard time": "Pacific/Kiritimati",
}
