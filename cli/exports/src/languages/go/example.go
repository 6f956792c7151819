package main

import (
	"encoding/binary"
	"fmt"
	"log"

	"example.com/app/wsdraft"
)

func main() {
	data := []byte{@bytes@} // what a client sent
	draft, sender := wsdraft.Draft@Draft@, wsdraft.RoleClient
	head, err := wsdraft.ParseHead(draft, sender, data, wsdraft.First)
	if err != nil {
		log.Fatal(err) // the head is incomplete or breaks rules
	}
	payload := head.Payload(data) // without its mask
	code := binary.BigEndian.Uint16(payload)
	verdict, err := wsdraft.CheckCloseCode(draft, code, sender)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(head.Kind, code, verdict.Reason) // close @code@ never-sent
	if rule, err := wsdraft.RuleOf(draft, verdict.Rule); err == nil {
		fmt.Printf("%v %s: %s\n", rule.Level, rule.ID, rule.Summary)
	}
}
