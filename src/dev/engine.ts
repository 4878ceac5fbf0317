/**
 * The one place that imports oidc-provider.
 *
 * Its main module prints "Unsupported runtime" with `console.warn` while it is imported on Node 20,
 * before any code of ours could ask it not to. The version is pinned and tested here on Node 20, so
 * the notice tells nobody anything; its inner modules are imported instead, which do not print it.
 * The package has no `exports` map that would forbid it. The engine's other notices are about
 * defaults that were left in place; `configuration.ts` sets each of them.
 */
export { Provider } from 'oidc-provider/lib/provider.js'
export {
  InvalidClient, InvalidGrant, InvalidRequest, InvalidTarget, SessionNotFound
} from 'oidc-provider/lib/helpers/errors.js'
