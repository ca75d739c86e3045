package eval

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"hotline/dialog/slot"
)

// Slot is dialog/slot as it stands. A label is kind=value, where kind is number,
// money, date, time, duration, phone, email, chinese_id, yes (values yes and no)
// or digits:N, and the value is in the form that slots keep: "4571", "12.50 EUR",
// "2026-05-08", "15:30", "PT1H30M". An empty value says that there is none to be
// found. Classes of the report are the kinds, and none.
const Slot Task = "slot"

// reference is the time at which "tomorrow" is said, if Options does not say.
var reference = time.Date(2026, 5, 4, 14, 30, 0, 0, time.UTC) // a Monday

// slots measures what is read out of texts.
func (t *tally) slots(rows []Item, now time.Time) error {
	if now.IsZero() {
		now = reference
	}
	for i, r := range rows {
		kind, value, ok := strings.Cut(r.Label, "=")
		if !ok {
			return fmt.Errorf("row %d: want kind=value, found %q", i+1, r.Label)
		}
		start := time.Now()
		got, found, err := readSlot(kind, r.Text, now)
		t.took += time.Since(start)
		if err != nil {
			return fmt.Errorf("row %d: %w", i+1, err)
		}
		name, _, _ := strings.Cut(kind, ":")
		a := answer{want: name, got: name, p: 1}
		switch {
		case value == "":
			if a.want, a.got = "none", "none"; found {
				a.got = "a " + name + " that nobody said"
			}
		case !found:
			a.got = "none"
		case got != value:
			a.got = "another " + name
		}
		t.answers = append(t.answers, a)
	}
	return nil
}

// readSlot reads a value of a kind as a flow that asked for it does.
func readSlot(kind, text string, now time.Time) (value string, ok bool, err error) {
	name, size, sized := strings.Cut(kind, ":")
	switch name {
	case "digits":
		n, err := strconv.Atoi(size)
		if !sized || err != nil {
			return "", false, fmt.Errorf("want digits:N, found %q", kind)
		}
		best := slot.Best([]string{text}, slot.Expect{Min: n, Max: n, Asked: true}, nil, nil)
		return best.Number.Digits, best.Number.Fits, nil
	case "number":
		v, ok := slot.Quantity(text)
		return strconv.FormatFloat(v, 'f', -1, 64), ok, nil
	case "money":
		v, ok := slot.Money(text)
		return v.String(), ok, nil
	case "date":
		v, ok := slot.ReadWhen(text, now)
		day, _, _ := strings.Cut(strings.ReplaceAll(v.String(), "T", " "), " ")
		return day, ok && v.Day, nil
	case "time":
		v, ok := slot.ReadWhen(text, now)
		v.Day = v.Day && !v.Clock
		return v.String(), ok && v.Clock, nil
	case "duration":
		v, ok := slot.Duration(text)
		return v.String(), ok, nil
	case "phone":
		v, ok := slot.Phone(text)
		return v, ok, nil
	case "email":
		v, ok := slot.Email(text)
		return v, ok, nil
	case "chinese_id":
		v, ok := slot.ID([]string{text})
		return v, ok, nil
	case "yes":
		switch slot.YesNo(text) {
		case slot.Yes:
			return "yes", true, nil
		case slot.No:
			return "no", true, nil
		}
		return "", false, nil
	}
	return "", false, fmt.Errorf("no such kind of slot: %q", kind)
}
