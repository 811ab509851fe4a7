// Package config says how Gave is set up: one table of settings, each with its flag, its environment variable, its
// key in a file, what holds when nobody says so, and help. A flag goes before the environment, the environment before
// the file, and the file before the default.
package config

import (
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/dustin/go-humanize"

	"gave.network/internal/fault"
)

// Option is one setting.
type Option struct {
	// Key is its name in a file and, after two dashes, as a flag. The environment variable is GAVE_ with the key in
	// capitals.
	Key string
	// Word stands for a value in help.
	Word string
	// Help is one English sentence, also a translation key.
	Help string
	// Default holds when nobody says anything; empty where nothing holds then.
	Default string
	// List says that there may be several values, with commas between them.
	List bool
	// Secret says that a value holds what nobody should read over a shoulder.
	Secret bool
	// Hidden says that all of a value is a secret.
	Hidden bool
	// Serving says that only a server uses it, so that other commands have no flag for it.
	Serving bool

	check func(text string) error
}

// The settings. What only a server needs stands after what every command needs.
var (
	Data = Option{
		Key: "data", Word: "DIR", Help: "Directory of the data.", check: directory,
	}
	Database = Option{
		Key:    "database",
		Word:   "URL",
		Help:   "Address of a PostgreSQL database, instead of the file in the data directory.",
		Secret: true,
		check:  database,
	}
	Space = Option{
		Key: "space", Word: "NAME", Help: "The space in which a command works; your first one without this.",
		check: func(string) error { return nil },
	}
	Listen = Option{
		Key:     "listen",
		Word:    "ADDRESS",
		Help:    "Address to listen on.",
		Default: "127.0.0.1:8086",
		Serving: true,
		check:   listen,
	}
	PublicURL = Option{
		Key:     "public-url",
		Word:    "URL",
		Help:    "Address under which others reach the server, such as https://gave.example.",
		Serving: true,
		check:   func(text string) error { _, err := ParsePublicURL(text); return err },
	}
	TrustedProxies = Option{
		Key: "trusted-proxies", Word: "NETWORK", List: true, Serving: true,
		Help:  "Addresses or networks of proxies whose X-Forwarded headers are believed; none without this.",
		check: func(text string) error { _, err := ParseNetworks(Split(text)); return err },
	}
	UploadLimit = Option{
		Key:     "upload-limit",
		Word:    "SIZE",
		Help:    "The most that one upload of files to import may bring.",
		Default: "20GB",
		Serving: true,
		check:   size(1<<20, 1<<40),
	}
	FormLimit = Option{
		Key:     "form-limit",
		Word:    "SIZE",
		Help:    "The most that a form of somebody who is signed in may hold.",
		Default: "1MiB",
		Serving: true,
		check:   size(64<<10, 1<<30),
	}
	CalendarNetworks = Option{
		Key: "calendar-networks", Word: "NETWORK", List: true, Serving: true,
		Help: "Networks in which servers of mail, contacts and calendars may lie besides the public internet, such " +
			"as that of a cloud at home; none without this.",
		check: func(text string) error { _, err := ParseNetworks(Split(text)); return err },
	}
	MailServer = Option{
		Key: "mail-server", Word: "URL", Secret: true, Serving: true,
		Help: "Mail server by which Gave sends what somebody asks it to, such as " +
			"smtp://user:password@mail.example:587; without one it sends no mail.",
		check: func(text string) error { _, err := ParseMailServer(text); return err },
	}
	MailFrom = Option{
		Key: "mail-from", Word: "ADDRESS", Serving: true,
		Help:  "Address from which Gave sends mail, such as gave@example.org.",
		check: func(text string) error { _, err := ParseMailFrom(text); return err },
	}
	OpenIDIssuer = Option{
		Key: "openid-issuer", Word: "URL", Serving: true,
		Help: "Provider of sign-ins (OpenID Connect) by which a team comes in, such as https://login.example; none " +
			"without this.",
		check: func(text string) error { return provider(text) },
	}
	OpenIDClient = Option{
		Key: "openid-client", Word: "ID", Serving: true,
		Help:  "What Gave is called at the provider of sign-ins.",
		check: func(string) error { return nil },
	}
	OpenIDSecret = Option{
		Key: "openid-secret", Word: "SECRET", Secret: true, Hidden: true, Serving: true,
		Help:  "The secret of Gave at the provider of sign-ins.",
		check: func(string) error { return nil },
	}
	OpenIDName = Option{
		Key: "openid-name", Word: "NAME", Serving: true,
		Help:  "What people call the provider of sign-ins.",
		check: func(string) error { return nil },
	}
	OpenIDDomains = Option{
		Key: "openid-domains", Word: "DOMAIN", List: true, Serving: true,
		Help: "Domains of mail addresses that become members by the provider of sign-ins without an invitation; none " +
			"without this.",
		check: func(text string) error { _, err := ParseDomains(Split(text)); return err },
	}
	GoogleClient = Option{
		Key: "google-client", Word: "ID", Serving: true,
		Help: "What Gave is called at Google, where it is registered: members then have mail of Google read by " +
			"signing in there.",
		check: func(string) error { return nil },
	}
	GoogleSecret = Option{
		Key: "google-secret", Word: "SECRET", Secret: true, Hidden: true, Serving: true,
		Help:  "The secret of Gave at Google.",
		check: func(string) error { return nil },
	}
	MicrosoftClient = Option{
		Key: "microsoft-client", Word: "ID", Serving: true,
		Help: "What Gave is called at Microsoft, where it is registered: members then have mail of Microsoft read by " +
			"signing in there.",
		check: func(string) error { return nil },
	}
	MicrosoftSecret = Option{
		Key: "microsoft-secret", Word: "SECRET", Secret: true, Hidden: true, Serving: true,
		Help:  "The secret of Gave at Microsoft.",
		check: func(string) error { return nil },
	}
	OAuthIssuer = Option{
		Key: "oauth-issuer", Word: "URL", Serving: true,
		Help: "Another provider of mail at which members sign in to have theirs read (OAuth 2.0), such as " +
			"https://login.example.",
		check: func(text string) error { return provider(text) },
	}
	OAuthClient = Option{
		Key: "oauth-client", Word: "ID", Serving: true,
		Help:  "What Gave is called at that provider of mail.",
		check: func(string) error { return nil },
	}
	OAuthSecret = Option{
		Key: "oauth-secret", Word: "SECRET", Secret: true, Hidden: true, Serving: true,
		Help:  "The secret of Gave at that provider of mail.",
		check: func(string) error { return nil },
	}
	OAuthName = Option{
		Key: "oauth-name", Word: "NAME", Serving: true,
		Help:  "What people call that provider of mail.",
		check: func(string) error { return nil },
	}
	OAuthServer = Option{
		Key: "oauth-server", Word: "URL", Serving: true,
		Help:  "The mail server of that provider (IMAP), such as imaps://imap.example.",
		check: imapServer,
	}
	OAuthScopes = Option{
		Key: "oauth-scopes", Word: "SCOPE", List: true, Serving: true,
		Help:  "What that provider of mail is asked to permit; openid, email and offline_access without this.",
		check: func(string) error { return nil },
	}
	MailInbox = Option{
		Key: "mail-inbox", Word: "URL", Secret: true, Serving: true,
		Help: "Mailbox of the address from which Gave sends, such as imaps://user:password@imap.example: it is read " +
			"for " +
			"answers to letters. The provider must deliver addresses with a plus there.",
		check: func(text string) error { _, err := ParseMailInbox(text); return err },
	}
	MailReceive = Option{
		Key: "mail-receive", Word: "ADDRESS", Serving: true,
		Help: "Address to listen on for mail that comes in by SMTP, such as 127.0.0.1:2525: answers to letters, and " +
			"mails " +
			"that members pass on. Without one none is taken in.",
		check: listen,
	}
	MailDomain = Option{
		Key: "mail-domain", Word: "DOMAIN", Serving: true,
		Help: "Domain of the addresses of mail that comes in by SMTP, such as in.gave.example; all other mail is " +
			"refused.",
		check: domain,
	}
	MailCertificate = Option{
		Key: "mail-certificate", Word: "FILE", Serving: true,
		Help: "File with the certificate by which mail that comes in by SMTP is encrypted (PEM, with those between " +
			"it and its authority); one that Gave makes itself without this.",
		check: func(string) error { return nil },
	}
	MailKey = Option{
		Key: "mail-key", Word: "FILE", Serving: true,
		Help:  "File with the key of that certificate.",
		check: func(string) error { return nil },
	}
	Drain = Option{
		Key:     "drain",
		Word:    "TIME",
		Help:    "How long a server that is stopped goes on taking requests while /readyz says that it is not ready.",
		Default: "0s",
		Serving: true,
		check:   length(0, 40*time.Second), // what runs it may end it after a minute
	}
	Patience = Option{
		Key:     "patience",
		Word:    "TIME",
		Help:    "How long a connection may stand still before it is closed.",
		Default: "30s",
		Serving: true,
		check:   length(time.Second, time.Hour),
	}
)

