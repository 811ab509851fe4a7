// Package addresses gives mail addresses, telephone numbers and web addresses in one form, so that two ways of writing
// one compare equal.
package addresses

import (
	"net/url"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/nyaruka/phonenumbers"
	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"

	"gave.network/internal/lang"
	"gave.network/internal/text"
)

// Phone gives a telephone number in the international form of ITU-T E.164, "+31612345678", without any
// extension. Numbers without a country code are taken to be of region, an ISO 3166 code such as "NL"; when none there
// can have them, the plus before a country code may have been lost, as spreadsheets lose it. A number of the region
// that costs extra, such as 0900, cannot be called from abroad and stays as it is dialled there. It is false when no
// telephone can have the number.
func Phone(s, region string) (e164 string, ok bool) {
	if len(s) > 100 || strings.ContainsRune(s, '@') {
		return "", false
	}
	s = strings.TrimPrefix(strings.TrimSpace(text.LowerASCII(s)), "tel:")
	digits := 0
	for _, r := range s {
		if unicode.IsDigit(r) {
			digits++
		}
	}
	if digits < 5 {
		return "", false
	}
	s = extension.ReplaceAllString(s, "")
	region = strings.ToUpper(region)
	number, err := phonenumbers.Parse(s, region)
	if (err != nil || !phonenumbers.IsValidNumber(number)) && digits >= 10 && s[0] >= '1' && s[0] <= '9' {
		number, err = phonenumbers.Parse("+"+s, region)
	}
	if err != nil || !phonenumbers.IsValidNumber(number) {
		return "", false
	}
	switch phonenumbers.GetNumberType(number) {
	case phonenumbers.PREMIUM_RATE, phonenumbers.SHARED_COST:
		if int(number.GetCountryCode()) == phonenumbers.GetCountryCodeForRegion(region) {
			return strings.Map(func(r rune) rune {
				if r < '0' || r > '9' {
					return -1
				}
				return r
			}, phonenumbers.Format(number, phonenumbers.NATIONAL)), true
		}
	}
	return phonenumbers.Format(number, phonenumbers.E164), true
}

// extension is a number within a firm that the library does not know by its word.
var extension = regexp.MustCompile(`\s*(?:` + strings.Join(lang.Words("address", "extension"), "|") + `)\b\.?\s*\d+$`)

