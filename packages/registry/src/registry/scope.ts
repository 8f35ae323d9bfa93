/** A place in a tree of scopes: what looking up a key needs to know of a registry. */
export interface ScopeNode<E> {
  readonly scope: string;
  readonly parent: ScopeNode<E> | undefined;
  /** By scope; two children of one node never share a scope. */
  readonly children: ReadonlyMap<string, ScopeNode<E>>;
  /** The entry that this node itself holds under a name. */
  own(name: string): E | undefined;
}

/** Where a key leads: the node to look in, the name there, and whether its ancestors are asked too. */
export interface ScopedName<N> {
  readonly node: N;
  readonly name: string;
  readonly climb: boolean;
}

/**
 * Splits a key at its first dot; names may hold further dots.
 *
 * @example splitScopeKey('cat.lion.Mane') // { scope: 'cat', name: 'lion.Mane' }
 */
export function splitScopeKey(key: string): { readonly scope: string | undefined; readonly name: string } {
  const dot = key.indexOf('.');
  return dot < 0 ? { scope: undefined, name: key } : { scope: key.slice(0, dot), name: key.slice(dot + 1) };
}

/** The top of the tree. */
export function rootOf<N extends ScopeNode<unknown>>(node: N): N {
  let root = node;
  while (root.parent !== undefined) root = root.parent as N;
  return root;
}

/** The node and its ancestors, nearest first. */
export function lineage<N extends ScopeNode<unknown>>(node: N): N[] {
  const line: N[] = [];
  for (let at: N | undefined = node; at !== undefined; at = at.parent as N | undefined) line.push(at);
  return line;
}

/** The node and everything below it: parents before children, children in the order they were made. */
export function subtree<N extends ScopeNode<unknown>>(node: N): N[] {
  const found: N[] = [];
  const open = [node];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    found.push(next);
    open.push(...([...next.children.values()] as N[]).reverse());
  }
  return found;
}

/** The first node of that scope in the subtree, the node itself included. */
export function findScope<N extends ScopeNode<unknown>>(node: N, scope: string): N | undefined {
  const open = [node];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next.scope === scope) return next;
    if (next.children.size > 0) open.push(...([...next.children.values()] as N[]).reverse());
  }
  return undefined;
}

/**
 * Follows the scopes that a key names, by mmengine's rules:
 *
 * - no scope: this node, then its ancestors;
 * - its own scope: this node alone;
 * - the scope of a child: the rest of the key is looked up from there;
 * - any other: as the root sees it. Where mmengine then gives up, it is the only registry in the whole tree that has
 *   the scope, and that one alone.
 *
 * @returns undefined when a scope is not in the tree, or in more places than one.
 */
export function resolveKey<N extends ScopeNode<unknown>>(start: N, key: string): ScopedName<N> | undefined {
  let node = start;
  let rest = key;
  for (;;) {
    const dot = rest.indexOf('.');
    if (dot < 0) return { node, name: rest, climb: true };
    const scope = rest.slice(0, dot);
    const name = rest.slice(dot + 1);
    if (scope === node.scope) return { node, name, climb: false };
    const child = node.children.get(scope) as N | undefined;
    const root = rootOf(start);
    if (child === undefined && scope === root.scope) return { node: root, name, climb: false };
    const known = child ?? (root.children.get(scope) as N | undefined);
    const next = known ?? onlyScope(root, scope);
    if (next === undefined) return undefined;
    if (known === undefined && !name.includes('.')) return { node: next, name, climb: false };
    node = next;
    rest = name;
  }
}

function onlyScope<N extends ScopeNode<unknown>>(root: N, scope: string): N | undefined {
  const found = subtree(root).filter((node) => node.scope === scope);
  return found.length === 1 ? found[0] : undefined;
}

/** The nodes in which {@link findEntry} looks for a key. */
export function searchedNodes<N extends ScopeNode<unknown>>(start: N, key: string): N[] {
  const target = resolveKey(start, key);
  if (target === undefined) return [];
  return target.climb ? lineage(target.node) : [target.node];
}

/** The entry that a key names, seen from a node. */
export function findEntry<E>(start: ScopeNode<E>, key: string): E | undefined {
  const target = resolveKey(start, key);
  if (target === undefined) return undefined;
  for (let node: ScopeNode<E> | undefined = target.node; node !== undefined; node = node.parent) {
    const entry = node.own(target.name);
    if (entry !== undefined || !target.climb) return entry;
  }
  return undefined;
}
