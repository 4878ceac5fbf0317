import fc from 'fast-check'
import t from 'tap'
import { createAuthorize } from '../../src/auth/authorize.js'
import type { Principal } from '../../src/auth/principal.js'
import { satisfies, scopeRequirement } from '../../src/auth/scope-requirement.js'
import { Problem } from '../../src/errors.js'

// What a route asks for, against what a verified token says. It remembers scopes that were enough: that must never let anyone else in.

const principal = (scopes: readonly string[], tokenType: Principal['tokenType'] = 'resource', organizationId?: string) => ({ scopes, tokenType, organizationId }) as Principal

function refusal (work: () => void): string | undefined {
  try { work() } catch (error) { return error instanceof Problem ? error.code : String(error) }
  return undefined
}

await t.test('the model: whoever came before, each is let in for what it holds itself', async () => {
  const names = ['a', 'b', 'c']
  const lists = fc.array(fc.record({ scopes: fc.subarray(names), frozen: fc.boolean() }), { minLength: 1, maxLength: 6 })
  const wanted = fc.oneof(fc.subarray(names), fc.subarray(names, { minLength: 1 }).map(anyOf => [{ anyOf }]))
  fc.assert(fc.property(lists, wanted, fc.array(fc.nat(5), { maxLength: 20 }), (given, args, order) => {
    const requirement = scopeRequirement(args as string[])
    const authorize = createAuthorize(requirement)
    const held = given.map(({ scopes, frozen }) => frozen ? Object.freeze([...scopes]) : [...scopes])
    for (const index of order) {
      const scopes = held[index % held.length] as string[]
      const got = refusal(() => { authorize(principal(scopes), {}) })
      const due = satisfies(scopes, requirement) ? undefined : 'insufficient_scope'
      if (got !== due) throw new Error(`${scopes.join()}: ${got} instead of ${due}`)
      if (!Object.isFrozen(scopes)) scopes.pop() // lost meanwhile
    }
  }), { numRuns: 5000 })
})

await t.test('the same scopes: kind of token and organization are looked at each time', async t => {
  const scopes = Object.freeze(['a'])
  const forOrganization = createAuthorize(scopeRequirement(['a', { organization: 'id' }] as unknown as string[]))
  const own = principal(scopes, 'organization_resource', 'one')
  for (let time = 0; time < 2; time += 1) {
    t.equal(refusal(() => { forOrganization(own, { id: 'one' }) }), undefined)
    t.equal(refusal(() => { forOrganization(own, { id: 'two' }) }), 'wrong_organization')
    t.equal(refusal(() => { forOrganization(principal(scopes), { id: 'one' }) }), 'wrong_organization')
    t.equal(refusal(() => { forOrganization(principal(scopes), {}) }), 'wrong_organization', 'of none, at a path that names none')
    t.equal(refusal(() => { forOrganization(principal(scopes, 'organization', 'one'), { id: 'one' }) }), 'invalid_token')
  }
  const plain = createAuthorize(scopeRequirement(['a']))
  for (let time = 0; time < 2; time += 1) {
    t.equal(refusal(() => { plain(principal(scopes), {}) }), undefined)
    t.equal(refusal(() => { plain(principal(scopes, 'organization', 'one'), {}) }), 'invalid_token')
  }
})
