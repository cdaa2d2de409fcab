import { describeCases } from "./compared-cases.js";

describeCases(1000);
