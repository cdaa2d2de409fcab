import org.eclipse.californium.core.CoapClient;
import org.eclipse.californium.core.CoapHandler;
import org.eclipse.californium.core.CoapObserveRelation;
import org.eclipse.californium.core.CoapResponse;
import org.eclipse.californium.core.coap.CoAP.Code;
import org.eclipse.californium.core.coap.Option;
import org.eclipse.californium.core.coap.Request;
import org.eclipse.californium.core.coap.Response;
import org.eclipse.californium.core.coap.option.StandardOptionRegistry;
import org.eclipse.californium.core.network.CoapEndpoint;
import org.eclipse.californium.oscore.ContextRederivation;
import org.eclipse.californium.oscore.HashMapCtxDB;
import org.eclipse.californium.oscore.OSCoreCtx;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Scanner;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Californium's client: sends a request for each argument, or else each line of standard input, one after the
 * other, and prints a line "CODE PAYLOAD|- ETAG|-" for each response; payloads and ETags are in hexadecimal. A
 * line is
 *
 * <pre>METHOD URI CON|NON CONTENT_FORMAT|- BLOCK_SIZE NOTIFICATIONS|all PAYLOAD|- ETAG,...|-</pre>
 *
 * With a number of notifications, the resource is observed until that many states of it have come; with "all", beside
 * the requests that follow. A protected request that is answered with an Echo value, which Californium leaves to the
 * application, is sent again with it (RFC 8613, appendix B.1.2).
 */
public final class SampleClient {
    private static final int PATIENCE_S = 100;
    private static final int LARGEST_SZX = 6;

    private SampleClient() {
    }

    public static void main(String[] args) throws Exception {
        List<CoapEndpoint> endpoints = new ArrayList<>();
        OSCoreCtx context = Peer.context(true);
        HashMapCtxDB contexts = context == null ? null : new HashMapCtxDB();
        String input = String.join("\n", args);
        try (Scanner lines = args.length > 0 ? new Scanner(input) : new Scanner(System.in)) {
            while (lines.hasNextLine()) {
                String[] words = lines.nextLine().split(" ");
                int blockSize = Integer.parseInt(words[4]);
                CoapEndpoint endpoint = Peer.endpoint(new InetSocketAddress(0), blockSize, contexts);
                endpoints.add(endpoint);
                Request request = new Request(Code.valueOf(words[0]));
                request.setURI(words[1]);
                if (context != null) {
                    setContext(contexts, words[1], context);
                    request.getOptions().setOscore(new byte[0]);
                }
                request.setConfirmable(words[2].equals("CON"));
                if (!words[3].equals("-")) {
                    request.getOptions().setContentFormat(Integer.parseInt(words[3]));
                }
                if (!words[6].equals("-")) {
                    request.setPayload(Peer.HEX.parseHex(words[6]));
                }
                if (words.length > 7 && !words[7].equals("-")) {
                    for (String etag : words[7].split(",")) {
                        request.getOptions().addETag(Peer.HEX.parseHex(etag));
                    }
                }
                int szx = Integer.numberOfTrailingZeros(blockSize) - 4;
                if (request.getCode() == Code.GET && szx < LARGEST_SZX) {
                    request.getOptions().setBlock2(szx, false, 0);
                }
                CoapClient client = new CoapClient(words[1]);
                client.setEndpoint(endpoint);
                client.setTimeout(TimeUnit.SECONDS.toMillis(PATIENCE_S));
                if (words[5].equals("all")) {
                    observeForGood(client, request, context != null);
                } else if (!words[5].equals("0")) {
                    observe(client, request, Integer.parseInt(words[5]), context != null);
                } else {
                    CoapResponse response = client.advanced(request);
                    print(response == null ? null : response.advanced());
                }
            }
        }
        endpoints.forEach(CoapEndpoint::destroy);
        System.exit(0);
    }

    /** What is at a URI is asked for with the context that the URI has. */
    private static void setContext(HashMapCtxDB contexts, String uri, OSCoreCtx context) throws Exception {
        if (!context.getContextRederivationEnabled()) {
            contexts.addContext(uri, context);
        } else if (contexts.getContext(uri) == null) {
            contexts.addContext(uri, context);
            ContextRederivation.setLostContext(contexts, uri);
        }
    }

    private static void observe(CoapClient client, Request request, int notifications, boolean isProtected)
        throws Exception {
        BlockingQueue<Response> states = new LinkedBlockingQueue<>();
        CoapObserveRelation relation = register(client, request, isProtected, states);
        for (int i = 0; i < notifications; i++) {
            print(states.poll(PATIENCE_S, TimeUnit.SECONDS));
        }
        relation.proactiveCancel();
        // The answer to the deregistration: who leaves earlier may not have sent it yet.
        states.poll(PATIENCE_S, TimeUnit.SECONDS);
    }

    private static void observeForGood(CoapClient client, Request request, boolean isProtected) {
        BlockingQueue<Response> states = new LinkedBlockingQueue<>();
        register(client, request, isProtected, states);
        Thread printing = new Thread(() -> {
            try {
                while (true) {
                    Response state = states.take();
                    Option echo = state.getOptions().getOtherOption(StandardOptionRegistry.ECHO);
                    if (echo == null) {
                        print(state);
                    } else {
                        Request repeated = new Request(request.getCode());
                        repeated.setOptions(request.getOptions());
                        repeated.setURI(request.getURI());
                        repeated.getOptions().setOscore(new byte[0]).addOtherOption(echo);
                        register(client, repeated, isProtected, states);
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        printing.setDaemon(true);
        printing.start();
    }

    private static CoapObserveRelation register(
        CoapClient client, Request request, boolean isProtected, BlockingQueue<Response> states) {
        request.setObserve();
        // Californium puts the inner Observe options in order, which RFC 8613 has empty, and drops what is not younger.
        // Below that order, the endpoint tells of every notification that has been verified.
        if (isProtected) {
            client.getEndpoint().addNotificationListener((registration, response) -> states.add(response));
        }
        return client.observe(request, new CoapHandler() {
            @Override
            public void onLoad(CoapResponse response) {
                if (!isProtected || !response.getOptions().hasObserve()) {
                    states.add(response.advanced());
                }
            }

            @Override
            public void onError() {
            }
        });
    }

    private static void print(Response response) {
        if (response == null) {
            System.err.println("no response");
            System.exit(1);
        }
        System.out.println(line(response));
    }

    private static String line(Response response) {
        String payload = Peer.HEX.formatHex(response.getPayload());
        List<byte[]> etags = response.getOptions().getETags();
        return response.getCode() + " " + (payload.isEmpty() ? "-" : payload) + " "
            + (etags.isEmpty() ? "-" : Peer.HEX.formatHex(etags.get(0)));
    }
}
