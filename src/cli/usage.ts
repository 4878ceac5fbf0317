export const usage = `Usage: scopegate <command> [options]

Commands
  logto plan     What would change in the Logto tenant; changes nothing
  logto apply    Makes the tenant as the code wants it
  logto doctor   Checks the running set-up end to end

Options
  -h, --help     This text; after a command: about that command
      --version  The version`

export const logtoUsage = `Usage: scopegate logto plan   [--json] [--prune]
       scopegate logto apply  [--json] [--prune] [--write-env <file>]
       scopegate logto doctor [--json]

  plan     Compares the tenant with the code and prints what would change, like a diff. Changes nothing.
  apply    Makes these changes. Can be interrupted and run again. Prints the client ids.
  doctor   Checks the running set-up: Logto, its tenant, the service, and one real token. Changes nothing.

Options
  --json              One JSON document on the standard output, for programs
  --prune             Also take away what the code does not know: scopes, redirect URIs, applications of ours
  --write-env <file>  Write client ids and secrets into an environment file, which only its owner can read
  -h, --help          This text

The tenant is that of LOGTO_ENDPOINT, with LOGTO_M2M_APP_ID and LOGTO_M2M_APP_SECRET (also from .env).
Without LOGTO_ENDPOINT it is that of the embedded authorization server.

Exit codes: 0 fine, or nothing to do; 1 failure; 2 plan has found something to do; 64 wrong usage.`
