import assert from "node:assert/strict";
import { qemuArguments } from "../../../../../../hosts/node/devices/qemu/machine.js";

/** The value behind an option, the n-th of that name. */
function valueOf(args: readonly string[], option: string, index = 0): string | undefined {
  const places = args.flatMap((arg, place) => (arg === option ? [place] : []));
  return args[(places[index] ?? args.length) + 1];
}

describe("Command line of a board in QEMU", () => {
  it("hands arguments over by semihosting, commas doubled", () => {
    const args = qemuArguments({ image: "a.elf", args: ["--stats", "a,b.js"] });
    assert.equal(valueOf(args, "-semihosting-config"), "enable=on,target=native,arg=--stats,arg=a,,b.js");
    assert.equal(valueOf(args, "-bios"), "a.elf");
  });

  it("has a network only when there is a gateway", () => {
    const without = qemuArguments({ image: "a.elf", args: ["m.js"] });
    assert.equal(valueOf(without, "-nic"), "none");
    assert.equal(valueOf(without, "-netdev"), undefined);
    const linked = qemuArguments({ image: "a.elf", args: ["m.js"], gatewayPort: 4711 });
    assert.match(valueOf(linked, "-netdev") ?? "", /remote\.host=127\.0\.0\.1,remote\.port=4711$/);
  });

  it("has a file as its second flash memory only when there is one", () => {
    assert.equal(valueOf(qemuArguments({ image: "a.elf", args: ["m.js"] }), "-drive"), undefined);
    const args = qemuArguments({ image: "a.elf", args: ["m.js"], flash: "f,1" });
    assert.equal(valueOf(args, "-drive"), "if=pflash,unit=1,format=raw,file=f,,1");
  });

  it("loads bytecode where the image expects it", () => {
    const args = qemuArguments({ image: "a.elf", modules: "m,1.xsb", args: ["m.js"] });
    assert.equal(valueOf(args, "-device", 1), "loader,file=m,,1.xsb,addr=2151677952,force-raw=on");
    assert.equal(2_151_677_952, 0x80400000);
  });

  it("counts instructions only where it is asked to", () => {
    const counting = qemuArguments({ image: "a.elf", args: ["m.js"], countInstructions: true });
    assert.equal(valueOf(counting, "-icount"), "shift=0");
    assert.equal(valueOf(qemuArguments({ image: "a.elf", args: ["m.js"] }), "-icount"), undefined);
  });
});
