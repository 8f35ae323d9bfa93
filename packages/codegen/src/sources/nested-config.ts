import type { OptionType } from '@incipit/registry';
import type { Problems } from './problems.js';
import { Node, type TsSymbol, type TypeNode } from './ts-morph.js';

/** Registries by the expression that names them. */
export interface RegistryNames {
  /** The registry's own name; undefined for what is no registry. */
  nameOf(expression: Node): string | undefined;
}

/**
 * The type of an option that is declared with `NestedConfig<typeof REGISTRY>`, alone or in lists, maps and unions;
 * undefined for others. Read from the source of the declaration: which registry it is, types do not keep.
 */
export function nestedConfigType(
  property: TsSymbol,
  registries: RegistryNames,
  problems: Problems,
): OptionType | undefined {
  const [declaration] = property.getDeclarations();
  if (declaration === undefined) return undefined;
  const node =
    Node.isPropertySignature(declaration) ||
    Node.isPropertyDeclaration(declaration) ||
    Node.isParameterDeclaration(declaration)
      ? declaration.getTypeNode()
      : undefined;
  if (node === undefined || !node.getText().includes('<')) return undefined;
  const references = node.getDescendants().concat(node).filter(isNestedConfig);
  return references.length === 0 ? undefined : convert(node, registries, problems);
}

function isNestedConfig(node: Node): boolean {
  if (!Node.isTypeReference(node)) return false;
  const symbol = node.getTypeName().getSymbol();
  const target = symbol?.getAliasedSymbol() ?? symbol;
  if (target?.getName() !== 'NestedConfig') return false;
  return target
    .getDeclarations()
    .some((declaration) => /[/\\]nested-config\.(d\.)?ts$/.test(declaration.getSourceFile().getFilePath()));
}

function convert(node: TypeNode, registries: RegistryNames, problems: Problems): OptionType {
  if (Node.isParenthesizedTypeNode(node)) return convert(node.getTypeNode(), registries, problems);
  if (Node.isTypeOperatorTypeNode(node)) return convert(node.getTypeNode(), registries, problems);
  if (Node.isArrayTypeNode(node)) {
    return { type: 'array', items: convert(node.getElementTypeNode(), registries, problems) };
  }
  if (Node.isUnionTypeNode(node)) return unionOf(node.getTypeNodes(), registries, problems);
  if (isNestedConfig(node)) return configOf(node, registries, problems);
  if (Node.isTypeReference(node)) {
    const [first, second] = node.getTypeArguments();
    const name = node.getTypeName().getText();
    if (first !== undefined && /^(Readonly)?Array$/.test(name)) {
      return { type: 'array', items: convert(first, registries, problems) };
    }
    if (second !== undefined && name === 'Record')
      return { type: 'object', values: convert(second, registries, problems) };
    if (first !== undefined && /^(Readonly|Partial)$/.test(name)) return convert(first, registries, problems);
  }
  if (node.getText() === 'string') return { type: 'string' };
  if (node.getText() === 'number') return { type: 'number' };
  if (node.getText() === 'boolean') return { type: 'boolean' };
  problems.add(node, {
    code: 'unclear-config',
    what: `NestedConfig stands inside ${node.getText()}, of which it is not known what a config file would hold`,
    expected: 'NestedConfig<typeof REGISTRY>, a list, a Record or a union of it',
  });
  return { type: 'any' };
}

function unionOf(nodes: readonly TypeNode[], registries: RegistryNames, problems: Problems): OptionType {
  const nullable = nodes.some((node) => node.getText() === 'null') ? { nullable: true } : {};
  const others = nodes.filter((node) => !['null', 'undefined'].includes(node.getText()));
  const types = others.map((node) => convert(node, registries, problems));
  const [only] = types;
  return only !== undefined && types.length === 1
    ? { ...only, ...nullable }
    : { type: 'union', of: types, ...nullable };
}

function configOf(node: TypeNode, registries: RegistryNames, problems: Problems): OptionType {
  const [argument] = Node.isTypeReference(node) ? node.getTypeArguments() : [];
  const name =
    argument !== undefined && Node.isTypeQuery(argument) ? registries.nameOf(argument.getExprName()) : undefined;
  if (name !== undefined) return { type: 'config', registry: name };
  problems.add(node, {
    code: 'unknown-registry',
    what: `${node.getText()} does not name a registry`,
    expected: 'NestedConfig<typeof REGISTRY>, where REGISTRY is a constant made with new Registry(…)',
  });
  return { type: 'any' };
}
