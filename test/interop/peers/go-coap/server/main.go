// A server on go-coap for our client to try: server SCHEME PORT [CERTIFICATE]. SCHEME is coap, coap+tcp or coaps+tcp; at
// coap bodies may come and go in Q-Blocks (RFC 9177), too. CERTIFICATE is a file with it and its key, for TLS. It listens
// at ::1 and prints "ready".
package main

import (
	"bytes"
	"crypto/sha256"
	"crypto/tls"
	"fmt"
	"log"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/plgd-dev/go-coap/v3/message"
	"github.com/plgd-dev/go-coap/v3/message/codes"
	"github.com/plgd-dev/go-coap/v3/mux"
	"github.com/plgd-dev/go-coap/v3/net"
	"github.com/plgd-dev/go-coap/v3/net/blockwise"
	"github.com/plgd-dev/go-coap/v3/options"
	"github.com/plgd-dev/go-coap/v3/tcp"
	"github.com/plgd-dev/go-coap/v3/udp"
)

// No Content-Format: a reserved number stands for it.
const noFormat = message.MediaType(0xffff)

// The library knows of no links: these are the server's own.
const links = `</store>,</methods>,</separate>,</state>;obs`

type body struct {
	bytes  []byte
	format message.MediaType
}

func (b body) etag() []byte {
	sum := sha256.Sum256(b.bytes)
	return sum[:8]
}

type waiting struct {
	conn  mux.Conn
	token message.Token
	typ   message.Type
}

type server struct {
	mutex      sync.Mutex
	stored     map[string]body
	separate   *waiting
	isReleased bool
	state      []byte
	observers  []waiting
	sequence   uint32
}

func check(err error) {
	if err != nil {
		log.Print(err)
	}
}

func contains(r *mux.Message, option message.OptionID, value []byte) bool {
	values := make([][]byte, 16)
	n, err := r.Options().GetBytess(option, values)
	check(err)
	return slices.ContainsFunc(values[:max(n, 0)], func(one []byte) bool { return bytes.Equal(one, value) })
}

func respond(w mux.ResponseWriter, code codes.Code, b body, opts ...message.Option) {
	check(w.SetResponse(code, b.format, bytes.NewReader(b.bytes), opts...))
	if b.format == noFormat {
		w.Message().Remove(message.ContentFormat)
	}
}

func text(words string) body { return body{[]byte(words), message.TextPlain} }

var nothing = body{nil, noFormat}

// Bodies by their path.
func (s *server) store(w mux.ResponseWriter, r *mux.Message, path string, sent body) {
	known, isKnown := s.stored[path]
	switch r.Code() {
	case codes.GET:
		etag := message.Option{ID: message.ETag, Value: known.etag()}
		switch {
		case !isKnown:
			respond(w, codes.NotFound, text("nothing is stored here"))
		case contains(r, message.ETag, known.etag()):
			respond(w, codes.Valid, nothing, etag)
		default:
			respond(w, codes.Content, known, etag)
		}
	case codes.PUT:
		isWanted := !r.HasOption(message.IfMatch) || isKnown && contains(r, message.IfMatch, known.etag())
		if !isWanted || isKnown && r.HasOption(message.IfNoneMatch) {
			respond(w, codes.PreconditionFailed, nothing)
			return
		}
		s.stored[path] = sent
		if isKnown {
			respond(w, codes.Changed, nothing)
		} else {
			respond(w, codes.Created, nothing)
		}
	case codes.DELETE:
		delete(s.stored, path)
		respond(w, codes.Deleted, nothing)
	default:
		respond(w, codes.MethodNotAllowed, nothing)
	}
}

var methods = map[codes.Code]string{
	codes.GET: "GET", codes.POST: "POST", codes.PUT: "PUT", codes.DELETE: "DELETE",
	codes.FETCH: "FETCH", codes.PATCH: "PATCH", codes.IPATCH: "IPATCH",
}

// Says what it was asked.
func (s *server) answer(w mux.ResponseWriter, r *mux.Message, sent body) {
	queries, err := r.Queries()
	if err != nil {
		queries = nil
	}
	words := methods[r.Code()] + " " + strings.Join(queries, "&") + " "
	respond(w, codes.Content, body{append([]byte(words), sent.bytes...), message.AppOctets})
}

// A response or notification that comes by itself.
func send(to waiting, payload []byte, sequence uint32) {
	m := to.conn.AcquireMessage(to.conn.Context())
	m.SetCode(codes.Content)
	m.SetToken(to.token)
	m.SetType(to.typ)
	m.SetBody(bytes.NewReader(payload))
	if sequence > 0 {
		m.SetObserve(sequence)
	}
	check(to.conn.WriteMessage(m))
	to.conn.ReleaseMessage(m)
}