// Options returns the table, in the order in which it is shown.
func Options() []Option {
	return []Option{
		Data, Database, Space, Listen, PublicURL, TrustedProxies, UploadLimit, FormLimit, CalendarNetworks, MailServer,
		MailFrom, MailInbox, MailReceive, MailDomain, MailCertificate, MailKey, OpenIDIssuer, OpenIDClient,
		OpenIDSecret, OpenIDName, OpenIDDomains, GoogleClient, GoogleSecret, MicrosoftClient, MicrosoftSecret,
		OAuthIssuer, OAuthClient, OAuthSecret, OAuthName, OAuthServer, OAuthScopes, Patience, Drain,
	}
}

// Environment is the name of the setting's environment variable.
func (o Option) Environment() string {
	return "GAVE_" + strings.ToUpper(strings.ReplaceAll(o.Key, "-", "_"))
}

// FallBack is what holds when nobody says anything: the default, or the place for a program's data on this system.
func (o Option) FallBack() string {
	if o.Key == Data.Key {
		return userData()
	}
	return o.Default
}

// Shown is a value as it may be shown: without what is secret in it.
func (o Option) Shown(text string) string {
	if o.Hidden && text != "" {
		return masked
	}
	if !o.Secret || !strings.Contains(text, "://") {
		return text
	}
	u, err := url.Parse(text)
	if err != nil {
		return masked
	}
	query := u.Query()
	for name := range query {
		if strings.Contains(name, "password") || strings.Contains(name, "key") {
			query.Set(name, masked)
		}
	}
	u.RawQuery = query.Encode()
	return u.Redacted()
}

