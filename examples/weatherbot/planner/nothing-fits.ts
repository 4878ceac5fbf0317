import { Trouble } from '../trouble.js'

/** Neither the API nor what the person saved has what fits the question. The message is for the person who asked. */
export class NothingFits extends Trouble {
  constructor (because: string) {
    super('nothing_fits', because)
  }
}