// Mail gives a mail address in lower case and bare: without a display name, angle brackets, "mailto:",
// quotes or a comment. The tag after a plus stays. An address disguised for the web, "anna at acme.nl" or "anna (at)
// acme (dot) nl", is undone. A domain in other letters is given in its ASCII form. It is false when no address is
// there.
func Mail(mail string) (address string, ok bool) {
	if len(mail) > 1000 {
		return "", false
	}
	s := strings.TrimSpace(strings.ToValidUTF8(mail, ""))
	if open := strings.LastIndexByte(s, '<'); open >= 0 {
		end := strings.IndexByte(s[open:], '>')
		if end < 0 {
			end = len(s) - open
		}
		s = s[open+1 : open+end]
	}
	if len(s) > 7 && strings.EqualFold(s[:7], "mailto:") {
		s, _, _ = strings.Cut(s[7:], "?")
	}
	s = strings.Map(func(r rune) rune {
		if text.IsInvisible(r) && !unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
	// A comment, as list archives write it: "anna at acme.nl (Anna Jansen)".
	if open := strings.LastIndex(s, " ("); open > 0 && strings.HasSuffix(strings.TrimSpace(s), ")") &&
		!atWords[text.Fold(strings.Trim(s[open:], " ()"))] && !dotWords[text.Fold(strings.Trim(s[open:], " ()"))] {
		s = s[:open]
	}
	s = undisguise(s)
	s = strings.ToLower(norm.NFC.String(strings.Trim(s, " \t\r\n'\".,;:<>()[]")))
	at := strings.LastIndexByte(s, '@')
	if at <= 0 || at == len(s)-1 || at > 128 {
		return "", false
	}
	local, domain := strings.Trim(s[:at], `"`), s[at+1:]
	if !validLocal(local) {
		return "", false
	}
	if !text.IsASCII(domain) {
		plain, err := idna.Lookup.ToASCII(domain)
		if err != nil {
			return "", false
		}
		domain = plain
	}
	if !validDomain(domain) {
		return "", false
	}
	return local + "@" + domain, true
}

var (
	atWords  = text.WordSet("address", "at")
	dotWords = text.WordSet("address", "dot")
)

var disguiseMarks = strings.NewReplacer("(", " ", ")", " ", "[", " ", "]", " ", "{", " ", "}", " ", "_at_", " at ",
	"_AT_", " at ", "_dot_", " dot ", "_DOT_", " dot ")

// undisguise writes "anna at acme dot nl" as anna@acme.nl, when the whole text has that shape.
func undisguise(s string) string {
	if strings.ContainsRune(s, '@') || len(s) > 300 {
		return s
	}
	s = disguiseMarks.Replace(s)
	words := strings.Fields(s)
	if len(words) < 3 {
		return s
	}
	var out strings.Builder
	at := false
	for i, w := range words {
		switch folded := strings.ToLower(w); {
		case i%2 == 1 && !at && atWords[folded]:
			at = true
			out.WriteByte('@')
		case i%2 == 1 && dotWords[folded]:
			out.WriteByte('.')
		case i%2 == 1:
			return s
		default:
			out.WriteString(w)
		}
	}
	if !at || !strings.ContainsRune(out.String()[strings.IndexByte(out.String(), '@'):], '.') {
		return s // "lunch at Utrecht" is no address
	}
	return out.String()
}

func validLocal(s string) bool {
	for _, r := range s {
		if unicode.IsSpace(r) || unicode.IsControl(r) || strings.ContainsRune(`<>()[],;:\"`, r) || r == '@' {
			return false
		}
	}
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) &&
		s[0] != '.' && utf8.RuneCountInString(s) <= 128
}

func validDomain(s string) bool {
	if len(s) > 253 {
		return false
	}
	for label := range strings.SplitSeq(s, ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		for i := range len(label) {
			c := label[i]
			if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '_' {
				return false
			}
		}
	}
	return true
}

// profileHosts are sites on which a path names a person: the host under which each is kept.
var profileHosts = map[string]string{
	"linkedin.com": "www.linkedin.com", "github.com": "github.com", "gitlab.com": "gitlab.com", "twitter.com": "x.com",
	"x.com": "x.com", "instagram.com": "www.instagram.com",
	"facebook.com": "www.facebook.com", "fb.com": "www.facebook.com", "bsky.app": "bsky.app",
	"xing.com": "www.xing.com", "mastodon.social": "mastodon.social", "medium.com": "medium.com",
	"youtube.com": "www.youtube.com", "threads.net": "www.threads.net",
}

// Link gives a web address in one form, so that two ways of writing it compare equal: scheme https, host in
// lower case, no fragment, tracking parameters, default port or trailing slash. Profile pages of known sites lose the
// language host and all parameters, and their name is in lower case and percent-decoded:
// "nl.linkedin.com/in/Ren%C3%A9-X/" becomes "https://www.linkedin.com/in/rené-x". A handle of the form
// "@anna@mastodon.social" becomes the address of its profile. It is false for anything that is not a web address.
func Link(s string) (link string, ok bool) {
	s = strings.TrimSpace(strings.ToValidUTF8(s, ""))
	if len(s) > 2 && (s[0] == '<' && s[len(s)-1] == '>' || s[0] == '"' && s[len(s)-1] == '"') {
		s = s[1 : len(s)-1]
	}
	if s == "" || len(s) > 4000 ||
		strings.ContainsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || text.IsInvisible(r) }) {
		return "", false
	}
	if strings.HasPrefix(s, "@") {
		name, host, found := strings.Cut(s[1:], "@")
		if !found || name == "" || !validDomain(strings.ToLower(host)) || !strings.Contains(host, ".") ||
			!validLocal(name) || strings.ContainsAny(name, "/?#%") {
			return "", false
		}
		return "https://" + strings.ToLower(host) + "/@" + strings.ToLower(norm.NFC.String(name)), true
	}
	if scheme, rest, found := strings.Cut(s, "://"); found {
		if scheme = strings.ToLower(scheme); scheme != "http" && scheme != "https" {
			return "", false
		}
		s = rest
	} else {
		s = strings.TrimPrefix(s, "//")
	}
	u, err := url.Parse("https://" + s)
	if err != nil || u.User != nil || u.Host == "" {
		return "", false
	}
	host := strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
	if !text.IsASCII(host) {
		if host, err = idna.Lookup.ToASCII(host); err != nil {
			return "", false
		}
	}
	if !validDomain(host) || !strings.Contains(host, ".") {
		return "", false
	}
	if port := u.Port(); port != "" && port != "80" && port != "443" {
		return plainLink(u, host+":"+port), true
	}
	if site := profileSite(host); site != "" {
		if path, profile := profilePath(u, site); profile {
			return "https://" + site + path, true
		}
		host = site
	}
	return plainLink(u, host), true
}

