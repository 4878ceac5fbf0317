/** Makes the tenant what the code wants. */
export const APPLY = 'Run `scopegate logto apply`.'
/** The same, and takes away what the code does not know. */
export const PRUNE = 'If nobody needs it, run `scopegate logto apply --prune`.'
