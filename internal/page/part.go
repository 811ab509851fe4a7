package page

import (
	"net/http"
	"strconv"
	"strings"
)

// Part is the part of a long list that a page shows, and the addresses of the parts beside it; empty at the ends.
type Part struct {
	From, To      int // entries From up to, not including, To
	Before, After string
}

// PartOf returns the part of a list of count entries that a request asks for by "from": at most size of them. The
// address is that of the whole list, with or without a query.
func PartOf(r *http.Request, address string, count, size int) Part {
	from, _ := strconv.Atoi(r.FormValue("from")) // what is no number is the beginning
	part := Part{From: min(max(0, from), count)}
	part.To = min(part.From+size, count)
	sign := "?"
	if strings.Contains(address, "?") {
		sign = "&"
	}
	if part.From > 0 {
		part.Before = address + sign + "from=" + strconv.Itoa(max(0, part.From-size))
	}
	if part.To < count {
		part.After = address + sign + "from=" + strconv.Itoa(part.To)
	}
	return part
}
