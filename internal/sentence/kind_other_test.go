//go:build !amd64

package sentence

func setKind(v, a bool) {}
