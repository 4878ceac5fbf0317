#!/usr/bin/env node
import { main } from './main.js'
import { processTerminal } from './terminal.js'

// Not process.exit: what is written to a pipe would be cut off.
process.exitCode = await main(process.argv.slice(2), processTerminal())
