import static org.eclipse.californium.core.coap.CoAP.ResponseCode.CHANGED;
import static org.eclipse.californium.core.coap.CoAP.ResponseCode.CONTENT;
import static org.eclipse.californium.core.coap.CoAP.ResponseCode.CREATED;
import static org.eclipse.californium.core.coap.CoAP.ResponseCode.DELETED;
import static org.eclipse.californium.core.coap.CoAP.ResponseCode.NOT_FOUND;
import static org.eclipse.californium.core.coap.CoAP.ResponseCode.PRECONDITION_FAILED;
import static org.eclipse.californium.core.coap.CoAP.ResponseCode.VALID;

import org.eclipse.californium.core.CoapResource;
import org.eclipse.californium.core.CoapServer;
import org.eclipse.californium.core.coap.CoAP.Type;
import org.eclipse.californium.core.coap.MediaTypeRegistry;
import org.eclipse.californium.core.network.CoapEndpoint;
import org.eclipse.californium.core.observe.ObserveRelation;
import org.eclipse.californium.core.server.resources.CoapExchange;
import org.eclipse.californium.core.server.resources.Resource;
import org.eclipse.californium.oscore.HashMapCtxDB;
import org.eclipse.californium.oscore.OSCoreCtx;
import org.eclipse.californium.oscore.OSException;

import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A server on Californium for our client to try: SampleServer ADDRESS PORT BLOCK_SIZE. Prints "ready". */
public final class SampleServer {
    private SampleServer() {
    }

    public static void main(String[] args) throws OSException {
        InetSocketAddress address = new InetSocketAddress(args[0], Integer.parseInt(args[1]));
        OSCoreCtx context = Peer.context(false);
        HashMapCtxDB contexts = null;
        if (context != null) {
            contexts = new HashMapCtxDB();
            contexts.addContext(context);
        }
        CoapEndpoint endpoint = Peer.endpoint(address, Integer.parseInt(args[2]), contexts);
        CoapServer server = new CoapServer(endpoint.getConfig());
        server.addEndpoint(endpoint);
        server.add(new Store(), new Methods(), new Separate(), new State(), new Hello());
        server.start();
        System.out.println("ready");
    }

    /** Bodies by their path. */
    private static final class Store extends CoapResource {
        private record Body(byte[] bytes, int contentFormat) {
            /** A hash, which Java has of the same kind everywhere. */
            byte[] etag() {
                return ByteBuffer.allocate(Integer.BYTES).putInt(Arrays.hashCode(bytes)).array();
            }
        }

        private final Map<String, Body> bodies = new ConcurrentHashMap<>();

        Store() {
            super("store");
        }

        @Override
        public Resource getChild(String name) {
            return this;
        }

        @Override
        public void handleGET(CoapExchange exchange) {
            Body body = bodies.get(exchange.getRequestOptions().getUriPathString());
            if (body != null) {
                exchange.setETag(body.etag());
            }
            if (body == null) {
                exchange.respond(NOT_FOUND, "nothing is stored here");
            } else if (exchange.getRequestOptions().containsETag(body.etag())) {
                exchange.respond(VALID);
            } else if (body.contentFormat == MediaTypeRegistry.UNDEFINED) {
                exchange.respond(CONTENT, body.bytes);
            } else {
                exchange.respond(CONTENT, body.bytes, body.contentFormat);
            }
        }

        @Override
        public void handlePUT(CoapExchange exchange) {
            Body body = new Body(exchange.getRequestPayload(), exchange.getRequestOptions().getContentFormat());
            String path = exchange.getRequestOptions().getUriPathString();
            Body known = bodies.get(path);
            if (known != null && exchange.getRequestOptions().hasIfNoneMatch()
                || exchange.getRequestOptions().getIfMatchCount() > 0
                    && (known == null || !exchange.getRequestOptions().isIfMatch(known.etag()))) {
                exchange.respond(PRECONDITION_FAILED);
                return;
            }
            bodies.put(path, body);
            exchange.respond(known == null ? CREATED : CHANGED);
        }

        @Override
        public void handleDELETE(CoapExchange exchange) {
            bodies.remove(exchange.getRequestOptions().getUriPathString());
            exchange.respond(DELETED);
        }
    }

    /** Says what it was asked. */
    private static final class Methods extends CoapResource {
        Methods() {
            super("methods");
        }

        @Override
        public void handleRequest(org.eclipse.californium.core.network.Exchange exchange) {
            CoapExchange answer = new CoapExchange(exchange, this);
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            String query = String.join("&", answer.getRequestOptions().getUriQuery());
            String words = answer.getRequestCode() + " " + query + " ";
            body.writeBytes(words.getBytes(StandardCharsets.UTF_8));
            body.writeBytes(answer.getRequestPayload());
            answer.respond(CONTENT, body.toByteArray());
        }
    }

    /** A short text. */
    private static final class Hello extends CoapResource {
        Hello() {
            super("hello");
        }

        @Override
        public void handleGET(CoapExchange exchange) {
            exchange.respond("hello, world");
        }
    }

    /** A GET is answered when somebody sends a POST. */
    private static final class Separate extends CoapResource {
        private CoapExchange waiting;
        private boolean isReleased;

        Separate() {
            super("separate");
        }

        @Override
        public synchronized void handleGET(CoapExchange exchange) {
            exchange.accept();
            waiting = exchange;
            answer();
        }

        @Override
        public synchronized void handlePOST(CoapExchange exchange) {
            isReleased = true;
            answer();
            exchange.respond(CHANGED);
        }

        private void answer() {
            if (isReleased && waiting != null) {
                waiting.respond("later");
                waiting = null;
                isReleased = false;
            }
        }
    }

    /** Notifies of each body that is PUT. */
    private static final class State extends CoapResource {
        private volatile byte[] state = "first".getBytes(StandardCharsets.UTF_8);

        State() {
            super("state");
            setObservable(true);
            setObserveType(Type.CON);
            getAttributes().setObservable();
        }

        @Override
        public void handleGET(CoapExchange exchange) {
            exchange.respond(CONTENT, state);
        }

        @Override
        public void handlePUT(CoapExchange exchange) {
            state = exchange.getRequestPayload();
            exchange.respond(CHANGED);
            changed();
        }

        @Override
        public void addObserveRelation(ObserveRelation relation) {
            super.addObserveRelation(relation);
            System.out.println("observers: " + getObserverCount());
        }

        @Override
        public void removeObserveRelation(ObserveRelation relation) {
            super.removeObserveRelation(relation);
            System.out.println("observers: " + getObserverCount());
        }
    }
}
