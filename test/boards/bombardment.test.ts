import { describeBombardment } from "./bombarded-device.js";

describeBombardment({ linux: 50_000, riscv: 5000 });
