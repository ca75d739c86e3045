// Command texts prints sentences to learn the weights of dialog/turns from: those
// of Debian's documentation and translations, Chinese and English, one a line.
//
//	dialog/turns/texts/fetch.sh FOLDER
//	go run ./dialog/turns/texts FOLDER > sentences.txt
package main

import (
	"bufio"
	"fmt"
	"log"
	"os"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: texts FOLDER")
		os.Exit(2)
	}
	w := bufio.NewWriter(os.Stdout)
	if err := texts(os.Args[1], func(s string) { fmt.Fprintln(w, s) }); err != nil {
		log.Fatal(err)
	}
	if err := w.Flush(); err != nil {
		log.Fatal(err)
	}
}
