/** Worlds in virtual time: a network, hosts with clocks of their own, and chance from a seed. */

export { AddressError } from "./address.js";
export { FaultInjector, type Arrival, type FaultConditions, type FaultCounters } from "./faults.js";
export { PERFECT_CONDITIONS, type Conditions } from "./network-conditions.js";
export { NorFlash, NorFlashError, type FlashPowerCut, type NorFlashOptions } from "./flash/nor-flash.js";
export { DriftingClock, VirtualHost } from "./host.js";
export { VirtualNetwork, type NetworkCounters } from "./network.js";
export { NetworkError, type End, type NetworkErrorCode, type Packet, type PacketEvent } from "./packet.js";
export { SeededRandom } from "./random.js";
export { settle, settleByTurns, type Settle } from "./settle.js";
export { PowerCutError, VirtualKeyValue, type PowerCut } from "./storage.js";
export { VirtualTime, VirtualTimeError, type VirtualTimeOptions } from "./virtual-time.js";
export { World, type HostOptions, type WorldOptions } from "./world.js";
export { faultyUDP, type FaultyUDPOptions } from "./wrappers/faulty-udp.js";
export { capturedUDP, pcapHeader, pcapRecord } from "./wrappers/pcap.js";
export { tracedUDP, type TracedDatagram } from "./wrappers/traced-udp.js";
