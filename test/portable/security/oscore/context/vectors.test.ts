import { testVectors } from "../vectors.js";
import { hostCrypto } from "../../../../portable.js";

testVectors(hostCrypto);
