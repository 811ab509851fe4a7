package oauth

import (
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"gave.network/internal/locale"
)

const (
	mostRedirects = 10   // addresses that one client registers
	mostRedirect  = 1000 // bytes of one of them
)

// scheme is how the scheme of an address of a program on a device is written.
var scheme = regexp.MustCompile(`^[a-z][a-z0-9+.-]{2,60}$`)

// taken are the schemes that browsers and systems act on themselves: an address of theirs leads to no program that
// registered it.
var taken = []string{
	"about", "acap", "blob", "chrome", "content", "cid", "data", "dns", "edge", "facetime", "feed", "file",
	"filesystem", "firefox", "ftp", "ftps", "geo", "git", "gopher", "help", "http", "https", "imap", "intent",
	"itms", "jar", "javascript", "ldap", "ldaps", "mailto", "market", "mid", "mms", "moz-extension", "news", "nfs",
	"nntp", "opera", "pop", "res", "resource", "rtsp", "search", "search-ms", "sftp", "sip", "sips", "sms", "smb",
	"ssh", "steam", "tel", "telnet", "urn", "vbscript", "view-source", "webcal", "ws", "wss", "x-apple", "xmpp",
}

// A destination is where a browser is sent: a page with https, a program that listens on the reader's own device
// (RFC 8252, section 7.3), or one that the device opens for a scheme of its own (section 7.1).
type destination struct {
	address *url.URL
	written string
}

// parseDestination reads an address to which a client may have browsers sent. It takes addresses of ASCII, without a
// fragment or a user, since these can be read in more than one way.
func parseDestination(written string) (destination, bool) {
	if written == "" || len(written) > mostRedirect || strings.ContainsFunc(written, func(r rune) bool {
		return r <= ' ' || r >= 0x7f || strings.ContainsRune("\\\"'<>`{}|^#", r)
	}) {
		return destination{}, false
	}
	u, err := url.Parse(written)
	if err != nil || u.User != nil || u.Scheme == "" || strings.ToLower(u.Scheme) != u.Scheme {
		return destination{}, false
	}
	d := destination{u, written}
	switch u.Scheme {
	case "https":
		return d, named(u) && u.Opaque == ""
	case "http":
		return d, named(u) && u.Opaque == "" && d.loopback()
	}
	ours := scheme.MatchString(u.Scheme) && !slices.Contains(taken, u.Scheme) && !strings.HasPrefix(u.Scheme, "ms-") &&
		!strings.HasPrefix(u.Scheme, "chrome-") && !strings.HasPrefix(u.Scheme, "itms-") &&
		!strings.HasPrefix(u.Scheme, "x-apple.")
	return d, ours && (u.Host != "" || u.Path != "" || u.Opaque != "")
}

// hostName is how a host may be written: names of letters, digits and hyphens.
var hostName = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$`)

// named says whether an address has a host that can be shown.
func named(u *url.URL) bool {
	if at, err := netip.ParseAddr(u.Hostname()); err == nil {
		return at.Zone() == ""
	}
	return hostName.MatchString(u.Hostname())
}

// loopback says whether the browser is sent to a program on the reader's own device.
func (d destination) loopback() bool {
	if d.address.Scheme != "http" {
		return false
	}
	name := strings.ToLower(d.address.Hostname())
	at, err := netip.ParseAddr(name)
	return name == "localhost" || err == nil && at.Unmap().IsLoopback()
}

// allows says whether a client that registered this address may have browsers sent to another: to the very same one, or
// on the reader's own device to any port, as a program there cannot choose one beforehand.
func (d destination) allows(asked destination) bool {
	if d.written == asked.written {
		return true
	}
	if !d.loopback() || !asked.loopback() {
		return false
	}
	one, other := *d.address, *asked.address
	one.Host, other.Host = d.address.Hostname(), asked.address.Hostname()
	return one.String() == other.String()
}

// with is the address with what the client is told.
func (d destination) with(told url.Values) string {
	separator := "?"
	if strings.Contains(d.written, "?") {
		separator = "&"
	}
	return d.written + separator + told.Encode()
}

// source is the address as a policy names where forms may lead.
func (d destination) source() string {
	switch {
	case d.address.Scheme != "http" && d.address.Scheme != "https", strings.Contains(d.address.Host, "["):
		return d.address.Scheme + ":" // a policy has no words for hosts of other schemes, and for addresses of IPv6
	}
	return d.address.Scheme + "://" + d.address.Host
}

// home is the part of the address by which people know where it leads.
func (d destination) home() string {
	if d.address.Scheme == "http" || d.address.Scheme == "https" {
		return d.address.Host
	}
	return d.address.Scheme + ":"
}

// words says where the browser is sent.
func (d destination) words(p *locale.Printer) string {
	switch {
	case d.loopback():
		return p.T("to a program on the device on which you read this (%s)", d.home())
	case d.address.Scheme != "https":
		return p.T("to a program on this device that opens addresses which begin with %s", d.home())
	}
	return p.T("to %s", d.home())
}
