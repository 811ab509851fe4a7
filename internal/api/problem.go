package api

import (
	"errors"
	"net/http"

	"gave.network/internal/api/wire"
	"gave.network/internal/fault"
	"gave.network/internal/locale"
	"gave.network/internal/op"
)

// Problem is how the API says that a request failed (RFC 9457), in the language of the request.
type Problem struct {
	Type     string     `json:"type" format:"uri-reference" doc:"Address of the explanation of this kind of problem." example:"/api/#not_found"`
	Title    string     `json:"title" doc:"The kind of problem, for people." example:"Not found"`
	Status   int        `json:"status" doc:"The HTTP status." example:"404"`
	Code     fault.Code `json:"code" doc:"The kind of problem, for programs." enum:"invalid,usage,not_found,conflict,changed,unauthenticated,forbidden,too_large,too_many,unavailable,internal" example:"not_found"`
	Detail   string     `json:"detail" doc:"What went wrong, for people." example:"There is no such person."`
	Hint     string     `json:"hint,omitempty" doc:"What can be done." example:"List people to find the right one."`
	Field    string     `json:"field,omitempty" doc:"The field of the input at fault." example:"person"`
	Instance string     `json:"instance" format:"uri-reference" doc:"This one failure; the number is also in the server's log." example:"urn:uuid:018f2a4c-7b1e-7c3a-9d5e-2f6b8a1c4d7e"`
}

// kinds are the codes with their status and their title in English, which is also a translation key.
var kinds = []struct {
	code   fault.Code
	status int
	title  string
	about  string
}{
	{
		fault.Usage, http.StatusBadRequest, "Wrong request",
		"The request has a field that is missing, unknown or of the wrong kind.",
	},
	{
		fault.Unauthenticated, http.StatusUnauthorized, "Not signed in",
		"There is no token, or it is not valid any more.",
	},
	{fault.Forbidden, http.StatusForbidden, "Not allowed", "You are signed in, but your role does not allow this."},
	{fault.NotFound, http.StatusNotFound, "Not found", "It does not exist, or you may not see it."},
	{fault.Conflict, http.StatusConflict, "Conflict", "It clashes with what is stored."},
	{
		fault.Changed, http.StatusPreconditionFailed, "Changed meanwhile",
		"It is not any more as it was when you looked: If-Match names an older version.",
	},
	{fault.TooLarge, http.StatusRequestEntityTooLarge, "Too large", "The request is larger than the stated limit."},
	{
		fault.Invalid, http.StatusUnprocessableEntity, "Cannot be used",
		"The request is well formed, but what it says cannot be used.",
	},
	{fault.TooMany, http.StatusTooManyRequests, "Too many requests", "Slow down and try again later."},
	{
		fault.Internal, http.StatusInternalServerError, "Our fault",
		"Something went wrong on our side; the number of the request is in the server's log.",
	},
	{
		fault.Unavailable, http.StatusServiceUnavailable, "Not available now",
		"The database is locked, the disk is full or a server is gone; try again later.",
	},
}

// statusError is a fault with a status that its code does not lead to.
type statusError struct {
	status int
	err    error
}

func (e *statusError) Error() string { return e.err.Error() }
func (e *statusError) Unwrap() error { return e.err }

// StatusOf returns the HTTP status that an error leads to.
func StatusOf(err error) int {
	var own *statusError
	if errors.As(err, &own) {
		return own.status
	}
	code := fault.CodeOf(err)
	for _, k := range kinds {
		if k.code == code {
			return k.status
		}
	}
	return http.StatusInternalServerError
}

// ProblemOf says the error in the printer's language; the cause is left out.
func ProblemOf(err error, p *locale.Printer, request string) Problem {
	problem := Problem{
		Status: StatusOf(err), Code: fault.Internal, Detail: p.T("Something went wrong on our side."),
		Instance: "urn:uuid:" + request,
	}
	var known *fault.Error
	if errors.As(err, &known) {
		problem.Code, problem.Detail, problem.Field = known.Code, p.T(known.Message, known.Args...), known.Field
		if known.Hint != "" {
			problem.Hint = p.T(known.Hint)
		}
	}
	problem.Type = "/api/#" + string(problem.Code)
	for _, k := range kinds {
		if k.code == problem.Code {
			problem.Title = p.T(k.title)
		}
	}
	return problem
}

// problemAnswer says an error as an answer that can be kept.
func problemAnswer(err error, lang locale.Lang, request string) op.Answer {
	problem := ProblemOf(err, locale.New(lang, nil), request)
	text, failed := wire.Marshal(problem)
	if failed != nil {
		text = []byte(`{"title":"Our fault","status":500,"code":"internal"}`)
	}
	return op.Answer{Status: problem.Status, Head: string(lang), Body: append(text, '\n')}
}

func writeProblem(w http.ResponseWriter, lang locale.Lang, err error, request string) {
	answer := problemAnswer(err, lang, request)
	if answer.Status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", `Bearer realm="Gave"`)
	}
	send(w, answer)
}
