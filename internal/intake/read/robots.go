package read

import (
	"strings"

	"gave.network/internal/lang"
)

// robotLocals are the parts before the @ behind which nobody reads: machines that send, not people.
var robotLocals = func() map[string]bool {
	all := map[string]bool{}
	for _, word := range lang.Words("automated", "sender") {
		all[word] = true
	}
	return all
}()

// robotParts tell such an address wherever they stand in it.
var robotParts = lang.Words("automated", "sender.part")

// Robot says that a mail address belongs to a machine, a sender of newsletters or an address that nobody reads, judged
// by its words alone: no-reply@, mailer-daemon@, notifications@, nieuwsbrief@, bounces+1234@ and the like.
func Robot(address string) bool {
	local, domain, ok := strings.Cut(address, "@")
	if !ok {
		return false
	}
	local, _, _ = strings.Cut(local, "+")
	local, _, _ = strings.Cut(local, "=")
	bare := strings.Map(func(r rune) rune {
		if r == '-' || r == '_' || r == '.' {
			return -1
		}
		return r
	}, strings.ToLower(local))
	if robotLocals[bare] {
		return true
	}
	for _, part := range robotParts {
		if strings.Contains(bare, part) {
			return true
		}
	}
	for _, part := range []string{"bounce-", "bounces-", "notification-", "notifications-"} {
		if strings.HasPrefix(strings.ToLower(local), part) {
			return true
		}
	}
	return strings.HasPrefix(domain, "bounce.") || strings.HasPrefix(domain, "bounces.") ||
		strings.HasPrefix(domain, "noreply.") ||
		// the public address of a person
		strings.HasSuffix(domain, ".noreply.github.com") && domain != "users.noreply.github.com"
}

// newsletterMailers are programs that write to many at once, as they name themselves in X-Mailer, in lower case.
var newsletterMailers = []string{
	"mailchimp", "phplist", "sendinblue", "brevo", "laposta", "spotler", "mailplus", "copernica", "campaign",
	"newsletter", "massmail", "mass mail", "group mail", "groupmail", "mailinglist", "mail bomber", "dynamic mail",
	"bulk", "icontact",
	"constant contact", "roving constant contact", "sendgrid", "mailjet", "exacttarget", "acymailing",
	"swiftmailer mass",
}

// MassMailer says that the program named in X-Mailer is one for newsletters.
func MassMailer(mailer string) bool {
	mailer = strings.ToLower(mailer)
	for _, word := range newsletterMailers {
		if strings.Contains(mailer, word) {
			return true
		}
	}
	return false
}