func requester(w mux.ResponseWriter, r *mux.Message) waiting {
	return waiting{w.Conn(), slices.Clone(r.Token()), r.Type()}
}

// A GET is answered when somebody sends a POST.
func (s *server) later(w mux.ResponseWriter, r *mux.Message) {
	if r.Code() == codes.GET {
		one := requester(w, r)
		s.separate = &one
	} else {
		s.isReleased = true
		respond(w, codes.Changed, nothing)
	}
	if s.isReleased && s.separate != nil {
		go send(*s.separate, []byte("later"), 0)
		s.separate = nil
		s.isReleased = false
	}
}

func (s *server) forget(conn mux.Conn, token message.Token) {
	s.observers = slices.DeleteFunc(s.observers, func(one waiting) bool {
		return one.conn == conn && (token == nil || bytes.Equal(one.token, token))
	})
	fmt.Printf("observers: %d\n", len(s.observers))
}

// Notifies of each body that is PUT.
func (s *server) observed(w mux.ResponseWriter, r *mux.Message, sent body) {
	if r.Code() != codes.GET {
		s.state = sent.bytes
		s.sequence++
		for _, one := range s.observers {
			go send(one, s.state, s.sequence)
		}
		respond(w, codes.Changed, nothing)
		return
	}
	observe, err := r.Observe()
	if err == nil && observe == 0 {
		one := requester(w, r)
		one.typ = message.Confirmable
		s.observers = append(s.observers, one)
		fmt.Printf("observers: %d\n", len(s.observers))
		w.Conn().AddOnClose(func() {
			s.mutex.Lock()
			defer s.mutex.Unlock()
			s.forget(one.conn, nil)
		})
		respond(w, codes.Content, body{s.state, message.AppOctets})
		w.Message().SetObserve(s.sequence)
		return
	}
	if err == nil {
		s.forget(w.Conn(), r.Token())
	}
	respond(w, codes.Content, body{s.state, message.AppOctets})
}

func (s *server) serve(w mux.ResponseWriter, r *mux.Message) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	path, err := r.Path()
	check(err)
	payload, err := r.ReadBody()
	check(err)
	format, err := r.ContentFormat()
	if err != nil {
		format = noFormat
	}
	sent := body{slices.Clone(payload), format}
	switch name := strings.TrimPrefix(path, "/"); {
	case strings.HasPrefix(name, "store/"):
		s.store(w, r, name, sent)
	case name == "methods":
		s.answer(w, r, sent)
	case name == "separate":
		s.later(w, r)
	case name == "state":
		s.observed(w, r, sent)
	case name == ".well-known/core":
		respond(w, codes.Content, body{[]byte(links), message.AppLinkFormat})
	default:
		respond(w, codes.NotFound, nothing)
	}
}

func main() {
	scheme, address := os.Args[1], "[::1]:"+os.Args[2]
	s := &server{stored: map[string]body{}, state: []byte("first"), sequence: 1}
	handler := options.WithMux(mux.HandlerFunc(s.serve))
	// Its own three seconds are for a whole body, however many blocks that has.
	blocks := options.WithBlockwise(true, blockwise.SZX1024, 100*time.Second)
	ready := func() { fmt.Println("ready") }
	switch scheme {
	case "coap":
		listener, err := net.NewListenUDP("udp6", address)
		if err != nil {
			log.Fatal(err)
		}
		ready()
		log.Fatal(udp.NewServer(handler, blocks, options.WithQBlockwise(blockwise.QBlockwiseAuto)).Serve(listener))
	case "coap+tcp":
		listener, err := net.NewTCPListener("tcp6", address)
		if err != nil {
			log.Fatal(err)
		}
		ready()
		log.Fatal(tcp.NewServer(handler, blocks).Serve(listener))
	case "coaps+tcp":
		certificate, err := tls.LoadX509KeyPair(os.Args[3], os.Args[3])
		if err != nil {
			log.Fatal(err)
		}
		config := &tls.Config{Certificates: []tls.Certificate{certificate}, NextProtos: []string{"coap"}}
		listener, err := net.NewTLSListener("tcp6", address, config)
		if err != nil {
			log.Fatal(err)
		}
		ready()
		log.Fatal(tcp.NewServer(handler, blocks).Serve(listener))
	default:
		log.Fatalf("expected coap, coap+tcp or coaps+tcp, got %s", scheme)
	}
}
