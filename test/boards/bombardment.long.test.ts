import { describeBombardment } from "./bombarded-device.js";

describeBombardment({ linux: 1_000_000, riscv: 50_000 });
