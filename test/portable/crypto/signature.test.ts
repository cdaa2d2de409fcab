import { hostCrypto } from "../../portable.js";
import { testSignature } from "./suites/signature.js";

testSignature(hostCrypto);
