import { flat } from './flat.js'

/** More than there are clients and sets of scopes in use; when full, sharing begins anew. */
const MAX_VALUES = 500

/**
 * Makes a value once for each key, so that what many tokens say alike takes the memory of one.
 * Values are shared by everybody who asks: they have to be frozen or primitive.
 */
export function createShared<T> (make: (key: string) => T): (key: string) => T {
  const values = new Map<string, T>()
  return key => {
    const known = values.get(key)
    if (known !== undefined) return known
    if (values.size >= MAX_VALUES) values.clear()
    const own = flat(key)
    if (own !== key) return make(key) // half a surrogate pair: flat text can't hold it
    const value = make(own)
    values.set(own, value)
    return value
  }
}
