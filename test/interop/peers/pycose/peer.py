"""pycose as a program: a JSON list of requests on standard input, a list of answers on standard output."""

import json
import sys

from cryptography.exceptions import InvalidTag
from pycose import headers
from pycose.algorithms import Direct
from pycose.keys import CoseKey
from pycose.messages import (
    CoseMessage,
    Enc0Message,
    EncMessage,
    Mac0Message,
    MacMessage,
    Sign1Message,
    SignMessage,
)
from pycose.messages.recipient import DirectEncryption
from pycose.messages.signer import CoseSignature


def make(request, key, external):
    """The message of a type, with one signature or one direct recipient where it has some."""
    content = bytes.fromhex(request["content"])
    protected = {headers.Algorithm: request["alg"]}
    unprotected = {headers.KID: b"kid"}
    if "iv" in request:
        unprotected[headers.IV] = bytes.fromhex(request["iv"])
    recipients = [DirectEncryption(uhdr={headers.Algorithm: Direct, headers.KID: b"kid"})]
    kind = request["type"]
    if kind == "Sign":
        signature = CoseSignature(phdr=protected, uhdr=unprotected, external_aad=external, key=key)
        return SignMessage(payload=content, signers=[signature]).encode()
    several = {"Mac": MacMessage, "Encrypt": EncMessage}
    single = {"Sign1": Sign1Message, "Mac0": Mac0Message, "Encrypt0": Enc0Message}
    if kind in several:
        message = several[kind](phdr=protected, uhdr=unprotected, payload=content, recipients=recipients)
    else:
        message = single[kind](phdr=protected, uhdr=unprotected, payload=content)
    message.external_aad = external
    message.key = key
    return message.encode()


def check(request, key, external):
    """The content of a message, or None where it is not authentic."""
    message = CoseMessage.decode(bytes.fromhex(request["message"]))
    if isinstance(message, SignMessage):
        signature = message.signers[request["signer"]]
        signature.external_aad = external
        signature.key = key
        return message.payload if signature.verify_signature() else None
    message.external_aad = external
    message.key = key
    if isinstance(message, Sign1Message):
        return message.payload if message.verify_signature() else None
    if isinstance(message, (Mac0Message, MacMessage)):
        return message.payload if message.verify_tag() else None
    try:
        return message.decrypt(message.recipients[0]) if isinstance(message, EncMessage) else message.decrypt()
    except InvalidTag:
        return None


def answer(request):
    key = CoseKey.decode(bytes.fromhex(request["key"]))
    external = bytes.fromhex(request["external"])
    result = (check if "message" in request else make)(request, key, external)
    return None if result is None else result.hex()


print(json.dumps([answer(request) for request in json.load(sys.stdin)]))
