import { hostCrypto } from "../../portable.js";
import { testAgreement } from "./suites/agreement.js";

testAgreement(hostCrypto);
