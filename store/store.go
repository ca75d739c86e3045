// Package store says where things are kept: the names of calls and of their
// recordings. The databases are in the packages below it, one a folder; what a
// database must do is declared by its user (journal.Store), and storetest
// checks it.
//
// A data folder has one database, hotline.db, and the recordings beside it, so
// that a copy of one folder, made while the server is stopped, is a backup.
package store

import (
	"crypto/rand"
	"encoding/base32"
	"path"
	"strings"
	"time"

	"hotline"
)

const (
	// Database is the name of the database in a data folder.
	Database = "hotline.db"

	stamp = "20060102-150405.000"
)

// alphabet is base32 in the order of its bytes, without letters that are
// misread (Crockford's).
var alphabet = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// NewCallID makes a name for a call that starts at t: its UTC time to the
// millisecond and 40 random bits, "20261122-161154123-k7q2m9xd". Names sort by
// time and are safe in paths, URLs and SIP headers.
func NewCallID(t time.Time) hotline.CallID {
	var r [5]byte
	_, _ = rand.Read(r[:]) // never fails: crypto/rand
	when := strings.Replace(t.UTC().Format(stamp), ".", "", 1)
	return hotline.CallID(when + "-" + alphabet.EncodeToString(r[:]))
}

// RecordingPath is where the recording of a call is kept, under the data
// folder, with slashes: "recordings/2026/11/22/<call>.wav". A call that is not
// named by NewCallID goes to "recordings/other".
func RecordingPath(id hotline.CallID) string {
	day := "other"
	if date, _, ok := strings.Cut(string(id), "-"); ok {
		if t, err := time.Parse("20060102", date); err == nil {
			day = t.Format("2006/01/02")
		}
	}
	return path.Join("recordings", day, path.Base(string(id))+".wav")
}
