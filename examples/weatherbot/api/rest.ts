import { fetchJson } from '../http.js'
import { Trouble } from '../trouble.js'
import type { ApiClient } from './client.js'
import { failure } from './failure.js'
import { createDescription, type DescriptionOptions } from './openapi/find.js'
import { requestOf } from './openapi/request.js'

/** The API over HTTP, as its OpenAPI document describes it. Nothing that is not in the document is called, and no other origin. */
export function createRestClient (options: DescriptionOptions): ApiClient {
  const operations = createDescription(options)
  return {
    async tools () {
      return [...(await operations()).values()].map(({ tool }) => tool)
    },
    async call ({ name }, args, accessToken) {
      const operation = (await operations()).get(name)
      if (operation === undefined) throw new Trouble('api_changed', 'The weather service does not offer this any more.')
      const { method, url, body } = requestOf(operation.call, args)
      const answer = await fetchJson(options.fetch, url, {
        method,
        headers: {
          accept: 'application/json',
          ...(accessToken === undefined ? {} : { authorization: `Bearer ${accessToken}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' })
        },
        ...(body === undefined ? {} : { body })
      }, 'The weather service')
      if (answer.status >= 200 && answer.status < 300) return answer.body
      throw failure(answer)
    }
  }
}
