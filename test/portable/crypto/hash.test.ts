import { hostCrypto } from "../../portable.js";
import { testHash } from "./suites/hash.js";

testHash(hostCrypto);
