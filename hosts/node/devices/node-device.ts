/** A device on Node.js, in this process. */

import { nodePlatform, type NodePlatform } from "../platform.js";
import type { RunningDevice } from "./device.js";

const SUCCESS = 0;

export interface NodeDeviceOptions {
  /** Starts what runs on it. */
  readonly start: (platform: NodePlatform) => Promise<{ stop(): Promise<unknown> }>;
  /** File that is its flash memory, made where it is missing. */
  readonly flash?: string | undefined;
}

/** Starts it. @throws as `start` and {@link nodePlatform} */
export async function startNodeDevice({ start, flash }: NodeDeviceOptions): Promise<RunningDevice> {
  const platform = nodePlatform({ flash });
  let onEnd: (code: number) => void = () => undefined;
  const ended = new Promise<number>((resolve) => {
    onEnd = resolve;
  });
  try {
    const program = await start(platform);
    const stop = async (): Promise<number> => {
      await program.stop();
      platform.close();
      onEnd(SUCCESS);
      return SUCCESS;
    };
    return { ended, stop };
  } catch (error) {
    platform.close();
    throw error;
  }
}
