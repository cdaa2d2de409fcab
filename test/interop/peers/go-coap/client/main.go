// go-coap's client: client [CERTIFICATE]. Reads requests from standard input, a JSON object a line, sends one after the
// other, and prints each response as a line of JSON. Of an observation as many lines as "notifications" says, the first
// response included. CERTIFICATE is a file with what it trusts over TLS.
package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log"
	"math/bits"
	"net/url"
	"os"
	"time"

	"github.com/plgd-dev/go-coap/v3/message"
	"github.com/plgd-dev/go-coap/v3/message/codes"
	"github.com/plgd-dev/go-coap/v3/message/pool"
	"github.com/plgd-dev/go-coap/v3/mux"
	"github.com/plgd-dev/go-coap/v3/net/blockwise"
	"github.com/plgd-dev/go-coap/v3/options"
	"github.com/plgd-dev/go-coap/v3/tcp"
	"github.com/plgd-dev/go-coap/v3/udp"
)

type request struct {
	Method        string   `json:"method"`
	URI           string   `json:"uri"`
	Payload       string   `json:"payload"`
	ContentFormat *int32   `json:"contentFormat"`
	ETags         []string `json:"etags"`
	Non           bool     `json:"non"`
	BlockSize     int      `json:"blockSize"`
	Notifications int      `json:"notifications"`
	QBlock        bool     `json:"qBlock"`
}

type response struct {
	Code    string  `json:"code"`
	Payload string  `json:"payload"`
	ETag    *string `json:"etag"`
}

const patience = 100 * time.Second

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}

func show(m *pool.Message) {
	code := fmt.Sprintf("%d.%02d", m.Code()>>5, m.Code()&31)
	answer := response{code, hex.EncodeToString(must(m.ReadBody())), nil}
	if etag, err := m.ETag(); err == nil {
		digits := hex.EncodeToString(etag)
		answer.ETag = &digits
	}
	fmt.Println(string(must(json.Marshal(answer))))
}

func szxOf(blockSize int) blockwise.SZX {
	return blockwise.SZX(bits.TrailingZeros(uint(blockSize)) - 4)
}

func dial(target *url.URL, wanted request, trusted string) mux.Conn {
	if target.Scheme == "coap" {
		blockSize := wanted.BlockSize
		if blockSize == 0 {
			blockSize = 1024
		}
		// Its own three seconds are for a whole body, however many blocks that has.
		opts := []udp.Option{options.WithBlockwise(true, szxOf(blockSize), patience)}
		if wanted.QBlock {
			opts = append(opts, options.WithQBlockwise(blockwise.QBlockwiseAuto))
		}
		return must(udp.Dial(target.Host, opts...))
	}
	opts := []tcp.Option{options.WithCSMExchangeTimeout(patience)}
	if target.Scheme == "coaps+tcp" {
		authorities := x509.NewCertPool()
		if !authorities.AppendCertsFromPEM(must(os.ReadFile(trusted))) {
			log.Fatal("expected a certificate in ", trusted)
		}
		opts = append(opts, options.WithTLS(&tls.Config{RootCAs: authorities, NextProtos: []string{"coap"}}))
	}
	return must(tcp.Dial(target.Host, opts...))
}

var methods = map[string]codes.Code{
	"GET": codes.GET, "POST": codes.POST, "PUT": codes.PUT, "DELETE": codes.DELETE,
	"FETCH": codes.FETCH, "PATCH": codes.PATCH, "IPATCH": codes.IPATCH,
}

func build(ctx context.Context, conn mux.Conn, target *url.URL, wanted request) *pool.Message {
	m := conn.AcquireMessage(ctx)
	m.SetCode(methods[wanted.Method])
	m.SetToken(must(message.GetToken()))
	m.MustSetPath(target.Path)
	if target.RawQuery != "" {
		m.AddQuery(must(url.QueryUnescape(target.RawQuery)))
	}
	for _, etag := range wanted.ETags {
		if err := m.AddETag(must(hex.DecodeString(etag))); err != nil {
			log.Fatal(err)
		}
	}
	if wanted.Non {
		m.SetType(message.NonConfirmable)
	}
	if payload := must(hex.DecodeString(wanted.Payload)); len(payload) > 0 {
		m.SetBody(bytes.NewReader(payload))
	}
	if wanted.ContentFormat != nil {
		m.SetContentFormat(message.MediaType(*wanted.ContentFormat))
	}
	if wanted.Method == "GET" && wanted.BlockSize > 0 && target.Scheme == "coap" {
		m.SetOptionUint32(message.Block2, uint32(szxOf(wanted.BlockSize)))
	}
	return m
}

func observe(ctx context.Context, conn mux.Conn, m *pool.Message, states int) {
	m.SetObserve(0)
	notifications := make(chan *pool.Message, 64)
	observation := must(conn.DoObserve(m, func(notification *pool.Message) {
		notification.Hijack()
		notifications <- notification
	}))
	for range states {
		show(<-notifications)
	}
	if err := observation.Cancel(ctx); err != nil {
		log.Fatal(err)
	}
}

func main() {
	trusted := ""
	if len(os.Args) > 1 {
		trusted = os.Args[1]
	}
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<24)
	conns := map[string]mux.Conn{}
	for lines.Scan() {
		var wanted request
		if err := json.Unmarshal(lines.Bytes(), &wanted); err != nil {
			log.Fatal(err)
		}
		target := must(url.Parse(wanted.URI))
		key := fmt.Sprint(target.Scheme, target.Host, wanted.BlockSize, wanted.QBlock)
		conn, isThere := conns[key]
		if !isThere {
			conn = dial(target, wanted, trusted)
			conns[key] = conn
		}
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		m := build(ctx, conn, target, wanted)
		if wanted.Notifications > 0 {
			observe(ctx, conn, m, wanted.Notifications)
		} else {
			show(must(conn.Do(m)))
		}
		cancel()
	}
}
