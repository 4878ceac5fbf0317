// Used by `npx drizzle-kit generate` after a change of src/db/schema.ts; not needed to run anything.
export default { dialect: 'postgresql', schema: './src/db/schema.ts', out: './src/db/migrations' }
