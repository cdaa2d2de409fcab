import { hostCrypto } from "../../../portable.js";
import { testInvalidMessages } from "./suites/invalid-messages.js";

testInvalidMessages(hostCrypto);
