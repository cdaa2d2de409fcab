import { hostCrypto } from "../../../portable.js";
import { testTraces } from "./suites/traces.js";

testTraces(hostCrypto);
