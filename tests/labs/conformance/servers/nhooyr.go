// Go's nhooyr.io/websocket. Its limit for a message is 32 KiB by default.
package main

import (
	"context"
	"fmt"
	"net/http"
	"os"

	"nhooyr.io/websocket"
)

func echo(response http.ResponseWriter, request *http.Request) {
	socket, err := websocket.Accept(response, request, nil)
	if err != nil {
		return
	}
	defer socket.Close(websocket.StatusInternalError, "")
	socket.SetReadLimit(16 << 20)
	for {
		kind, message, err := socket.Read(context.Background())
		if err != nil {
			return
		}
		if err := socket.Write(context.Background(), kind, message); err != nil {
			return
		}
	}
}

func main() {
	fmt.Println(os.Args[2])
	panic(http.ListenAndServe("127.0.0.1:"+os.Args[1], http.HandlerFunc(echo)))
}
