package sip

import (
	"net/textproto"
	"net/url"
	"strings"

	"github.com/emiago/sipgo/sip"
)

// number is who a URI names: the user part of a SIP URI or the digits of a
// tel: URI (RFC 3966), without parameters, escapes and visual separators.
func number(u *sip.Uri) string {
	s := u.User
	if strings.EqualFold(u.Scheme, "tel") {
		s = u.Raw()
	}
	s, _, _ = strings.Cut(s, ";")
	if plain, err := url.PathUnescape(s); err == nil {
		s = plain
	}
	if strings.Trim(s, "+0123456789*#-.() ") == "" {
		s = strings.NewReplacer("-", "", ".", "", "(", "", ")", "", " ", "").Replace(s)
	}
	return printable(s, 128)
}

// caller is who calls: P-Asserted-Identity (RFC 3325), which only a trusted
// peer can send here, stands in for a From that hides it.
func caller(req *sip.Request) string {
	from := req.From()
	if from == nil {
		return ""
	}
	n := number(&from.Address)
	if n != "" && !strings.EqualFold(n, "anonymous") {
		return n
	}
	for _, h := range req.GetHeaders("P-Asserted-Identity") {
		var u sip.Uri
		var p sip.HeaderParams
		if _, err := sip.ParseAddressValue(h.Value(), &u, &p); err == nil && number(&u) != "" {
			return number(&u)
		}
	}
	return n
}

// callee is the number dialled: the Request-URI's, or To's if that has none.
func callee(req *sip.Request) string {
	if n := number(&req.Recipient); n != "" {
		return n
	}
	if to := req.To(); to != nil {
		return number(&to.Address)
	}
	return ""
}

const (
	maxHeaders     = 128 // of a message
	maxHeaderValue = 1024
)

// headersOf is what an application may want to know of an INVITE. Names are
// canonical as of net/textproto; the values of several are joined with commas.
func headersOf(req *sip.Request) map[string]string {
	m := map[string]string{}
	for _, h := range req.Headers() {
		name := textproto.CanonicalMIMEHeaderKey(h.Name())
		v := printable(h.Value(), maxHeaderValue)
		if old, ok := m[name]; ok {
			v = printable(old+", "+v, maxHeaderValue)
		}
		m[name] = v
	}
	return m
}

// printable drops control characters and what is over n bytes.
func printable(s string, n int) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	if len(s) > n {
		s = strings.ToValidUTF8(s[:n], "")
	}
	return s
}
