import org.eclipse.californium.core.config.CoapConfig;
import org.eclipse.californium.core.network.CoapEndpoint;
import org.eclipse.californium.cose.AlgorithmID;
import org.eclipse.californium.elements.config.Configuration;
import org.eclipse.californium.elements.config.UdpConfig;
import org.eclipse.californium.oscore.HashMapCtxDB;
import org.eclipse.californium.oscore.OSCoreCoapStackFactory;
import org.eclipse.californium.oscore.OSCoreCtx;
import org.eclipse.californium.oscore.OSException;

import java.net.InetSocketAddress;
import java.util.HexFormat;

/** What server and client share. */
final class Peer {
    static final HexFormat HEX = HexFormat.of();

    private static final int REPLAY_WINDOW = 32;
    /** Above it, Californium makes outer blocks. */
    private static final int MAX_UNFRAGMENTED_BYTES = 4096;

    private Peer() {
    }

    /** An endpoint that sends bodies in blocks of this size. @param contexts null where nothing is protected */
    static CoapEndpoint endpoint(InetSocketAddress address, int blockSize, HashMapCtxDB contexts) {
        CoapConfig.register();
        UdpConfig.register();
        Configuration configuration = Configuration.createStandardWithoutFile()
            .set(CoapConfig.PREFERRED_BLOCK_SIZE, blockSize)
            .set(CoapConfig.MAX_MESSAGE_SIZE, blockSize)
            .set(CoapConfig.MAX_RESOURCE_BODY_SIZE, 1 << 20);
        CoapEndpoint.Builder builder =
            new CoapEndpoint.Builder().setConfiguration(configuration).setInetSocketAddress(address);
        if (contexts != null) {
            builder.setCoapStackFactory(new OSCoreCoapStackFactory()).setCustomCoapStackArgument(contexts);
        }
        return builder.build();
    }

    /**
     * The security context that the property "oscore" describes in hexadecimal,
     * "SENDER_ID,RECIPIENT_ID,MASTER_SECRET,MASTER_SALT,ID_CONTEXT|-|renewed"; null without it. A renewed context is
     * derived anew where one side has lost it (RFC 8613, appendix B.2).
     */
    static OSCoreCtx context(boolean isClient) throws OSException {
        String parameters = System.getProperty("oscore");
        if (parameters == null) {
            return null;
        }
        String[] values = parameters.split(",");
        boolean isRenewed = values[4].equals("renewed");
        byte[] idContext = isRenewed || values[4].equals("-") ? null : HEX.parseHex(values[4]);
        OSCoreCtx context = new OSCoreCtx(
            HEX.parseHex(values[2]), isClient, AlgorithmID.AES_CCM_16_64_128, HEX.parseHex(values[0]),
            HEX.parseHex(values[1]), AlgorithmID.HKDF_HMAC_SHA_256, REPLAY_WINDOW, HEX.parseHex(values[3]),
            idContext, MAX_UNFRAGMENTED_BYTES);
        if (isClient && idContext != null) {
            context.setIncludeContextId(true);
        }
        context.setContextRederivationEnabled(isRenewed);
        return context;
    }
}
