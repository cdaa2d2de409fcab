const SOURCE = /\.m?[jt]s$/u;

/** Whether an argument names a source of a user, and not one of the project's images. */
export function isSource(argument: string): boolean {
  return SOURCE.test(argument);
}