// masked stands for what is not shown, as in the addresses that the standard library redacts.
const masked = "xxxxx"

// Split returns the values of a list.
func Split(text string) []string {
	var out []string
	for _, part := range strings.Split(text, ",") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

func database(text string) error {
	wrong := func() error {
		return fault.New(fault.Usage, "The database address cannot be read.").
			WithHint("Write it as postgres://user:password@host:5432/name.")
	}
	scheme, _, isURL := strings.Cut(text, "://")
	if !isURL {
		return nil // a file
	}
	if u, err := url.Parse(text); err != nil || scheme != "postgres" && scheme != "postgresql" ||
		u.Port() != "" && badPort(u.Port()) {
		return wrong() // the address itself may hold a password, so it is not repeated
	}
	return nil
}

// domain checks the name of a domain.
func domain(text string) error {
	if a, err := mail.ParseAddress("x@" + text); err != nil || a.Address != "x@"+text || !strings.Contains(text, ".") {
		return fault.New(fault.Usage, "%q is not a domain.", text).WithHint("Write it as in.gave.example.")
	}
	return nil
}

func listen(text string) error {
	_, port, err := net.SplitHostPort(text)
	if err != nil || badPort(port) {
		return fault.New(fault.Usage, "%q is not an address to listen on.", text).
			WithHint("Write it as 127.0.0.1:8086, or :8086 for all addresses.")
	}
	return nil
}

func badPort(text string) bool {
	if _, err := strconv.ParseUint(text, 10, 16); err == nil {
		return false
	}
	_, err := net.LookupPort("tcp", text)
	return err != nil || text == ""
}

// ParsePublicURL reads the address under which others reach the server.
func ParsePublicURL(text string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimRight(text, "/"))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.Path != "" ||
		u.RawQuery != "" || u.User != nil {
		return nil, fault.New(fault.Usage, "%q is not the address of a server.", text).
			WithHint("Write it as https://gave.example, without a path.")
	}
	u.Host = strings.ToLower(u.Host)
	return u, nil
}

// ParseMailServer reads the address of a mail server. It may hold a password, so what is wrong is not repeated.
func ParseMailServer(text string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimRight(text, "/"))
	if err != nil || u.Scheme != "smtp" && u.Scheme != "smtps" || u.Hostname() == "" || u.Path != "" ||
		u.RawQuery != "" || u.Port() != "" && badPort(u.Port()) {
		return nil, fault.New(fault.Usage, "The address of the mail server cannot be read.").
			WithHint("Write it as smtp://user:password@mail.example:587, or smtps:// where it wants that.")
	}
	return u, nil
}

