import { hostCrypto } from "../../portable.js";
import { testPublished } from "./suites/published.js";

testPublished(hostCrypto);
