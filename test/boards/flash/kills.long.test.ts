import { describeKills } from "./kills.js";

/** `make power-cuts` says how often. */
describeKills(Number(process.env["COAPSULE_KILLS"] ?? 200));
