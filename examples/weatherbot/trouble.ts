/** What kind of fault it is, and whose. The log has this instead of the words, which may hold what somebody wrote. */
export type Fault =
  /** No answer in time and size. */
  | 'unreachable' | 'model_unreachable' | 'signin_unreachable'
  /** The API: a bad status without and with a problem document, one that says that a place is not known, a token refused. */
  | 'api_status' | 'api_problem' | 'api_unknown_place' | 'api_refused'
  /** The API: not understood, or no longer what it was; `api_elsewhere` points to another server. */
  | 'api_answer' | 'api_description' | 'api_metadata' | 'api_changed' | 'api_elsewhere'
  /** The language model: a bad status, no completion, a tool that is none, arguments that do not fit, several calls. */
  | 'model_status' | 'model_answer' | 'model_tool' | 'model_arguments' | 'model_choice'
  | 'signin_insecure' | 'signin_answer' | 'signin_refused'
  /** Arguments that the description does not allow. */
  | 'arguments'
  | 'nothing_fits'

/** Something that did not work. The message is in words for the person who asked. */
export class Trouble extends Error {
  readonly kind: Fault
  /** The HTTP status that came with it. */
  readonly status?: number

  constructor (kind: Fault, text: string, { status, cause }: { status?: number, cause?: unknown } = {}) {
    super(text, cause === undefined ? undefined : { cause })
    this.name = 'Trouble'
    this.kind = kind
    this.status = status
  }
}