// profileSite strips www., mobile and language hosts of known profile sites.
func profileSite(host string) string {
	for name := host; ; {
		if site, ok := profileHosts[name]; ok {
			return site
		}
		first, rest, found := strings.Cut(name, ".")
		if !found || len(first) > 6 {
			return ""
		}
		name = rest
	}
}

// profilePath gives the path of a profile page in one form.
func profilePath(u *url.URL, site string) (path string, ok bool) {
	parts := strings.FieldsFunc(u.Path, func(r rune) bool { return r == '/' })
	keep := 1
	switch site {
	case "www.linkedin.com":
		if len(parts) < 2 || parts[0] != "in" && parts[0] != "company" && parts[0] != "school" {
			return "", false
		}
		keep = 2
	case "bsky.app", "www.xing.com":
		if len(parts) < 2 || parts[0] != "profile" {
			return "", false
		}
		keep = 2
	case "www.youtube.com", "www.threads.net", "medium.com", "mastodon.social":
		if len(parts) != 1 || !strings.HasPrefix(parts[0], "@") {
			return "", false
		}
	default:
		if len(parts) != 1 || parts[0] == "profile.php" {
			return "", false
		}
	}
	for _, p := range parts[:keep] {
		if !validLocal(strings.TrimPrefix(p, "@")) || strings.ContainsAny(p, "?#%") {
			return "", false
		}
		path += "/" + strings.ToLower(norm.NFC.String(p))
	}
	return path, true
}

func plainLink(u *url.URL, host string) string {
	path := strings.TrimRight(u.EscapedPath(), "/")
	query := u.Query()
	for name := range query {
		if strings.HasPrefix(name, "utm_") || name == "fbclid" || name == "gclid" || name == "trk" ||
			name == "mc_cid" || name == "mc_eid" {
			query.Del(name)
		}
	}
	link := "https://" + host + path
	if len(query) > 0 {
		link += "?" + query.Encode()
	}
	return link
}

// PersonalLink says that a normalised web address is a person's own page on a site where a path names somebody. Any
// other, such as the home page of a firm, may stand on the cards of many.
func PersonalLink(link string) bool {
	host, path, ok := strings.Cut(strings.TrimPrefix(link, "https://"), "/")
	if !ok || strings.Contains(path, "?") {
		return false
	}
	if strings.HasPrefix(path, "@") {
		return true
	}
	return profileSite(host) == host && !strings.HasPrefix(path, "company/") && !strings.HasPrefix(path, "school/")
}
