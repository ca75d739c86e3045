package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"hotline"
)

// servingFile is the file of the data folder that says where the server listens.
const servingFile = "serving.json"

// serving says where a server listens.
type serving struct {
	PID  int      `json:"pid"`
	SIP  []string `json:"sip"`
	HTTP string   `json:"http"`

	first hotline.Link // for the first administrator, if there is none
	base  string       // the address that people use
}

// lock makes sure that one server uses the data folder.
func lock(file string) (unlock func(), err error) {
	f, err := os.OpenFile(file, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		return nil, fmt.Errorf("another hotline uses the folder %s; give --data another one", filepath.Dir(file))
	}
	return func() { f.Close() }, nil
}

func writeServing(data string, at serving) error {
	b, err := json.MarshalIndent(at, "", "  ")
	if err != nil {
		return err
	}
	file := filepath.Join(data, servingFile)
	if err := os.WriteFile(file+".new", append(b, '\n'), 0o600); err != nil {
		return err
	}
	return os.Rename(file+".new", file)
}

// defaultURI is the server that runs on this data folder.
func defaultURI(data string) (string, error) {
	b, err := os.ReadFile(filepath.Join(data, servingFile))
	var at serving
	if err == nil {
		err = json.Unmarshal(b, &at)
	}
	if err != nil || len(at.SIP) == 0 {
		return "", errors.New("no server runs on the data folder: start `hotline serve`, or give a SIP URI")
	}
	network, addr, _ := strings.Cut(at.SIP[0], "://")
	if _, _, err := net.SplitHostPort(addr); err != nil {
		return "", err
	}
	return "sip:shop@" + addr + ";transport=" + network, nil
}
