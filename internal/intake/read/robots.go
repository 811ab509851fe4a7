package read

import "strings"

// robotLocals are the parts before the @ behind which nobody reads: machines that send, not people.
var robotLocals = map[string]bool{
	"noreply": true, "donotreply": true, "dontreply": true, "noreplies": true, "nietantwoorden": true,
	"geenantwoord": true, "neantwoorden": true, "unattended": true, "mailerdaemon": true, "postmaster": true,
	"daemon": true, "bounce": true, "bounces": true, "notification": true, "notifications": true, "notify": true,
	"notificaties": true, "newsletter": true, "newsletters": true, "nieuwsbrief": true, "nieuwsbrieven": true,
	"mailing": true, "mailings": true,
	"alert": true, "alerts": true, "automated": true, "automail": true, "autoreply": true, "autoresponder": true,
	"root": true, "cron": true, "crondaemon": true, "nobody": true, "wwwdata": true, "apache": true, "system": true,
	"listserv": true, "majordomo": true, "mailman": true, "listmaster": true, "digest": true, "rssfeeds": true,
	"calendarnotification": true, "drivesharesnoreply": true, "invitations": true, "messagesnoreply": true,
	"jobalerts": true, "marketing": true, "promo": true, "promotions": true, "offers": true, "updates": true,
	"undisclosedrecipients": true,
}

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
	for _, part := range []string{"noreply", "donotreply", "mailerdaemon", "nietbeantwoorden"} {
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
