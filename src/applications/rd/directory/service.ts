/** A resource directory on a port of its own. RFC 9176. */

import { Endpoint, type EndpointOptions } from "../../../coap/endpoint.js";
import { Site } from "../../../coap/server/site.js";
import type { Platform } from "../../../ports/platform.js";
import { Directory, type DirectoryOptions } from "./directory.js";

/** A directory that runs. */
export interface ResourceDirectoryService {
  readonly endpoint: Endpoint;
  readonly directory: Directory;
  /** Ends it; what is registered stays in its storage. */
  close(): void;
}

/**
 * Serves a directory at /rd, /rd-lookup/ep, /rd-lookup/res and /.well-known/rd.
 * @param settings of the directory: see `DirectoryOptions`
 * @throws {Error} when the host refuses the socket
 */
export function startResourceDirectory(
  platform: Platform,
  options: Omit<EndpointOptions, "site"> = {},
  settings: Pick<DirectoryOptions, "unixMs" | "keyValue" | "checksSenders"> & {
    readonly directory?: DirectoryOptions["limits"];
  } = {},
): ResourceDirectoryService {
  const site = new Site();
  const { unixMs, keyValue, checksSenders = true, directory: limits } = settings;
  const directory = new Directory(site, {
    platform,
    client: () => endpoint.client,
    checksSenders,
    ...(unixMs && { unixMs }),
    ...(keyValue && { keyValue }),
    ...(limits && { limits }),
  });
  let endpoint: Endpoint;
  try {
    endpoint = new Endpoint(platform, { ...options, site });
  } catch (error) {
    directory.close();
    throw error;
  }
  return {
    endpoint,
    directory,
    close: () => {
      directory.close();
      endpoint.close();
    },
  };
}
