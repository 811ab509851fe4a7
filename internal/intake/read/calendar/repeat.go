package calendar

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/teambition/rrule-go"

	"gave.network/internal/intake/read"
)

const (
	// maxInstances is the most instances of one repeating event that are emitted: the last ones before the horizon.
	maxInstances = 1000
	// maxSteps is how many instances are counted through to get there: a daily event of 270 years.
	maxSteps = 100_000
	// maxBarren is how many rules of one file may give no instance at all. Such a rule (30 February) costs a walk
	// through eight thousand years, so that a hostile file is stopped here.
	maxBarren = 50
)

var errBarren = errors.New("its repetition never happens")

// ruleParts are the parts of RRULE that are understood; others are left out.
var ruleParts = map[string]bool{
	"FREQ": true, "UNTIL": true, "COUNT": true, "INTERVAL": true, "BYDAY": true, "BYMONTHDAY": true, "BYYEARDAY": true,
	"BYWEEKNO": true, "BYMONTH": true, "BYSETPOS": true, "WKST": true, "BYHOUR": true, "BYMINUTE": true,
}

// expand returns the moments of a repeating event that begin before the horizon, in order, at most maxInstances.
func expand(rule string, start time.Time, horizon time.Time) (moments []time.Time, err error) {
	// The rules come from strangers; a fault in the library must cost one event, not the import.
	defer func() {
		if fault := recover(); fault != nil {
			moments, err = nil, errors.New(read.Because("its repetition cannot be computed: %s", fmt.Sprint(fault)))
		}
	}()
	option, err := ruleOf(rule, start)
	if err != nil {
		return nil, err
	}
	if option.Until.IsZero() || option.Until.After(horizon) {
		option.Until = horizon
	}
	if option.Until.Before(start) {
		return nil, nil
	}
	r, err := rrule.NewRRule(*option)
	if err != nil {
		return nil, errors.New(read.Because("its repetition cannot be read: %s", err.Error()))
	}
	next := r.Iterator()
	for range maxSteps {
		moment, ok := next()
		if !ok {
			break
		}
		if len(moments) >= 2*maxInstances {
			moments = append(moments[:0], moments[maxInstances:]...)
		}
		moments = append(moments, moment)
	}
	if len(moments) == 0 {
		return nil, errBarren
	}
	return moments[max(0, len(moments)-maxInstances):], nil
}

// ruleOf reads an RRULE and refuses what no meeting of people does.
func ruleOf(rule string, start time.Time) (*rrule.ROption, error) {
	var parts []string
	for part := range strings.SplitSeq(strings.ToUpper(strings.ReplaceAll(rule, " ", "")), ";") {
		key, value, ok := strings.Cut(part, "=")
		if ok && value != "" && ruleParts[key] && len(value) < 500 {
			parts = append(parts, part)
		}
	}
	option, err := rrule.StrToROptionInLocation(strings.Join(parts, ";"), start.Location())
	if err != nil {
		return nil, errors.New(read.Because("its repetition cannot be read: %s", err.Error()))
	}
	option.Dtstart = start
	option.Interval = max(option.Interval, 1)
	switch option.Freq {
	case rrule.YEARLY, rrule.MONTHLY, rrule.WEEKLY:
	case rrule.DAILY:
		if len(option.Bymonthday) > 0 && option.Interval == 1 {
			// The same days, found without a walk through every day.
			option.Freq = rrule.MONTHLY
		}
		option.Byyearday, option.Byweekno, option.Bysetpos = nil, nil, nil
	default:
		return nil, errors.New("its repetition is more often than daily")
	}
	if option.Interval > 1000 || len(option.Byhour)*max(len(option.Byminute), 1) > 48 || len(option.Byminute) > 48 {
		return nil, errors.New("its repetition is not one of a meeting")
	}
	return option, nil
}
