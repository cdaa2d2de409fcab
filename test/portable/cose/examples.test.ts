import { hostCrypto } from "../../portable.js";
import { testExamples } from "./suites/examples.js";

testExamples(hostCrypto);
