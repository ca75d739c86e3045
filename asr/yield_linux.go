package asr

import (
	"runtime"
	"syscall"
)

// niceness of a worker's thread: audio, on the threads of the Go scheduler, goes
// first when there are more recognitions than cores.
const niceness = 5

// yieldToAudio ties the goroutine to a thread of its own and lowers that
// thread's priority. The thread ends with the goroutine. Where it is not
// allowed, recognition competes as an equal.
func yieldToAudio() {
	runtime.LockOSThread()
	_ = syscall.Setpriority(syscall.PRIO_PROCESS, syscall.Gettid(), niceness)
}
