import type { RegistryClass } from './container.js';

/** A stage-3 class decorator that leaves the class as it is. */
export type RegistryDecorator<T> = <C extends RegistryClass<T>>(value: C, context: ClassDecoratorContext<C>) => void;

/**
 * A decorator that hands the class over once it is complete.
 *
 * Class decorators run before static fields have values: `className`, `options` and `inject` can be read only in an
 * initializer.
 *
 * @param accept takes the class and the name it has in the source, if any.
 */
export function decoratorOf<T>(
  accept: (value: RegistryClass<T>, name: string | undefined) => void,
): RegistryDecorator<T> {
  return (_value, context) => {
    context.addInitializer(function (this: RegistryClass<T>) {
      accept(this, context.name);
    });
  };
}
