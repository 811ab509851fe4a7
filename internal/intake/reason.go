package intake

import (
	"regexp"
	"slices"

	"gave.network/internal/locale"
)

// reasons are the texts of rejected records; %s stands for what the file says there: a quoted value, a date, a number. A reason is stored as
// it was said in English, and read in the language of its reader.
var reasons = []string{
	"a number or word is too long",
	"a quote is opened and not closed",
	"a record is larger than %s MB",
	"it cannot be read: %s",
	"it does not begin like a mail",
	"it does not name both ends of the tie",
	"it ends in the middle",
	"it has no id",
	"it has no name, mail address or telephone number",
	"it is damaged: %s",
	"its weight is not a number",
	"no mail address stands in this line",
	"the date %s cannot be read",
	"the date %s cannot be right",
	"the date %s has no day or no month",
	"the date %s has yet to come",
	"the date %s of the activity cannot be read",
	"the file ends in the middle of the header of this message",
	"the file ends in the middle of this contact",
	"the file ends in the middle of this event",
	"the group %s has a member who is not among the contacts",
	"the group has no name",
	"the header has a line longer than %s bytes",
	"the header is longer than %s bytes",
	"the line is longer than %s MB",
	"the message has no time or no writer",
	"the relationship lacks its type or a contact",
	"the time %s cannot be right",
	"the time %s of the event cannot be read",
	"there is no such date in the order that the other dates have",
	"this event has no start (DTSTART)",
	"this event has no start that can be read: DTSTART is %s",
	"this event is in the year %s",
	"this line is no message: it should begin with a date and a name",
	"this line is no attribute: it should be a name, a colon and a value",
	"this line stands outside a calendar: it should begin with BEGIN:VCALENDAR",
	"this line stands outside a contact: it should begin with BEGIN:VCARD",
	"this part does not begin like a message",
	"values lie too deep inside one another",
}

// quotedByFile finds what a reason quotes: something in quotation marks, a date or a number.
var quotedByFile = regexp.MustCompile(`"(?:[^"\\]|\\.)*"|\d+(?:-\d{2}){0,2}`)

// saysWhy begins the reasons that end in the words of another.
var saysWhy = regexp.MustCompile(`^(it is damaged|it cannot be read): (.+)$`)

// ReasonFor says in the reader's language why a record was rejected.
func ReasonFor(p *locale.Printer, reason string) string {
	if found := saysWhy.FindStringSubmatch(reason); found != nil {
		return p.T(found[1]+": %s", ReasonFor(p, found[2]))
	}
	var values []any
	key := quotedByFile.ReplaceAllStringFunc(reason, func(value string) string {
		values = append(values, value)
		return "%s"
	})
	if !slices.Contains(reasons, key) {
		return reason
	}
	return p.T(key, values...)
}
