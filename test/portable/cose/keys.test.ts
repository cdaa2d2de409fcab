import { PortCoseCrypto } from "../../../src/cose/cose-crypto.js";
import { hostCrypto } from "../../portable.js";
import { PORT_KEYS, testKeys } from "./suites/keys.js";

testKeys(() => new PortCoseCrypto(hostCrypto()), PORT_KEYS);
