// Accepts records that carry a valid token in a header, and takes the token out before they are stored.
//
// A token is subject.expiry.signature: whom it was given to, until when it holds (seconds since 1970), and the
// HMAC-SHA256 of "subject.expiry" under the secret in config, in base64url without padding.
package main

import (
	"blink"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"
)

const secretBytesMin = 16

var config struct {
	Secret string `json:"secret"`
	Header string `json:"header"`
}

func init() {
	blink.Serve(blink.Plugin{Init: start, OnRecords: judgeAll})
}

func start(text string) error {
	if err := json.Unmarshal([]byte(text), &config); err != nil {
		return err
	}
	if len(config.Secret) < secretBytesMin {
		return errors.New("config.secret is to have at least 16 characters: secret: ${TOKEN_SECRET}")
	}
	if config.Header == "" {
		config.Header = "authorization"
	}
	return nil
}

func judgeAll(batch blink.Batch) []blink.Verdict {
	verdicts := make([]blink.Verdict, len(batch.Records))
	now := time.Now().Unix()
	for at, record := range batch.Records {
		verdicts[at] = judge(record, now)
	}
	return verdicts
}

func judge(record blink.Record, now int64) blink.Verdict {
	at := slices.IndexFunc(record.Headers, func(header blink.Header) bool { return header.Key == config.Header })
	if at < 0 {
		return blink.Reject("there is no header " + config.Header)
	}
	token, _ := strings.CutPrefix(string(record.Headers[at].Value), "Bearer ")
	if why := complaint(token, now); why != "" {
		return blink.Reject(why)
	}
	record.Headers = slices.Delete(record.Headers, at, at+1)
	return blink.Replace(record)
}

// Why a token does not hold; empty when it does. The signature comes first: of a token not ours nothing is told.
func complaint(token string, now int64) string {
	end := strings.LastIndexByte(token, '.')
	if end < 0 {
		return "the token is not subject.expiry.signature"
	}
	signed, signature := token[:end], token[end+1:]
	given, err := base64.RawURLEncoding.DecodeString(signature)
	mac := hmac.New(sha256.New, []byte(config.Secret))
	mac.Write([]byte(signed))
	if err != nil || !hmac.Equal(given, mac.Sum(nil)) {
		return "the token's signature is wrong"
	}
	expiry, err := strconv.ParseInt(signed[strings.LastIndexByte(signed, '.')+1:], 10, 64)
	if err != nil {
		return "the token is not subject.expiry.signature"
	}
	if expiry <= now {
		return "the token has expired"
	}
	return ""
}

func main() {}
