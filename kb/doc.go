// Package kb is the knowledge base: articles in, answers out.
//
// An article answers questions, in one language, perhaps for one segment of
// customers, perhaps for a time. Its versions are numbered from 1 and never
// change. What is imported or crawled becomes a draft; publishing makes it live;
// rolling back makes an earlier version live again. Each is one call, in one
// transaction, with a line in the history.
//
// A [Base] keeps all this in one SQLite file, which other processes may open at
// the same time: what `hotline kb publish` changes, a running server sees at its
// next search. SQLite and not lines of JSON, because publishing, holding back and
// recording must happen together or not at all, and because two processes share
// the file.
//
// # What Search promises
//
// Each answer names its article and version, and that version was live when the
// search began. A change is in the index within milliseconds, however many articles
// there are; what has changed and is not in it yet, because very much has, is left
// out rather than served as it was. Publish, Rollback, Remove, Import and Crawl
// return after the index has what they did; searches go on meanwhile.
//
// Each answer has the probability that it answers the question, calibrated on
// questions that the ranking was not fitted to, so "I don't know" is a threshold
// on it. [Index] applies one and is what a bot searches with. Questions that fall
// below it are remembered, and [Base.Unanswered] groups them for those who write.
//
// A Base is safe for many goroutines. Close waits for what it started.
package kb
