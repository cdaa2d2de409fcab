import { hostCrypto } from "../../portable.js";
import { testAEAD } from "./suites/aead.js";

testAEAD(hostCrypto);