// ParseMailInbox reads the address of a mailbox. It holds a password, so what is wrong is not repeated.
func ParseMailInbox(text string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimRight(text, "/"))
	if err != nil || u.Scheme != "imap" && u.Scheme != "imaps" || u.Hostname() == "" || u.Path != "" ||
		u.RawQuery != "" || u.Port() != "" && badPort(u.Port()) || u.User.Username() == "" {
		return nil, fault.New(fault.Usage, "The address of the mailbox cannot be read.").
			WithHint("Write it as imaps://user:password@imap.example.")
	}
	return u, nil
}

// imapServer checks the address of a mail server that is read with what a provider gave: encrypted from the first byte
// on, or by STARTTLS.
func imapServer(text string) error {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "imaps" && u.Scheme != "imap" || u.Hostname() == "" || u.User != nil ||
		strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Port() != "" && badPort(u.Port()) {
		return fault.New(fault.Usage, "%q is not the address of a mail server.", text).
			WithHint("Write it as imaps://imap.example.")
	}
	return nil
}

// ParseMailFrom reads the address from which mail is sent, with or without a name.
func ParseMailFrom(text string) (mail.Address, error) {
	a, err := mail.ParseAddress(text)
	if err != nil {
		return mail.Address{}, fault.New(fault.Usage, "%q is not a mail address.", text).
			WithHint("Write it as gave@example.org, or Gave <gave@example.org>.")
	}
	return *a, nil
}

// provider checks the address of a provider of sign-ins. What goes to it has to stay between the two, so only one on
// this machine may do without TLS.
func provider(text string) error {
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" ||
		u.Scheme != "https" && (u.Scheme != "http" || !loopback(u.Hostname())) {
		return fault.New(fault.Usage, "%q is not the address of a provider of sign-ins.", text).
			WithHint("Write it as https://login.example, just as it calls itself.")
	}
	return nil
}

func loopback(host string) bool {
	address, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && address.IsLoopback()
}

// ParseDomains reads domains of mail addresses.
func ParseDomains(texts []string) ([]string, error) {
	var out []string
	for _, text := range texts {
		domain := strings.ToLower(strings.TrimPrefix(strings.TrimSpace(text), "@"))
		if !strings.Contains(domain, ".") || strings.ContainsAny(domain, "@ /*:") ||
			strings.Trim(domain, ".") != domain {
			return nil, fault.New(fault.Usage, "%q is not the domain of a mail address.", text).
				WithHint("Write it as example.org.")
		}
		out = append(out, domain)
	}
	return out, nil
}

// ParseNetworks reads addresses and networks.
func ParseNetworks(texts []string) ([]netip.Prefix, error) {
	var out []netip.Prefix
	for _, text := range texts {
		prefix, err := netip.ParsePrefix(strings.TrimSpace(text))
		if err != nil {
			address, wrong := netip.ParseAddr(strings.TrimSpace(text))
			if wrong != nil {
				return nil, fault.New(fault.Usage, "%q is not an address or a network.", text).
					WithHint("Write it as 127.0.0.1 or 10.0.0.0/8.")
			}
			prefix = netip.PrefixFrom(address, address.BitLen())
		}
		out = append(out, prefix.Masked())
	}
	return out, nil
}

// size checks a number of bytes between two.
func size(least, most int64) func(string) error {
	return func(text string) error {
		n, err := humanize.ParseBytes(text)
		if err != nil || strings.HasPrefix(strings.TrimSpace(text), "-") {
			return fault.New(fault.Usage, "%q is not a size.", text).WithHint("Write it as 500MB or 20GB.")
		}
		if n < uint64(least) || n > uint64(most) {
			return fault.New(fault.Usage, "%q is not between %s and %s.", text, humanize.IBytes(uint64(least)),
				humanize.IBytes(uint64(most)))
		}
		return nil
	}
}

// length checks a time between two.
func length(least, most time.Duration) func(string) error {
	return func(text string) error {
		d, err := time.ParseDuration(text)
		if err != nil {
			return fault.New(fault.Usage, "%q is not a length of time.", text).WithHint("Write it as 30s or 2m.")
		}
		if d < least || d > most {
			return fault.New(fault.Usage, "%q is not between %s and %s.", text, least, most)
		}
		return nil
	}
}

// directory takes any name that a system can hold.
func directory(text string) error {
	if strings.ContainsRune(text, 0) {
		return fault.New(fault.Usage, "%q is not a directory.", text)
	}
	return nil
}
