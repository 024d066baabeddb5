import type { OpenApiDocument } from './openapi-problems.ts';

/**
 * The page fills each field with its example, and asks with that. Of what may be left out the
 * example is only told: else every first try would wait for, or filter by, what isn't there.
 */
export function tellExamples(document: OpenApiDocument): OpenApiDocument {
  const operations = Object.values(document.paths).flatMap(Object.values);
  for (const parameter of operations.flatMap(({ parameters = [] }) => parameters)) {
    const { description, example, required } = parameter;
    if (required || example === undefined) continue;
    delete parameter.example;
    const told = `Example: \`${example}\``;
    parameter.description = description === undefined ? told : `${description}. ${told}`;
  }
  return document;
}
