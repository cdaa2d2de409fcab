# Cryptography in C. Each program has what OSCORE and the cipher suites 2 and 3 of EDHOC need. The portable tests run on
# build/xs/<target>/coapsule-xs-crypto, which has Ed25519, too: the same objects and a few more.
#
#   make -C hosts/xs linux32-crypto    likewise of the other targets
#   make -C hosts/xs fetch-crypto      the sources of Mbed TLS and libsodium only

ifndef TARGET

CRYPTO_TARGETS := $(addsuffix -crypto,$(filter-out compiler,$(TARGETS)))

.PHONY: fetch-crypto $(CRYPTO_TARGETS)
$(CRYPTO_TARGETS): fetch fetch-crypto
	+@$(MAKE) --no-print-directory $(JOBS) TARGET=$(@:-crypto=) crypto-binary
fetch-crypto:
	@./crypto/fetch-sources.sh $(CRYPTO_SOURCES)

else

MBEDTLS := $(CRYPTO_SOURCES)/mbedtls
SODIUM := $(CRYPTO_SOURCES)/libsodium/src/libsodium

# What crypto/mbedtls-config.h asks for.
MBEDTLS_PARTS := aes asn1parse asn1write bignum ccm cipher cipher_wrap constant_time ecdh ecdsa ecp ecp_curves \
	hmac_drbg md platform_util psa_crypto psa_crypto_aead psa_crypto_cipher psa_crypto_client \
	psa_crypto_driver_wrappers psa_crypto_ecp psa_crypto_hash psa_crypto_mac psa_crypto_slot_management sha256 sha512
# Ed25519: crypto/ed25519.c and these.
SODIUM_PARTS := crypto_sign/ed25519/ref10/keypair crypto_sign/ed25519/ref10/open crypto_sign/ed25519/ref10/sign \
	crypto_core/ed25519/ref10/ed25519_ref10 crypto_hash/sha512/cp/hash_sha512_cp crypto_verify/sodium/verify \
	sodium/utils

NATIVE_SOURCES := $(filter-out crypto/ed25519.c,$(wildcard crypto/*.c))
CRYPTO_OBJECTS := $(NATIVE_SOURCES:%.c=$(OUT)/host/%.o) $(MBEDTLS_PARTS:%=$(OUT)/mbedtls/%.o)
ED25519_OBJECTS := $(OUT)/host/crypto/ed25519.o $(SODIUM_PARTS:%=$(OUT)/libsodium/%.o)

$(CRYPTO_OBJECTS) $(ED25519_OBJECTS): CFLAGS += '-DMBEDTLS_CONFIG_FILE="crypto/mbedtls-config.h"' \
	-isystem $(MBEDTLS)/include -isystem $(SODIUM)/include -isystem $(SODIUM)/include/sodium
# Where nine tenths of a handshake's instructions are: a sixth fewer, for 3 KB.
ifeq ($(BOARD),riscv)
$(OUT)/mbedtls/bignum.o $(OUT)/mbedtls/ecp_curves.o: CFLAGS += -O2
endif

.PHONY: crypto-binary
crypto-binary: binary $(OUT)/coapsule-xs-crypto
# Once it is built, it never stays behind the other one.
ifneq ($(wildcard $(OUT)/coapsule-xs-crypto),)
binary: $(OUT)/coapsule-xs-crypto
endif

$(OUT)/coapsule-xs-crypto: $(ENGINE_OBJECTS) $(HOST_OBJECTS) $(CRYPTO_OBJECTS) $(ED25519_OBJECTS)
	@echo "  LD $(TARGET) $(@F)"
	@$(CC) $(LDFLAGS) -o $@.new $^ $(LDLIBS)
	@mv $@.new $@
	@$(SIZE) $@

# Other people's sources, as the engine's.
$(OUT)/mbedtls/%.o: $(MBEDTLS)/library/%.c crypto/crypto.mk
	@mkdir -p $(@D)
	@echo "  CC $(TARGET) $(notdir $<)"
	@$(CC) $(CFLAGS) -w -c -o $@ $<
$(OUT)/libsodium/%.o: $(SODIUM)/%.c crypto/crypto.mk
	@mkdir -p $(@D)
	@echo "  CC $(TARGET) $(notdir $<)"
	@$(CC) $(CFLAGS) -w -c -o $@ $<

-include $(CRYPTO_OBJECTS:.o=.d) $(ED25519_OBJECTS:.o=.d)

endif
