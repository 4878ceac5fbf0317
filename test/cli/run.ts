import { main } from '../../src/cli/main.js'

/** Runs a command line of `scopegate` in this process, with nothing in its environment but what is given. */
export async function run (args: string, env: Record<string, string> = {}) {
  const lines = { out: [] as string[], err: [] as string[] }
  const code = await main(args.split(' ').filter(word => word !== ''), {
    env, out: line => { lines.out.push(line) }, err: line => { lines.err.push(line) }, colour: false
  })
  return { code, out: lines.out.join('\n'), err: lines.err.join('\n') }
}
