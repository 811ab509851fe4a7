package people

import (
	"gave.network/internal/locale"
	"gave.network/internal/tact"
)

// Warning is what somebody is told who writes down what is delicate, such as the special categories of the law (GDPR,
// article 9), after a space; empty when no text is.
func Warning(p *locale.Printer, texts ...string) string {
	if !tact.Any(texts...) {
		return ""
	}
	return " " + p.T("This may be delicate, such as health, belief or money. Gave makes nothing of it; keep it only "+
		"if you need it.")
}
