package bot

import (
	"context"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"hotline/dialog"
	outside "hotline/dialog/action"
)

// wire gives every declared action something to do.
func (d *reader) wire(files fs.FS, o Options) {
	breakers := map[string]*outside.Breaker{}
	for _, name := range slices.Sorted(maps.Keys(d.actions)) {
		a := d.actions[name]
		switch {
		case a.note:
			d.script.Actions[name] = dialog.ActionFunc(note)
		case a.data != "":
			d.script.Actions[name] = d.records(files, a)
		case o.Actions[name] != nil:
			d.script.Actions[name] = o.Actions[name]
		case a.http == nil && a.mail == nil:
			d.script.Actions[name] = noAction(name)
		}
		if service := d.service(a, o, breakers); service != nil {
			if then := d.script.Actions[name]; then != nil {
				service = outside.Fallback(service, then)
			}
			d.script.Actions[name] = service
		}
	}
}

// note keeps what it is told: the event of the action is the record.
func note(context.Context, dialog.Request) (map[string]string, error) {
	return map[string]string{"kept": "yes"}, nil
}

// records reads a file of records and answers by key: found is yes or no, and
// every field of the record, one that is a map of languages as field.en and
// field.zh.
func (d *reader) records(files fs.FS, a *action) dialog.Action {
	table := map[string]map[string]string{}
	data, err := fs.ReadFile(files, a.data)
	if err != nil {
		d.add(a.at, "cannot read %s: %v", a.data, err)
		return nil
	}
	n, ok := parse(d.report, a.data, data)
	if !ok {
		d.add(a.at, "expected a list of records in %s", a.data)
		return nil
	}
	for _, rec := range n.list() {
		fields := map[string]string{"found": "yes"}
		for _, e := range rec.entries() {
			if !e.isMap() {
				fields[e.key] = e.str()
				continue
			}
			for _, l := range e.entries() {
				if !slices.Contains(known, l.key) {
					d.add(l.at, "unknown key %q; expected %s", l.key, strings.Join(known, ", "))
				}
				fields[e.key+"."+l.key] = l.str()
			}
		}
		key := fields[a.key]
		switch {
		case key == "":
			rec.wrong("expected a record with %s", a.key)
		case table[key] != nil:
			rec.wrong("%s %s is there twice", a.key, key)
		}
		table[key] = fields
	}
	return dialog.ActionFunc(func(_ context.Context, r dialog.Request) (map[string]string, error) {
		if rec := table[r.Args[a.key]]; rec != nil {
			return maps.Clone(rec), nil
		}
		return map[string]string{"found": "no"}, nil
	})
}
