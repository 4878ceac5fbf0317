/** Exit codes of `scopegate`; documented in docs/logto.md. */
export const exitCodes = {
  ok: 0,
  failure: 1,
  /** `plan` found something to do. */
  difference: 2,
  /** Wrong usage (EX_USAGE of sysexits.h). */
  usage: 64
} as const
