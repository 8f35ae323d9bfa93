import type { RegistryClass, RegistryValue } from './container.js';

/** A stage-3 class decorator that leaves the class as it is; functions, which cannot be decorated, are handed to it. */
export interface RegistryDecorator<T> {
  <C extends RegistryClass<T>>(value: C, context: ClassDecoratorContext<C>): void;
  <V extends RegistryValue<T>>(value: V): V;
}

/**
 * A decorator that hands the class over once it is complete.
 *
 * Class decorators run before static fields have values: `className`, `options` and `inject` can be read only in an
 * initializer.
 *
 * @param accept takes the class or function and the name it has in the source, if any.
 */
export function decoratorOf<T>(
  accept: (value: RegistryValue<T>, name: string | undefined) => void,
): RegistryDecorator<T> {
  return <V extends RegistryValue<T>>(value: V, context?: ClassDecoratorContext): V | undefined => {
    if (context === undefined) {
      accept(value, value.name || undefined);
      return value;
    }
    context.addInitializer(function (this: unknown) {
      accept(this as RegistryValue<T>, context.name);
    });
    return undefined;
  };
}
