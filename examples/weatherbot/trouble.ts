/** Something that did not work. The message is in words for the person who asked. */
export class Trouble extends Error {
  constructor (text: string, cause?: unknown) {
    super(text, cause === undefined ? undefined : { cause })
    this.name = 'Trouble'
  }
}
