package server

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"

	"gave.network/internal/config"
)

// Front says how the world reaches the server. Its zero value believes nobody: the address of who asks is that of the
// connection.
type Front struct {
	// Public is the address that others know, such as https://gave.example; nil when nobody said it.
	Public *url.URL
	// Trusted are the networks of proxies whose X-Forwarded-For, -Proto and -Host are believed.
	Trusted []netip.Prefix
}

// NewFront reads the public address and the addresses or networks of proxies. An empty public address means that none
// is known.
func NewFront(public string, proxies []string) (Front, error) {
	var f Front
	if public != "" {
		u, err := config.ParsePublicURL(public)
		if err != nil {
			return f, err
		}
		f.Public = u
	}
	trusted, err := config.ParseNetworks(proxies)
	f.Trusted = trusted
	return f, err
}

func (f Front) trusts(address netip.Addr) bool {
	for _, prefix := range f.Trusted {
		if prefix.Contains(address) {
			return true
		}
	}
	return false
}

type vouchedKey struct{}

// vouched says whether the name under which a request came in is one of ours: said by a proxy that is trusted, the
// public address, or a name that only this machine and addresses can have. A page elsewhere can make a browser ask
// under any other name.
func vouched(r *http.Request) bool {
	ok, _ := r.Context().Value(vouchedKey{}).(bool)
	return ok
}

// Handler makes of each request what it was before the proxies, and removes what strangers say about that.
func (f Front) Handler(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		peer := parseAddress(r.RemoteAddr)
		scheme, host, trusted := "http", r.Host, peer.IsValid() && f.trusts(peer)
		if r.TLS != nil {
			scheme = "https"
		}
		if trusted {
			peer = f.client(peer, r.Header.Values("X-Forwarded-For"))
			if said := last(r.Header.Values("X-Forwarded-Proto")); said == "http" || said == "https" {
				scheme = said
			}
			if said := last(r.Header.Values("X-Forwarded-Host")); said != "" {
				host = said
			}
		}
		for _, name := range []string{
			"X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Forwarded-Port", "Forwarded", "X-Real-Ip",
		} {
			r.Header.Del(name)
		}
		known := trusted || isLocal(host)
		if f.Public != nil {
			switch ours := sameHost(host, f.Public); {
			case ours || trusted:
				scheme, host, known = f.Public.Scheme, f.Public.Host, true
			case !isLocal(host):
				http.Error(w, "This server is not known by that name.", http.StatusMisdirectedRequest)
				return
			}
		}
		if peer.IsValid() {
			r.RemoteAddr = netip.AddrPortFrom(peer, 0).String()
		}
		r.URL.Scheme, r.Host = scheme, host
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), vouchedKey{}, known)))
	})
}

// client is the nearest address of the way that the proxies noted which is not one of theirs: what stands before it can
// be made up.
func (f Front) client(peer netip.Addr, forwarded []string) netip.Addr {
	way := strings.Split(strings.Join(forwarded, ","), ",")
	for i := len(way) - 1; i >= 0; i-- {
		address := parseAddress(strings.TrimSpace(way[i]))
		if !address.IsValid() {
			return peer
		}
		if peer = address; !f.trusts(peer) {
			return peer
		}
	}
	return peer
}

// parseAddress reads an address with or without a port; what is none is not valid.
func parseAddress(text string) netip.Addr {
	if withPort, err := netip.ParseAddrPort(text); err == nil {
		return withPort.Addr().Unmap().WithZone("")
	}
	address, _ := netip.ParseAddr(strings.Trim(text, "[]"))
	return address.Unmap().WithZone("")
}

// last returns the last of the values that proxies put behind each other.
func last(values []string) string {
	parts := strings.Split(strings.Join(values, ","), ",")
	return strings.ToLower(strings.TrimSpace(parts[len(parts)-1]))
}

// isLocal says whether a host is an address or a name of this machine, which no name server can point elsewhere.
func isLocal(host string) bool {
	name := strings.ToLower(host)
	if h, _, err := net.SplitHostPort(name); err == nil {
		name = h
	}
	_, err := netip.ParseAddr(strings.Trim(name, "[]"))
	return err == nil || name == "localhost" || strings.HasSuffix(name, ".localhost")
}

// sameHost says whether a host is that of an address, with or without the port that goes without saying.
func sameHost(host string, public *url.URL) bool {
	port := map[string]string{"http": ":80", "https": ":443"}[public.Scheme]
	return strings.TrimSuffix(strings.ToLower(host), port) == strings.TrimSuffix(public.Host, port)
}
