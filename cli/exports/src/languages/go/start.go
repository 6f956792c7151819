//
// A number that is missing is -1, and a text that is missing is empty.
package wsdraft

import (
	"bytes"
	"crypto/sha1"
	"errors"
	"fmt"
	"strings"
)

func nameOf(names []string, at int) string {
	if at < len(names) {
		return names[at]
	}
	return fmt.Sprintf("unknown(%d)", at)
}
