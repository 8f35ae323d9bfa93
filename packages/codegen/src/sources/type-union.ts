import type { OptionType } from '@incipit/registry';

type Literal = string | number | boolean;

/** One type of literals, other types and null; undefined for nothing at all. In an order of its own. */
export function unionOf(
  literals: readonly Literal[],
  types: readonly OptionType[],
  isNullable: boolean,
): OptionType | undefined {
  const flat = types.flatMap((type) => (type.type === 'union' ? type.of : [type]));
  const nullable = isNullable || types.some((type) => type.nullable === true);
  if (flat.some(({ type }) => type === 'any')) return { type: 'any' };
  const isBoolean = literals.includes(true) && literals.includes(false);
  const values = literals.filter((value) => !isBoolean || typeof value !== 'boolean');
  const parts: OptionType[] = [
    ...(values.length === 0 ? [] : [{ type: 'enum', values } as const]),
    ...(isBoolean ? [{ type: 'boolean' } as const] : []),
    ...flat,
  ];
  const distinct = new Map(parts.map((part) => [JSON.stringify({ ...part, nullable: undefined }), withoutNull(part)]));
  // The compiler's order of a union's members follows that of the files.
  const sorted = [...distinct].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, part]) => part);
  const [only] = sorted;
  if (only === undefined) return nullable ? { type: 'enum', values: [], nullable: true } : undefined;
  const type: OptionType = sorted.length === 1 ? only : { type: 'union', of: sorted };
  return nullable ? { ...type, nullable: true } : type;
}

function withoutNull(type: OptionType): OptionType {
  const { nullable: _, ...rest } = type;
  return rest as OptionType;
}
